//! Audit events, as people read them.

use ironplate_application::audit::AuditListing;
use ironplate_domain::{AuditDetail, AuditEvent, AuditOutcome, OrganizationId, UserId, device};
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
    actor: Option<NamedView>,
    subject: Option<NamedView>,
    /// Nobody known did it, and they had the command line.
    is_operators: bool,
    /// Where it does not go without saying.
    organization: Option<NamedView>,
    address: Option<String>,
    device: Option<String>,
    request_id: Option<String>,
    facts: Vec<FactView>,
}

/// Whom or what an event names; who and what is gone, or may not be named, is an id.
#[derive(Serialize)]
struct NamedView {
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

/// Events of everything.
pub(super) fn views(listing: &AuditListing) -> Vec<EventView> {
    let view = |event| EventView { organization: organization(event, listing), ..EventView::of(event, listing) };
    listing.page.events.iter().map(view).collect()
}

/// Events of one organisation, on its own page.
pub(super) fn views_within(listing: &AuditListing) -> Vec<EventView> {
    listing.page.events.iter().map(|event| EventView::of(event, listing)).collect()
}

impl EventView {
    fn of(event: &AuditEvent, AuditListing { people, .. }: &AuditListing) -> Self {
        let person = |id: UserId| NamedView::new(&id, people.get(&id));
        let client = &event.client;
        Self {
            id: event.id.to_string(),
            text: event.kind.title(),
            kind: event.kind.name(),
            outcome: if event.outcome == AuditOutcome::Success { "done" } else { "failed" },
            at: event.at.into(),
            actor: event.actor.map(person),
            subject: event.subject.map(person),
            is_operators: event.details.contains_key(&AuditDetail::Operator),
            organization: None,
            address: client.address.map(|address| address.to_string()),
            device: client.user_agent.as_ref().map(|agent| device(Some(agent))),
            // Stands in an address, so what could mean something there is left out.
            request_id: client.request_id.as_ref().map(|id| id.as_str().to_owned()).filter(|id| is_plain(id)),
            facts: event.details.iter().map(|(detail, value)| fact(*detail, value)).collect(),
        }
    }
}

impl NamedView {
    fn new(id: &impl ToString, name: Option<impl ToString>) -> Self {
        let id = id.to_string();
        Self { label: name.map_or_else(|| id.clone(), |name| name.to_string()), id }
    }
}

fn organization(event: &AuditEvent, AuditListing { organizations, .. }: &AuditListing) -> Option<NamedView> {
    let named = |id: OrganizationId| NamedView::new(&id, organizations.get(&id));
    event.organization.map(named)
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
