//! What happened within an organisation, for those who answer for it.

use actix_web::web::Path;
use ironplate_application::ports::{MemberOrder, PageRequest};
use ironplate_domain::{AuditKind, Email, OrganizationId, UserId};
use serde::Serialize;

use super::{OrganizationView, address, find};
use crate::{
    fault::PageError,
    pages::{
        audit_log::{AskedOfLog, AuditLogPage},
        events,
    },
    request::{Form, SessionUser},
    resources::OWN,
    shell::{PageResult, Redirect},
};

#[derive(Serialize)]
struct OrganizationAuditPage<'a> {
    organization: OrganizationView,
    #[serde(flatten)]
    log: AuditLogPage<'a>,
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let (id, path, mut form) = (organization.id, address(organization.id, "/audit"), Form::new());
    let asked = AskedOfLog::of(&user, &path).within_one();
    let mut filter = asked.search.filter(&mut form);
    filter.actor = person(&user, id, asked.search.actor, &mut form).await?;
    let request = asked.request(filter);
    let listing =
        user.act(|app, actor, client| async move { app.audit.list_within(actor, id, request, &client).await }).await?;
    match asked.page(listing, events::views_within, kinds()) {
        Ok(log) => {
            let content = OrganizationAuditPage { organization: OrganizationView::to(&user, &organization), log };
            user.page("organization_audit", "organizations/audit.html", content).form(&form).answer()
        }
        Err(elsewhere) => Ok(Redirect::to(&elsewhere).answer()),
    }
}

/// What happens within organisations.
fn kinds() -> impl Iterator<Item = AuditKind> {
    AuditKind::ALL.into_iter().filter(|kind| {
        let (of, _) = kind.name().split_once('.').unwrap_or_default();
        ["organization", "permission"].contains(&of) || OWN.iter().any(|resource| resource.noun.replace(' ', "_") == of)
    })
}

/// Somebody by id, who may be gone, or a member by address.
async fn person(
    user: &SessionUser,
    organization: OrganizationId,
    text: &str,
    form: &mut Form,
) -> Result<Option<UserId>, PageError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse() {
        return Ok(Some(UserId(id)));
    }
    let Ok(email) = Email::parse(text) else {
        form.blame("actor", "Enter an email address or an id");
        return Ok(None);
    };
    // Whoever has it has it as their whole address; others may have it as a part of theirs.
    let (order, search) = (MemberOrder::Email, Some(email.as_str().to_owned()));
    let page = PageRequest { order, search, after: None, skip: 0, limit: 100 };
    let found = user
        .act(|app, actor, client| async move {
            app.organizations.list_members(actor, organization, None, page, &client).await
        })
        .await?;
    let member = found.rows.into_iter().find(|member| member.email.canonical() == email.canonical());
    if member.is_none() {
        form.blame("actor", "No member has this address");
    }
    Ok(member.map(|member| member.id))
}
