//! The table `audit_events`.

use async_trait::async_trait;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use ironplate_application::ports::{
    AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRepository, AuditRequest, DayCount, StoreResult,
};
use ironplate_domain::{
    AuditDetail, AuditDetails, AuditEvent, AuditEventId, AuditKind, AuditOutcome, Client, OrganizationId, RequestId,
    Timestamp, UserAgent, UserId,
};
use serde_json::{Map, Value};

use super::{
    super::{DAY_OF_EVENT, Db},
    StoreHandle, list,
};
use crate::types::{DbTimestamp, Id, Moment};

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    audit_events (id) {
        id -> DbUuid,
        happened_at -> DbTimestamp,
        kind -> Text,
        outcome -> Text,
        actor_id -> Nullable<DbUuid>,
        subject_id -> Nullable<DbUuid>,
        organization_id -> Nullable<DbUuid>,
        details -> Text,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    happened_at: Moment,
    kind: String,
    outcome: String,
    actor_id: Option<Id>,
    subject_id: Option<Id>,
    organization_id: Option<Id>,
    details: String,
    address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl Row {
    /// Where it stands in a list.
    fn place(&self) -> AuditCursor {
        AuditCursor { at: self.happened_at.0, id: AuditEventId(self.id.0) }
    }

    /// `None` for a kind that this version does not know: a newer one recorded it, during a deployment or before going back.
    fn into_event(self) -> Option<AuditEvent> {
        Some(AuditEvent {
            id: AuditEventId(self.id.0),
            at: self.happened_at.0,
            kind: AuditKind::from_name(&self.kind)?,
            outcome: AuditOutcome::from_name(&self.outcome)?,
            actor: self.actor_id.map(|id| UserId(id.0)),
            subject: self.subject_id.map(|id| UserId(id.0)),
            organization: self.organization_id.map(|id| OrganizationId(id.0)),
            details: read_details(&self.details),
            client: Client {
                address: self.address.and_then(|address| address.parse().ok()),
                user_agent: self.user_agent.as_deref().and_then(UserAgent::new),
                request_id: self.request_id.as_deref().and_then(RequestId::new),
            },
        })
    }
}

impl From<&AuditEvent> for Row {
    fn from(event: &AuditEvent) -> Self {
        let details = event.details.iter().map(|(detail, text)| (detail.name().to_owned(), text.as_str().into()));
        Self {
            id: Id(event.id.0),
            happened_at: Moment(event.at),
            kind: event.kind.name().to_owned(),
            outcome: event.outcome.name().to_owned(),
            actor_id: event.actor.map(|id| Id(id.0)),
            subject_id: event.subject.map(|id| Id(id.0)),
            organization_id: event.organization.map(|id| Id(id.0)),
            details: Value::Object(details.collect::<Map<_, _>>()).to_string(),
            address: event.client.address.map(|address| address.to_string()),
            user_agent: event.client.user_agent.as_ref().map(ToString::to_string),
            request_id: event.client.request_id.as_ref().map(ToString::to_string),
        }
    }
}

/// What another version says, and this one does not know, is left out.
fn read_details(text: &str) -> AuditDetails {
    let details: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let known = details
        .into_iter()
        .filter_map(|(name, value)| Some((AuditDetail::from_name(&name)?, value.as_str().map(ToOwned::to_owned)?)));
    known.collect()
}

#[async_trait]
impl AuditRepository for StoreHandle {
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()> {
        let row = Row::from(event);
        self.execute("audit_events.record", diesel::insert_into(audit_events::table).values(row)).await.map(drop)
    }

    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage> {
        let mut rows: Vec<Row> = self
            .load(
                "audit_events.list",
                sorted(matching(&request.filter), request.order, request.after)
                    // One more tells whether more follow.
                    .limit(i64::from(request.limit) + 1)
                    .select(Row::as_select()),
            )
            .await?;
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(Row::place);
        Ok(AuditPage { events: rows.into_iter().filter_map(Row::into_event).collect(), next })
    }

    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>> {
        self.load::<DayRow, _>(
            "audit_events.count_by_day",
            sql_query(COUNT_BY_DAY.replace("DAY", DAY_OF_EVENT))
                .bind::<Text, _>(kind.name())
                .bind::<DbTimestamp, _>(Moment(since)),
        )
        .await
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.prune_audit_events(Moment(before), list::at_most(limit)).await
    }
}

/// What a day is, each database says in its own way. The placeholders are named like this on both.
const COUNT_BY_DAY: &str = "\
    SELECT DAY AS day, \
    sum(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS done, \
    sum(CASE WHEN outcome = 'success' THEN 0 ELSE 1 END) AS failed \
    FROM audit_events WHERE kind = $1 AND happened_at >= $2 GROUP BY 1 ORDER BY 1";

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    done: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
}

impl From<DayRow> for DayCount {
    fn from(row: DayRow) -> Self {
        let count = |number| u64::try_from(number).unwrap_or(0);
        Self { day: row.day, done: count(row.done), failed: count(row.failed) }
    }
}

type Query<'a> = audit_events::BoxedQuery<'a, Db>;

fn matching(filter: &AuditFilter) -> Query<'_> {
    let AuditFilter { actor, subject, organization, kind, outcome, request_id, since, until } = filter;
    let mut query = audit_events::table.into_boxed();
    if let Some(actor) = actor {
        query = query.filter(audit_events::actor_id.eq(Id(actor.0)));
    }
    if let Some(subject) = subject {
        query = query.filter(audit_events::subject_id.eq(Id(subject.0)));
    }
    if let Some(organization) = organization {
        query = query.filter(audit_events::organization_id.eq(Id(organization.0)));
    }
    if let Some(kind) = kind {
        query = query.filter(audit_events::kind.eq(kind.name()));
    }
    if let Some(outcome) = outcome {
        query = query.filter(audit_events::outcome.eq(outcome.name()));
    }
    if let Some(request_id) = request_id {
        query = query.filter(audit_events::request_id.eq(RequestId::as_str(request_id)));
    }
    if let Some(since) = since {
        query = query.filter(audit_events::happened_at.ge(Moment(*since)));
    }
    if let Some(until) = until {
        query = query.filter(audit_events::happened_at.lt(Moment(*until)));
    }
    query
}

fn sorted(query: Query<'_>, order: AuditOrder, after: Option<AuditCursor>) -> Query<'_> {
    let place = (order == AuditOrder::Newest, after.map(|AuditCursor { at, id }| (Moment(at), Id(id.0))));
    list::sorted!(query, place, audit_events::happened_at, audit_events::id)
}
