//! Queries on `audit_events`.

use async_trait::async_trait;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{
    AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRepository, AuditRequest, DayCount, StoreResult,
};
use ironplate_domain::{AuditEvent, AuditKind, RequestId, Timestamp};

use super::{
    super::{DAY_OF_EVENT, Db, prune_audit_events},
    Handle,
    handle::in_time,
    list,
};
use crate::{
    rows::AuditEventRow,
    schema::audit_events,
    types::{DbTimestamp, Id, Moment},
};

#[async_trait]
impl AuditRepository for Handle {
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()> {
        let row = AuditEventRow::from(event);
        let recorded =
            in_time(self.time_limit, diesel::insert_into(audit_events::table).values(row).execute(self.conn()?)).await;
        self.done(recorded, &[]).map(drop)
    }

    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage> {
        let rows = in_time(
            self.time_limit,
            behind(matching(&request.filter), request.order, request.after)
                // One more tells whether more follow.
                .limit(i64::from(request.limit) + 1)
                .select(AuditEventRow::as_select())
                .load(self.conn()?),
        )
        .await;
        let mut rows: Vec<AuditEventRow> = self.done(rows, &[])?;
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(AuditEventRow::place);
        Ok(AuditPage { events: rows.into_iter().filter_map(AuditEventRow::into_event).collect(), next })
    }

    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>> {
        let rows = in_time(
            self.time_limit,
            sql_query(COUNT_BY_DAY.replace("DAY", DAY_OF_EVENT))
                .bind::<Text, _>(kind.name())
                .bind::<DbTimestamp, _>(Moment(since))
                .load(self.conn()?),
        )
        .await;
        let rows: Vec<DayRow> = self.done(rows, &[])?;
        Ok(rows.into_iter().map(DayRow::into_count).collect())
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let pruned =
            in_time(self.time_limit, prune_audit_events(self.conn()?, Moment(before), list::at_most(limit))).await;
        self.done(pruned, &[])
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

impl DayRow {
    fn into_count(self) -> DayCount {
        let count = |number| u64::try_from(number).unwrap_or(0);
        DayCount { day: self.day, done: count(self.done), failed: count(self.failed) }
    }
}

type Query<'a> = audit_events::BoxedQuery<'a, Db>;

fn matching(filter: &AuditFilter) -> Query<'_> {
    let AuditFilter { actor, subject, kind, outcome, request_id, since, until } = filter;
    let mut query = audit_events::table.into_boxed();
    if let Some(actor) = actor {
        query = query.filter(audit_events::actor_id.eq(Id(actor.0)));
    }
    if let Some(subject) = subject {
        query = query.filter(audit_events::subject_id.eq(Id(subject.0)));
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

/// In this order, from behind the cursor on. The first bound is what lets an index begin there.
fn behind(query: Query<'_>, order: AuditOrder, after: Option<AuditCursor>) -> Query<'_> {
    match (order, after) {
        (AuditOrder::Newest, Some(AuditCursor { at, id })) => query
            .filter(audit_events::happened_at.le(Moment(at)))
            .filter(audit_events::happened_at.lt(Moment(at)).or(audit_events::id.lt(Id(id.0))))
            .order((audit_events::happened_at.desc(), audit_events::id.desc())),
        (AuditOrder::Newest, None) => query.order((audit_events::happened_at.desc(), audit_events::id.desc())),
        (AuditOrder::Oldest, Some(AuditCursor { at, id })) => query
            .filter(audit_events::happened_at.ge(Moment(at)))
            .filter(audit_events::happened_at.gt(Moment(at)).or(audit_events::id.gt(Id(id.0))))
            .order((audit_events::happened_at.asc(), audit_events::id.asc())),
        (AuditOrder::Oldest, None) => query.order((audit_events::happened_at.asc(), audit_events::id.asc())),
    }
}
