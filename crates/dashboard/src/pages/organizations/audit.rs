//! What happened within an organisation, for those who answer for it.

use actix_web::web::Path;
use ironplate_application::ports::{ListOrder, MemberOrder, Page, PageRequest};
use ironplate_domain::{AuditKind, OrganizationId, UserId};
use serde::Serialize;

use super::{OrganizationView, address, find};
use crate::{
    fault::PageError,
    pages::{
        audit_log::{AskedOfLog, AskedPerson, AuditLogPage},
        events,
    },
    request::{Form, SessionUser},
    resources::OWN,
    shell::{PageResult, Redirect},
};

/// Members that are looked at at once.
const PART: u32 = 100;

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

/// Who is asked for; by their address, members alone.
async fn person(
    user: &SessionUser,
    organization: OrganizationId,
    text: &str,
    form: &mut Form,
) -> Result<Option<UserId>, PageError> {
    let email = match AskedPerson::read("actor", text, form) {
        None => return Ok(None),
        Some(AskedPerson::Id(id)) => return Ok(Some(id)),
        Some(AskedPerson::Address(email)) => email,
    };
    // Whoever has it has it as their whole address; others may have it as a part of theirs.
    let (order, search) = (MemberOrder::Email, Some(email.as_str().to_owned()));
    let mut page = PageRequest { order, search, after: None, skip: 0, limit: PART };
    loop {
        let asked = page.clone();
        let listing = user.act(|app, actor, client| async move {
            app.organizations.list_members(actor, organization, None, asked, &client).await
        });
        let Page { rows, more, .. } = listing.await?;
        if let Some(member) = rows.iter().find(|member| member.email.canonical() == email.canonical()) {
            return Ok(Some(member.id));
        }
        let Some(last) = rows.last().filter(|_| more) else {
            form.blame("actor", "No member has this address");
            return Ok(None);
        };
        page.after = Some(order.cursor(last));
    }
}
