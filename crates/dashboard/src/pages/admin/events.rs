//! Audit events, as people read them.

use std::collections::BTreeMap;

use ironplate_application::audit::AuditListing;
use ironplate_domain::{AuditDetail, AuditEvent, AuditOutcome, Email, UserId, device};
use serde::Serialize;

use crate::words::When;

/// An event.
#[derive(Serialize)]
pub(super) struct EventView {
    id: String,
    text: &'static str,
    kind: &'static str,
    outcome: &'static str,
    at: When,
    actor: Option<PersonView>,
    subject: Option<PersonView>,
    address: Option<String>,
    device: Option<String>,
    request_id: Option<String>,
    facts: Vec<FactView>,
}

/// Somebody whom an event names; whoever has no account any more is an id.
#[derive(Serialize)]
struct PersonView {
    id: String,
    label: String,
}

/// Something with a name.
#[derive(Serialize)]
pub(super) struct FactView {
    name: &'static str,
    value: String,
}

impl FactView {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }
}

pub(super) fn views(listing: &AuditListing) -> Vec<EventView> {
    listing.page.events.iter().map(|event| EventView::of(event, &listing.people)).collect()
}

impl EventView {
    fn of(event: &AuditEvent, people: &BTreeMap<UserId, Email>) -> Self {
        let person = |id: UserId| PersonView {
            id: id.to_string(),
            label: people.get(&id).map_or_else(|| id.to_string(), |email| email.as_str().to_owned()),
        };
        let client = &event.client;
        Self {
            id: event.id.to_string(),
            text: event.kind.title(),
            kind: event.kind.name(),
            outcome: if event.outcome == AuditOutcome::Success { "done" } else { "failed" },
            at: event.at.into(),
            actor: event.actor.map(person),
            subject: event.subject.map(person),
            address: client.address.map(|address| address.to_string()),
            device: client.user_agent.as_ref().map(|agent| device(Some(agent))),
            // Stands in an address, so what could mean something there is left out.
            request_id: client.request_id.as_ref().map(|id| id.as_str().to_owned()).filter(|id| is_plain(id)),
            facts: event.details.iter().map(|(detail, value)| fact(*detail, value)).collect(),
        }
    }
}

fn fact(detail: AuditDetail, value: &str) -> FactView {
    let value = match detail {
        AuditDetail::Reason | AuditDetail::Resource | AuditDetail::Limit => value.replace('_', " "),
        AuditDetail::IsActive | AuditDetail::IsSuperuser | AuditDetail::IsVerified => {
            value.replace("true", "yes").replace("false", "no").replace("->", "→")
        }
        AuditDetail::Fields => value.replace(' ', ", ").replace('_', " "),
        _ => value.to_owned(),
    };
    FactView::new(detail.title(), value)
}

fn is_plain(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
