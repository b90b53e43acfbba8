//! Rows of `audit_events`.

use diesel::prelude::*;
use ironplate_application::ports::AuditCursor;
use ironplate_domain::{
    AuditDetail, AuditDetails, AuditEvent, AuditEventId, AuditKind, AuditOutcome, Client, RequestId, UserAgent, UserId,
};
use serde_json::{Map, Value};

use crate::{
    schema::audit_events,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events)]
pub(crate) struct AuditEventRow {
    id: Id,
    happened_at: Moment,
    kind: String,
    outcome: String,
    actor_id: Option<Id>,
    subject_id: Option<Id>,
    details: String,
    address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl AuditEventRow {
    /// Where it stands in a list.
    pub(crate) fn place(&self) -> AuditCursor {
        AuditCursor { at: self.happened_at.0, id: AuditEventId(self.id.0) }
    }

    /// `None` for a kind that this version does not know: a newer one recorded it, during a deployment or before going back.
    pub(crate) fn into_event(self) -> Option<AuditEvent> {
        Some(AuditEvent {
            id: AuditEventId(self.id.0),
            at: self.happened_at.0,
            kind: AuditKind::from_name(&self.kind)?,
            outcome: AuditOutcome::from_name(&self.outcome)?,
            actor: self.actor_id.map(|id| UserId(id.0)),
            subject: self.subject_id.map(|id| UserId(id.0)),
            details: read_details(&self.details),
            client: Client {
                address: self.address.and_then(|address| address.parse().ok()),
                user_agent: self.user_agent.as_deref().and_then(UserAgent::new),
                request_id: self.request_id.as_deref().and_then(RequestId::new),
            },
        })
    }
}

impl From<&AuditEvent> for AuditEventRow {
    fn from(event: &AuditEvent) -> Self {
        let details = event.details.iter().map(|(detail, text)| (detail.name().to_owned(), text.as_str().into()));
        Self {
            id: Id(event.id.0),
            happened_at: Moment(event.at),
            kind: event.kind.name().to_owned(),
            outcome: event.outcome.name().to_owned(),
            actor_id: event.actor.map(|id| Id(id.0)),
            subject_id: event.subject.map(|id| Id(id.0)),
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
