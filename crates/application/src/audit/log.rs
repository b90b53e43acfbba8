//! Audit events as log lines, for those who collect logs and not tables.

use ironplate_domain::{AuditEvent, RequestId, UserAgent};
use ironplate_measure::figures;

use crate::{fault::logged, ports::StoreError};

/// A line for an event that is recorded for good.
pub(super) fn recorded(event: &AuditEvent) {
    figures().recorded(event.kind.name(), event.outcome.name());
    tracing::info!(
        target: "audit",
        kind = event.kind.name(),
        outcome = event.outcome.name(),
        actor = event.actor.map(display),
        subject = event.subject.map(display),
        organization = event.organization.map(display),
        address = event.client.address.map(display),
        // A stranger's text: as a string it is quoted in lines for people, and once in lines for machines.
        user_agent = event.client.user_agent.as_ref().map(UserAgent::as_str),
        request = event.client.request_id.as_ref().map(RequestId::as_str),
        details = details(event),
        at = %event.at,
        event = %event.id,
        "audit",
    );
}

/// A line for an event that storage did not take.
pub(super) fn not_recorded(event: &AuditEvent, error: &StoreError) {
    tracing::error!(target: "audit", error = logged(error), "an audit event was not recorded; it follows");
    recorded(event);
}

/// `reason=incorrect_credentials session=…`
fn details(event: &AuditEvent) -> String {
    let details = event.details.iter().map(|(detail, text)| format!("{}={text}", detail.name()));
    details.collect::<Vec<_>>().join(" ")
}
