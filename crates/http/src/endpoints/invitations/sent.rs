//! The invitations of an organisation.

use actix_web::web::Json;
use ironplate_application::{
    invitations::{InvitationPage, InvitationResult, InvitationStatus, Invite},
    ports::InvitationOrder,
};
use ironplate_domain::{Email, Invitation, InvitationId, OrganizationId, Role};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    input::{self, Call, Paging, PathId, Required, RequiredList, described, json_body},
    schemas::{Listed, Message, PageOf},
};

operations!(read_invitations, create_invitations, resend_invitation, delete_invitation);

impl PathId for InvitationId {
    const NAME: &'static str = "invitation_id";
}

/// An invitation.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "email": "bob@example.com", "role": "member",
    "invited_by": {"user_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "email": "ann@example.com"},
    "created_at": "2026-11-22T01:27:58.151226Z", "expires_at": "2026-11-29T01:27:58.151226Z"
}))]
struct InvitationPublic {
    id: Uuid,
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
    #[schema(schema_with = described::<Required<Role>>)]
    role: &'static str,
    invited_by: InviterPublic,
    #[schema(format = DateTime)]
    created_at: String,
    /// From then on it can't be accepted, unless it is sent again.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Who sent an invitation last.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "email": "ann@example.com"}))]
struct InviterPublic {
    user_id: Uuid,
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
}

impl InvitationPublic {
    /// With the address of its inviter.
    fn by(inviter: &Email, invitation: Invitation) -> Self {
        let Invitation { id, organization: _, email, role, invited_by, digest: _, created_at, expires_at } = invitation;
        Self {
            id: id.0,
            email: email.into(),
            role: role.name(),
            invited_by: InviterPublic { user_id: invited_by.0, email: inviter.as_str().to_owned() },
            created_at: created_at.to_string(),
            expires_at: expires_at.to_string(),
        }
    }
}

/// A page of invitations.
type InvitationsPublic = PageOf<InvitationPublic>;

impl Listed for InvitationPublic {
    const PAGES: &'static str = "InvitationsPublic";
    const PAGE: &'static str = "A page of invitations.";
}

json_body! {
    /// Whom to invite, as what.
    InvitationsCreate -> Invite {
        /// Addresses. What is none is told in the answer, and keeps nobody else from being invited.
        emails: RequiredList<String, { Invite::MOST }>,
        role: Required<Role>,
    }
    example {"emails": ["bob@example.com", "eve@example.com"], "role": "member"}
    => Invite { emails, role }
}

/// What became of each address, in the order sent; of several spellings of one address the first counts.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "data": [
        {"email": "bob@example.com", "status": "invited", "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"},
        {"email": "eve@example", "status": "invalid", "id": null}
    ]
}))]
struct InvitationResults {
    data: Vec<InvitationResultPublic>,
}

/// What became of one address.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"email": "bob@example.com", "status": "invited", "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"}))]
struct InvitationResultPublic {
    /// As it was sent.
    email: String,
    /// `not_allowed_for_now`: by the limits on invitations; `full`: the organisation has as many members as it may. It is the
    /// same whether the address has an account or not.
    #[schema(schema_with = status)]
    status: &'static str,
    /// Null unless it was invited.
    id: Option<Uuid>,
}

fn status() -> RefOr<Schema> {
    let names = InvitationStatus::ALL.map(InvitationStatus::name);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
}

impl From<InvitationResult> for InvitationResultPublic {
    fn from(InvitationResult { email, status, id }: InvitationResult) -> Self {
        Self { email, status: status.name(), id: id.map(|id| id.0) }
    }
}

/// Read Invitations
///
/// Retrieve the invitations of an organisation that nobody answered yet, expired or not.
#[utoipa::path(
    get, path = "/api/v1/organizations/{organization_id}/invitations/", tag = "invitations",
    operation_id = "invitations-read_invitations",
    responses((status = 200, description = "Successful Response", body = InvitationsPublic)),
)]
async fn read_invitations(
    app: App,
    call: Call<CurrentUser, (OrganizationId, Paging<InvitationOrder>)>,
) -> Answer<InvitationsPublic> {
    let client = call.client;
    let (actor, (organization, Paging(page))) = (call.caller.actor(), call.input);
    let order = page.order;
    let listed = app.run(move |app| async move { app.invitations.list(actor, organization, page, &client).await });
    let InvitationPage { page, inviters } = listed.await?;
    // With whoever sent them and has gone meanwhile, they went.
    let shown = |invitation: Invitation| {
        inviters.get(&invitation.invited_by).map(|inviter| InvitationPublic::by(inviter, invitation))
    };
    Ok(Json(InvitationsPublic::of(page, order, shown)))
}

/// Create Invitations
///
/// Invite people by mail. Whoever follows the link logs in to the account of their address, or makes one, and is a member.
#[utoipa::path(
    post, path = "/api/v1/organizations/{organization_id}/invitations/", tag = "invitations",
    operation_id = "invitations-create_invitations",
    responses((status = 200, description = "Successful Response", body = InvitationResults), Conflict),
)]
async fn create_invitations(
    app: App,
    call: Call<CurrentUser, (OrganizationId, input::Json<InvitationsCreate>)>,
) -> Answer<InvitationResults> {
    let client = call.client;
    let (actor, (organization, input::Json(command))) = (call.caller.actor(), call.input);
    let results =
        app.run(move |app| async move { app.invitations.invite(actor, organization, command, &client).await }).await?;
    Ok(Json(InvitationResults { data: results.into_iter().map(Into::into).collect() }))
}

/// Resend Invitation
///
/// Send an invitation again, with a new link and a new end. Older links stop working.
#[utoipa::path(
    post, path = "/api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend", tag = "invitations",
    operation_id = "invitations-resend_invitation",
    responses((status = 200, description = "Successful Response", body = InvitationPublic), Conflict),
)]
async fn resend_invitation(
    app: App,
    call: Call<CurrentUser, (OrganizationId, InvitationId)>,
) -> Answer<InvitationPublic> {
    let client = call.client;
    let (actor, (organization, id)) = (call.caller.actor(), call.input);
    let sent = app.run(move |app| async move { app.invitations.resend(actor, organization, id, &client).await });
    Ok(Json(InvitationPublic::by(&call.caller.user.email, sent.await?)))
}

/// Delete Invitation
///
/// Take an invitation back: its link stops working.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{organization_id}/invitations/{invitation_id}", tag = "invitations",
    operation_id = "invitations-delete_invitation",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_invitation(app: App, call: Call<CurrentUser, (OrganizationId, InvitationId)>) -> Answer<Message> {
    let client = call.client;
    let (actor, (organization, id)) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.invitations.revoke(actor, organization, id, &client).await }).await?;
    Ok(Json(Message::new("Invitation deleted successfully")))
}
