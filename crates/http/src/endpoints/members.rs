//! The members of an organisation.

use actix_web::web::Json;
use ironplate_application::ports::{Member, MemberOrder};
use ironplate_domain::{Email, FullName, OrganizationId, Role, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    input::{self, Call, Nullable, OfRole, Paging, Required, described, json_body},
    schemas::{Listed, Message, PageOf},
};

operations!(read_members, update_member, delete_member, transfer_organization);

/// A member of an organisation.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "email": "ann@example.com", "full_name": "Ann",
    "role": "member", "is_active": true, "joined_at": "2026-11-22T01:27:58.151226Z"
}))]
struct MemberPublic {
    user_id: Uuid,
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
    #[schema(schema_with = described::<Nullable<FullName>>)]
    full_name: Option<String>,
    #[schema(schema_with = described::<Required<Role>>)]
    role: &'static str,
    /// Whether they can use their account.
    is_active: bool,
    #[schema(format = DateTime)]
    joined_at: String,
}

impl From<Member> for MemberPublic {
    fn from(member: Member) -> Self {
        let Member { id, email, full_name, is_active, role, joined_at } = member;
        Self {
            user_id: id.0,
            email: email.into(),
            full_name: full_name.map(String::from),
            role: role.name(),
            is_active,
            joined_at: joined_at.to_string(),
        }
    }
}

/// A page of members.
type MembersPublic = PageOf<MemberPublic>;

impl Listed for MemberPublic {
    const PAGES: &'static str = "MembersPublic";
    const PAGE: &'static str = "A page of members.";
}

json_body! {
    /// What to change of a membership.
    MemberUpdate -> Role {
        role: Required<Role>,
    }
    example {"role": "admin"}
    => role
}

json_body! {
    /// Who shall own the organisation.
    OrganizationTransfer -> UserId {
        user_id: Required<UserId>,
    }
    example {"user_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10"}
    => user_id
}

/// Read Members
///
/// Retrieve the members of an organisation.
#[utoipa::path(
    get, path = "/api/v1/organizations/{organization_id}/members/", tag = "members",
    operation_id = "members-read_members",
    responses((status = 200, description = "Successful Response", body = MembersPublic)),
)]
async fn read_members(
    app: App,
    call: Call<CurrentUser, (OrganizationId, (OfRole, Paging<MemberOrder>))>,
) -> Answer<MembersPublic> {
    let client = call.client;
    let (actor, (organization, (OfRole(role), Paging(page)))) = (call.caller.actor(), call.input);
    let order = page.order;
    let listed = app
        .run(move |app| async move { app.organizations.list_members(actor, organization, role, page, &client).await });
    Ok(Json(MembersPublic::new(listed.await?, order)))
}

/// Update Member
///
/// Give a member another role. Whoever makes an owner is asked for a recent proof (403 `recent_authentication_required`).
#[utoipa::path(
    patch, path = "/api/v1/organizations/{organization_id}/members/{user_id}", tag = "members",
    operation_id = "members-update_member",
    responses((status = 200, description = "Successful Response", body = MemberPublic), Conflict),
)]
async fn update_member(
    app: App,
    call: Call<CurrentUser, (OrganizationId, (UserId, input::Json<MemberUpdate>))>,
) -> Answer<MemberPublic> {
    let client = call.client;
    let (actor, (organization, (user, input::Json(role)))) = (call.caller.actor(), call.input);
    let changed = app
        .run(move |app| async move { app.organizations.change_role(actor, organization, user, role, &client).await });
    Ok(Json(changed.await?.into()))
}

/// Delete Member
///
/// Remove a member from an organisation.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{organization_id}/members/{user_id}", tag = "members",
    operation_id = "members-delete_member",
    responses((status = 200, description = "Successful Response", body = Message), Conflict),
)]
async fn delete_member(app: App, call: Call<CurrentUser, (OrganizationId, UserId)>) -> Answer<Message> {
    let client = call.client;
    let (actor, (organization, user)) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.organizations.remove_member(actor, organization, user, &client).await })
        .await?;
    Ok(Json(Message::new("Member removed successfully")))
}

/// Transfer Organization
///
/// Make a member the owner, in one's own place if one is. Asks for a recent proof of who one is (403 `recent_authentication_required`).
#[utoipa::path(
    post, path = "/api/v1/organizations/{organization_id}/transfer", tag = "members",
    operation_id = "members-transfer_organization",
    responses((status = 200, description = "Successful Response", body = MemberPublic), Conflict),
)]
async fn transfer_organization(
    app: App,
    call: Call<CurrentUser, (OrganizationId, input::Json<OrganizationTransfer>)>,
) -> Answer<MemberPublic> {
    let client = call.client;
    let (actor, (organization, input::Json(to))) = (call.caller.actor(), call.input);
    let owner = app.run(move |app| async move { app.organizations.transfer(actor, organization, to, &client).await });
    Ok(Json(owner.await?.into()))
}
