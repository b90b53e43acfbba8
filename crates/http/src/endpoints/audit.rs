//! What happened.

use std::collections::BTreeMap;

use actix_web::web::Json;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    input::{AuditPaging, AuditQuery, Call},
    schemas::AuditPublic,
};

operations!(read_audit, read_audit_me);

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
