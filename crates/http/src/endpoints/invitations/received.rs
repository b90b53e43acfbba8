//! The invitations that wait for oneself.

use actix_web::web::Json;
use ironplate_application::invitations::{InvitationKey, Offer};
use ironplate_domain::{Email, InvitationId, Role};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, linked::InvitingOrganization, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    endpoints::organizations::OrganizationPublic,
    input::{Call, Required, described},
    schemas::Message,
};

operations!(read_invitations_me, accept_invitation_me, decline_invitation_me);

/// The invitations that wait for one's address, at most 100.
#[derive(Serialize, ToSchema)]
struct InvitationsReceived {
    data: Vec<InvitationReceived>,
}

/// An invitation that waits for one's address.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "organization": {"name": "Acme", "slug": "acme"},
    "email": "bob@example.com", "role": "member", "invited_by": "ann@example.com",
    "expires_at": "2026-11-29T01:27:58.151226Z"
}))]
struct InvitationReceived {
    id: Uuid,
    organization: InvitingOrganization,
    /// As it was written by whoever sent it.
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
    #[schema(schema_with = described::<Required<Role>>)]
    role: &'static str,
    /// The address of whoever sent it.
    #[schema(schema_with = described::<Required<Email>>)]
    invited_by: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<Offer> for InvitationReceived {
    fn from(Offer { invitation, organization, invited_by }: Offer) -> Self {
        Self {
            id: invitation.id.0,
            organization: organization.into(),
            email: invitation.email.into(),
            role: invitation.role.name(),
            invited_by: invited_by.into(),
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// Read Invitations Me
///
/// Retrieve the invitations to one's own address, if it is verified.
#[utoipa::path(
    get, path = "/api/v1/users/me/invitations", tag = "invitations", operation_id = "invitations-read_invitations_me",
    responses((status = 200, description = "Successful Response", body = InvitationsReceived)),
)]
async fn read_invitations_me(app: App, call: Call<CurrentUser, ()>) -> Answer<InvitationsReceived> {
    let user = call.caller.user;
    let offers = app.run(move |app| async move { app.invitations.received(&user).await }).await?;
    Ok(Json(InvitationsReceived { data: offers.into_iter().map(Into::into).collect() }))
}

/// Accept Invitation Me
///
/// Accept an invitation to one's own address, which is verified.
#[utoipa::path(
    post, path = "/api/v1/users/me/invitations/{invitation_id}/accept", tag = "invitations",
    operation_id = "invitations-accept_invitation_me",
    responses((status = 200, description = "Successful Response", body = OrganizationPublic), Conflict),
)]
async fn accept_invitation_me(app: App, call: Call<CurrentUser, InvitationId>) -> Answer<OrganizationPublic> {
    let client = call.client;
    let (actor, key) = (call.caller.actor(), InvitationKey::Account(call.input));
    let own = app.run(move |app| async move { app.invitations.accept(actor, key, &client).await }).await?;
    Ok(Json(own.into()))
}

/// Decline Invitation Me
///
/// Decline an invitation to one's own address, which is verified.
#[utoipa::path(
    post, path = "/api/v1/users/me/invitations/{invitation_id}/decline", tag = "invitations",
    operation_id = "invitations-decline_invitation_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn decline_invitation_me(app: App, call: Call<CurrentUser, InvitationId>) -> Answer<Message> {
    let client = call.client;
    let (actor, key) = (Some(call.caller.actor()), InvitationKey::Account(call.input));
    app.run(move |app| async move { app.invitations.decline(actor, key, &client).await }).await?;
    Ok(Json(Message::new("Invitation declined")))
}
