//! Whom an organisation invited, as those see it who may: an invitation is sent again, or taken back.

use std::collections::BTreeMap;

use actix_web::web::Path;
use ironplate_application::{
    invitations::InvitationPage,
    ports::{Count, InvitationOrder, Page, PageRequest},
};
use ironplate_domain::{Action, Email, Invitation, InvitationId, OrganizationId, Resource, Timestamp, UserId};
use serde::Serialize;

use super::{address, find};
use crate::{
    crud::ROWS,
    fault::PageError,
    request::{OwnPath, PostedForm, SessionUser, resource::id_of},
    shell::{Flash, PageResult, Redirect},
    words::{When, roles},
};

/// An invitation in a list.
#[derive(Serialize)]
pub(super) struct InvitationRow {
    email: String,
    role: &'static str,
    invited_by: String,
    expires: When,
    is_expired: bool,
    /// Where it is sent again, and where it is taken back, by whoever may do that.
    resend_url: Option<String>,
    revoke_url: Option<String>,
}

impl InvitationRow {
    /// `None` of one that went with its inviter meanwhile.
    fn to(
        user: &SessionUser,
        invitation: Invitation,
        inviters: &BTreeMap<UserId, Email>,
        now: Timestamp,
    ) -> Option<Self> {
        let page = address(invitation.organization, &format!("/invitations/{}", invitation.id));
        let members = Resource::MembersOf(invitation.organization, invitation.role);
        let may_resend = user.policy().sends_mail && user.may(Action::Create, members);
        Some(Self {
            invited_by: inviters.get(&invitation.invited_by)?.to_string(),
            role: roles::label(invitation.role),
            is_expired: !invitation.is_pending(now),
            expires: invitation.expires_at.into(),
            resend_url: may_resend.then(|| format!("{page}/resend")),
            revoke_url: user.may(Action::Delete, members).then(|| format!("{page}/revoke")),
            email: invitation.email.into(),
        })
    }
}

/// Those that are asked for.
pub(super) async fn find_page(
    user: &SessionUser,
    id: OrganizationId,
    request: PageRequest<InvitationOrder>,
) -> Result<Page<InvitationRow>, PageError> {
    let found = user.act(|app, actor, client| async move {
        app.invitations.list(actor, id, request, &client).await.map(|found| (found, app.core.clock.now()))
    });
    let (InvitationPage { page: Page { rows, count, more }, inviters }, now) = found.await?;
    let rows = rows.into_iter().filter_map(|invitation| InvitationRow::to(user, invitation, &inviters, now)).collect();
    Ok(Page { rows, count, more })
}

/// Those that were sent last; none where the reader may not see them.
pub(super) async fn newest(user: &SessionUser, id: OrganizationId) -> Result<Page<InvitationRow>, PageError> {
    if !user.may(Action::List, Resource::InvitationsOf(id)) {
        return Ok(Page { rows: Vec::new(), count: Count::Exactly(0), more: false });
    }
    let request = PageRequest { order: InvitationOrder::Newest, search: None, after: None, skip: 0, limit: ROWS };
    find_page(user, id, request).await
}

pub(super) async fn resend(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (of, id) = named(&user, ids).await?;
    user.act(|app, actor, client| async move { app.invitations.resend(actor, of, id, &client).await }).await?;
    Ok(Redirect::to(back(&user, of).as_str()).saying(Flash::InvitationResent).answer())
}

pub(super) async fn revoke(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (of, id) = named(&user, ids).await?;
    user.act(|app, actor, client| async move { app.invitations.revoke(actor, of, id, &client).await }).await?;
    Ok(Redirect::to(back(&user, of).as_str()).saying(Flash::InvitationRevoked).answer())
}

/// The organisation and the invitation that an address names.
async fn named(user: &SessionUser, ids: Path<(String, String)>) -> Result<(OrganizationId, InvitationId), PageError> {
    let (organization, invitation) = ids.into_inner();
    Ok((find(user, &organization).await?.id, id_of(&invitation, InvitationId)?))
}

/// The page of which the reader pressed a button.
fn back(user: &SessionUser, id: OrganizationId) -> OwnPath {
    let [members, invitations] = ["/members", "/invitations"].map(|page| address(id, page));
    let from = user.came_from().filter(|page| page.as_str().starts_with(&invitations));
    from.unwrap_or_else(|| user.back_to(&members))
}
