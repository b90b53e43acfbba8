//! The invitations that wait for oneself.

use actix_web::web::Path;
use ironplate_application::invitations::{InvitationKey, Offer};
use ironplate_domain::InvitationId;
use serde::Serialize;

use super::enter;
use crate::{
    fault::PageError,
    request::{PostedForm, RequestContext, SessionUser, resource::id_of},
    resources::ORGANIZATIONS,
    shell::{Flash, PageResult, Redirect},
    words::{self, When, roles},
};

/// An invitation, as whoever is invited sees it.
#[derive(Serialize)]
pub(in crate::pages) struct OfferView {
    id: String,
    organization: String,
    initials: String,
    email: String,
    role: &'static str,
    role_explained: &'static str,
    invited_by: String,
    expires: When,
    requires_second_factor: bool,
}

impl From<Offer> for OfferView {
    fn from(Offer { invitation, organization, invited_by }: Offer) -> Self {
        Self {
            id: invitation.id.to_string(),
            initials: words::initials(organization.name.as_str()),
            requires_second_factor: organization.requires_second_factor,
            organization: organization.name.into(),
            email: invitation.email.into(),
            role: roles::label(invitation.role),
            role_explained: roles::explained(invitation.role),
            invited_by: invited_by.into(),
            expires: invitation.expires_at.into(),
        }
    }
}

/// All of them.
pub(super) async fn all(user: &SessionUser) -> Result<Vec<OfferView>, PageError> {
    let account = user.account.clone();
    let offers = user.run(|app| async move { app.invitations.received(&account).await }).await?;
    Ok(offers.into_iter().map(OfferView::from).collect())
}

pub(super) async fn take(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    Ok(accept(&user, InvitationKey::Account(id_of(&id, InvitationId)?)).await?.answer())
}

pub(super) async fn refuse(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let key = InvitationKey::Account(id_of(&id, InvitationId)?);
    Ok(decline(&user, Some(&user), key).await?.answer())
}

/// Takes the invitation of this key; the way into its organisation.
pub(in crate::pages) async fn accept(user: &SessionUser, key: InvitationKey) -> Result<Redirect, PageError> {
    let joined =
        user.act(|app, actor, client| async move { app.invitations.accept(actor, key, &client).await }).await?;
    Ok(enter(user, joined.organization.id).saying(Flash::Joined))
}

/// Declines the invitation of this key; the way to where one's own are, or to where one logs in.
pub(in crate::pages) async fn decline(
    context: &RequestContext,
    user: Option<&SessionUser>,
    key: InvitationKey,
) -> Result<Redirect, PageError> {
    let (actor, client) = (user.map(SessionUser::actor), context.client.clone());
    context.run(|app| async move { app.invitations.decline(actor, key, &client).await }).await?;
    let to = if user.is_some() { ORGANIZATIONS.url } else { "/dashboard/log-in" };
    Ok(Redirect::to(to).saying(Flash::InvitationDeclined))
}
