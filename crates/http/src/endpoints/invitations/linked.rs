//! What the link of an invitation does.

use actix_web::web::Json;
use ironplate_application::invitations::{InvitationKey, InvitedSignUp, LinkedOffer};
use ironplate_domain::{Email, FullName, Organization, OrganizationName, Password, Role, Slug};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser, OptionalUser},
    description::{Conflict, InvitationNotFound},
    endpoints::organizations::OrganizationPublic,
    input::{self, Call, Nullable, PathToken, Required, described, json_body},
    schemas::{Message, UserPublic},
};

operations!(read_invitation, accept_invitation, decline_invitation, sign_up_by_invitation);

/// An organisation as whoever is invited sees it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "Acme", "slug": "acme", "requires_second_factor": false}))]
pub(super) struct InvitingOrganization {
    #[schema(schema_with = described::<Required<OrganizationName>>)]
    name: String,
    #[schema(schema_with = described::<Required<Slug>>)]
    slug: String,
    /// Whether its members do nothing in it without a second factor.
    requires_second_factor: bool,
}

impl From<Organization> for InvitingOrganization {
    fn from(Organization { name, slug, requires_second_factor, .. }: Organization) -> Self {
        Self { name: name.into(), slug: slug.to_string(), requires_second_factor }
    }
}

/// What the link of an invitation offers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "organization": {"name": "Acme", "slug": "acme", "requires_second_factor": false}, "email": "bob@example.com", "role": "member",
    "invited_by": "ann@example.com", "expires_at": "2026-11-29T01:27:58.151226Z", "has_account": true, "is_yours": null
}))]
struct InvitationOffer {
    organization: InvitingOrganization,
    /// For whom it is: the account of this address can accept it.
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
    #[schema(schema_with = described::<Required<Role>>)]
    role: &'static str,
    /// The address of whoever sent it.
    #[schema(schema_with = described::<Required<Email>>)]
    invited_by: String,
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether the address has an account: then its owner logs in, else they sign up by the link.
    has_account: bool,
    /// Whether the address is that of whoever asks; null without a credential.
    is_yours: Option<bool>,
}

impl From<LinkedOffer> for InvitationOffer {
    fn from(LinkedOffer { offer, has_account, is_yours }: LinkedOffer) -> Self {
        Self {
            organization: offer.organization.into(),
            email: offer.invitation.email.into(),
            role: offer.invitation.role.name(),
            invited_by: offer.invited_by.into(),
            expires_at: offer.invitation.expires_at.to_string(),
            has_account,
            is_yours,
        }
    }
}

/// The account to make.
pub(crate) struct NewAccount {
    password: Password,
    full_name: Option<FullName>,
}

json_body! {
    /// The account that an invitation is for; its address is the invitation's.
    InvitationSignUp -> NewAccount {
        password: Required<Password>,
        full_name: Nullable<FullName>,
    }
    example {"password": "staple battery horse", "full_name": "Bob"}
    => NewAccount { password, full_name: full_name.flatten() }
}

/// Read Invitation
///
/// See what the link of an invitation offers, by its token. Nothing is used up.
#[utoipa::path(
    get, path = "/api/v1/invitations/{token}", tag = "invitations", operation_id = "invitations-read_invitation",
    responses((status = 200, description = "Successful Response", body = InvitationOffer), InvitationNotFound),
)]
async fn read_invitation(app: App, call: Call<OptionalUser, PathToken>) -> Answer<InvitationOffer> {
    let client = call.client;
    let (OptionalUser(caller), PathToken(token)) = (call.caller, call.input);
    let by = caller.map(|caller| caller.user);
    let offer = app.run(move |app| async move { app.invitations.look(&token, by.as_ref(), &client).await }).await?;
    Ok(Json(offer.into()))
}

/// Accept Invitation
///
/// Accept an invitation by the token of its link, as the account of its address (403 `invitation_for_another_account`).
/// The link also verifies the address.
#[utoipa::path(
    post, path = "/api/v1/invitations/{token}/accept", tag = "invitations",
    operation_id = "invitations-accept_invitation",
    responses((status = 200, description = "Successful Response", body = OrganizationPublic), Conflict),
)]
async fn accept_invitation(app: App, call: Call<CurrentUser, PathToken>) -> Answer<OrganizationPublic> {
    let client = call.client;
    let (actor, key) = (call.caller.actor(), InvitationKey::Link(call.input.0));
    let own = app.run(move |app| async move { app.invitations.accept(actor, key, &client).await }).await?;
    Ok(Json(own.into()))
}

/// Decline Invitation
///
/// Decline an invitation by the token of its link, with an account or without.
#[utoipa::path(
    post, path = "/api/v1/invitations/{token}/decline", tag = "invitations",
    operation_id = "invitations-decline_invitation",
    responses((status = 200, description = "Successful Response", body = Message), InvitationNotFound),
)]
async fn decline_invitation(app: App, call: Call<OptionalUser, PathToken>) -> Answer<Message> {
    let client = call.client;
    let (OptionalUser(caller), key) = (call.caller, InvitationKey::Link(call.input.0));
    let actor = caller.map(|caller| caller.actor());
    app.run(move |app| async move { app.invitations.decline(actor, key, &client).await }).await?;
    Ok(Json(Message::new("Invitation declined")))
}

/// Sign Up By Invitation
///
/// Make the account that an invitation is for, by the token of its link, also where registration is closed. Its address is
/// verified, and it is a member of the organisation.
#[utoipa::path(
    post, path = "/api/v1/invitations/{token}/sign-up", tag = "invitations",
    operation_id = "invitations-sign_up_by_invitation",
    responses((status = 200, description = "Successful Response", body = UserPublic), InvitationNotFound, Conflict),
)]
async fn sign_up_by_invitation(
    app: App,
    call: Call<Anyone, (PathToken, input::Json<InvitationSignUp>)>,
) -> Answer<UserPublic> {
    let client = call.client;
    let (PathToken(token), input::Json(NewAccount { password, full_name })) = call.input;
    let command = InvitedSignUp { token, password, full_name };
    let member = app.run(move |app| async move { app.invitations.sign_up(command, &client).await }).await?;
    Ok(Json(member.user.into()))
}
