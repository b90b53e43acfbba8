//! What happened.

use std::collections::BTreeMap;

use actix_web::web::Json;
use ironplate_application::ports::AuditPage;
use ironplate_domain::{AuditEvent, Email, OrganizationId, UserAgent, UserId, device};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    input::{AuditPaging, AuditQuery, Call, OrganizationAuditQuery, audit_cursor_text},
};

operations!(read_audit, read_audit_me, read_organization_audit);

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "at": "2026-11-25T08:12:03.718281Z", "kind": "session.log_in",
    "outcome": "failure", "actor_id": null, "actor_email": null, "subject_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10",
    "subject_email": "ann@example.com", "organization_id": null, "address": "203.0.113.7", "device": "Firefox on Windows",
    "user_agent": "Mozilla/5.0 …", "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c12",
    "details": {"reason": "incorrect_credentials"}
}))]
pub(super) struct AuditEventPublic {
    id: Uuid,
    #[schema(format = DateTime)]
    at: String,
    /// What happened; the catalogue is in `docs/SECURITY.md`.
    kind: &'static str,
    /// `success` or `failure`.
    outcome: &'static str,
    /// Who did it, if that is known.
    actor_id: Option<Uuid>,
    /// Their address, while they have an account; within an organisation, while they are a member.
    actor_email: Option<String>,
    /// Whose account it was done to, if it was done to one.
    subject_id: Option<Uuid>,
    subject_email: Option<String>,
    /// Within which organisation, if it was within one.
    organization_id: Option<Uuid>,
    address: Option<String>,
    device: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    details: BTreeMap<&'static str, String>,
}

impl From<AuditEvent> for AuditEventPublic {
    fn from(event: AuditEvent) -> Self {
        Self::new(event, &BTreeMap::new())
    }
}

impl AuditEventPublic {
    fn new(event: AuditEvent, people: &BTreeMap<UserId, Email>) -> Self {
        let email = |id: Option<UserId>| id.and_then(|id| people.get(&id)).map(ToString::to_string);
        let user_agent = event.client.user_agent;
        Self {
            id: event.id.0,
            at: event.at.to_string(),
            kind: event.kind.name(),
            outcome: event.outcome.name(),
            actor_id: event.actor.map(|id| id.0),
            actor_email: email(event.actor),
            subject_id: event.subject.map(|id| id.0),
            subject_email: email(event.subject),
            organization_id: event.organization.map(|id| id.0),
            address: event.client.address.map(|address| address.to_string()),
            device: user_agent.as_ref().map(|text| device(Some(text))),
            user_agent: user_agent.as_ref().map(UserAgent::to_string),
            request_id: event.client.request_id.map(|id| id.to_string()),
            details: event.details.into_iter().map(|(detail, text)| (detail.name(), text)).collect(),
        }
    }
}

/// A part of a list of events.
#[derive(Serialize, ToSchema)]
struct AuditPublic {
    data: Vec<AuditEventPublic>,
    /// To be sent as `after` for the next part; null on the last.
    next: Option<String>,
}

impl AuditPublic {
    fn new(page: AuditPage, people: &BTreeMap<UserId, Email>) -> Self {
        let data = page.events.into_iter().map(|event| AuditEventPublic::new(event, people));
        Self { data: data.collect(), next: page.next.map(audit_cursor_text) }
    }
}

/// Read Audit
///
/// Audit events, newest first. All filters that are given apply together.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", operation_id = "audit-read_audit",
    responses((status = 200, description = "Successful Response", body = AuditPublic)),
)]
async fn read_audit(app: App, call: Call<Superuser, AuditQuery>) -> Answer<AuditPublic> {
    let (actor, AuditQuery(request), client) = (call.caller.actor(), call.input, call.client);
    let listing = app.run(move |app| async move { app.audit.list(actor, request, &client).await }).await?;
    Ok(Json(AuditPublic::new(listing.page, &listing.people)))
}

/// Read Audit Me
///
/// What one did oneself and what was done to one's own account, newest first.
#[utoipa::path(
    get, path = "/api/v1/users/me/audit", tag = "audit", operation_id = "audit-read_audit_me",
    responses((status = 200, description = "Successful Response", body = AuditPublic)),
)]
async fn read_audit_me(app: App, call: Call<CurrentUser, AuditPaging>) -> Answer<AuditPublic> {
    let (actor, AuditPaging { after, limit }) = (call.caller.actor(), call.input);
    let page = app.run(move |app| async move { app.audit.list_own(actor, after, limit).await }).await?;
    let me = BTreeMap::from([(call.caller.user.id, call.caller.user.email)]);
    Ok(Json(AuditPublic::new(page, &me)))
}

/// Read Organization Audit
///
/// What happened within an organisation, newest first. Whoever is no member now is told by id alone, and network address and
/// device of one's own events alone. All filters that are given apply together.
#[utoipa::path(
    get, path = "/api/v1/organizations/{organization_id}/audit", tag = "audit",
    operation_id = "audit-read_organization_audit",
    responses((status = 200, description = "Successful Response", body = AuditPublic)),
)]
async fn read_organization_audit(
    app: App,
    call: Call<CurrentUser, (OrganizationId, OrganizationAuditQuery)>,
) -> Answer<AuditPublic> {
    let client = call.client;
    let (actor, (organization, OrganizationAuditQuery(request))) = (call.caller.actor(), call.input);
    let listed =
        app.run(move |app| async move { app.audit.list_within(actor, organization, request, &client).await }).await?;
    Ok(Json(AuditPublic::new(listed.page, &listed.people)))
}
