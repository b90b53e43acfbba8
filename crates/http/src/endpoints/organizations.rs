//! Organisations.

use std::collections::BTreeMap;

use actix_web::web::Json;
use ironplate_application::{
    organizations::{CreateOrganization, OrganizationSize},
    ports::{OrganizationOrder, OwnOrder, OwnOrganization},
};
use ironplate_domain::{Organization, OrganizationChanges, OrganizationId, OrganizationName, Role, Slug, SlugError};
use serde::Serialize;
use serde_json::Value;
use utoipa::{ToSchema, openapi::ObjectBuilder};
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    description::Conflict,
    input::{
        self, Call, FieldValue, Nullable, Optional, Paging, PathId, Required, TypedName, bounded_texts, described,
        json_body, text, text_of,
    },
    problem::ValueFault,
    schemas::{Listed, Message, PageOf},
};

operations!(
    read_organizations,
    create_organization,
    read_all_organizations,
    read_organization,
    update_organization,
    delete_organization,
    leave_organization
);

bounded_texts!(OrganizationName);

impl PathId for OrganizationId {
    const NAME: &'static str = "organization_id";
}

impl FieldValue for Slug {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        Self::parse(text(value)?).map_err(|error| match error {
            SlugError::Length(error) => error.into(),
            error => ValueFault::value(&error.to_string()),
        })
    }

    fn schema() -> ObjectBuilder {
        text_of(Self::MIN, Self::MAX).pattern(Some("^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"))
    }
}

/// An organisation.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "name": "Acme", "slug": "acme",
    "requires_second_factor": false, "created_at": "2026-11-22T01:27:58.151226Z", "role": "owner"
}))]
pub(in crate::endpoints) struct OrganizationPublic {
    id: Uuid,
    #[schema(schema_with = described::<Required<OrganizationName>>)]
    name: String,
    /// Unique; always in lower case.
    #[schema(schema_with = described::<Required<Slug>>)]
    slug: String,
    /// Whether its members do nothing in it without a second factor.
    requires_second_factor: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// What whoever asks is in it; null for a superuser who is no member.
    #[schema(schema_with = described::<Nullable<Role>>)]
    role: Option<&'static str>,
}

impl OrganizationPublic {
    /// As whoever is this in it sees it.
    fn to(role: Option<Role>, organization: Organization) -> Self {
        let Organization { id, name, slug, requires_second_factor, created_by: _, created_at } = organization;
        Self {
            id: id.0,
            name: name.into(),
            slug: slug.to_string(),
            requires_second_factor,
            created_at: created_at.to_string(),
            role: role.map(Role::name),
        }
    }
}

impl From<OwnOrganization> for OrganizationPublic {
    fn from(own: OwnOrganization) -> Self {
        Self::to(Some(own.role), own.organization)
    }
}

impl From<Organization> for OrganizationPublic {
    fn from(organization: Organization) -> Self {
        Self::to(None, organization)
    }
}

/// A page of organisations.
type OrganizationsPublic = PageOf<OrganizationPublic>;

impl Listed for OrganizationPublic {
    const PAGES: &'static str = "OrganizationsPublic";
    const PAGE: &'static str = "A page of organisations.";
}

json_body! {
    /// A new organisation.
    OrganizationCreate -> CreateOrganization {
        name: Required<OrganizationName>,
        /// Left out, it is like the name.
        slug: Nullable<Slug>,
    }
    example {"name": "Acme", "slug": "acme"}
    => CreateOrganization { name, slug: slug.flatten() }
}

json_body! {
    /// What to change of an organisation; what is left out stays.
    OrganizationUpdate -> OrganizationChanges {
        name: Optional<OrganizationName>,
        slug: Optional<Slug>,
        /// For owners, who have a second factor of their own and proved lately who they are. The others are told by mail.
        requires_second_factor: Optional<bool>,
    }
    example {"name": "Acme Inc"}
    => OrganizationChanges { name, slug, requires_second_factor }
}

/// What was deleted.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "message": "Organisation deleted successfully", "members": 3, "invitations": 1, "items": 20
}))]
struct OrganizationDeleted {
    message: &'static str,
    /// How many members it had.
    #[schema(minimum = 0)]
    members: u64,
    /// How many invitations went with it that could still be taken.
    #[schema(minimum = 0)]
    invitations: u64,
    /// How many went with it of each that it owned, such as items.
    #[serde(flatten)]
    owned: BTreeMap<&'static str, u64>,
}

/// Read Organizations
///
/// Retrieve the organisations that one is a member of.
#[utoipa::path(
    get, path = "/api/v1/organizations/", tag = "organizations", operation_id = "organizations-read_organizations",
    responses((status = 200, description = "Successful Response", body = OrganizationsPublic)),
)]
async fn read_organizations(app: App, call: Call<CurrentUser, Paging<OwnOrder>>) -> Answer<OrganizationsPublic> {
    let (actor, Paging(page)) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = app.run(move |app| async move { app.organizations.list_own(actor, page).await }).await?;
    Ok(Json(OrganizationsPublic::new(page, order)))
}

/// Create Organization
///
/// Create new organisation, and be its owner.
#[utoipa::path(
    post, path = "/api/v1/organizations/", tag = "organizations", operation_id = "organizations-create_organization",
    responses((status = 200, description = "Successful Response", body = OrganizationPublic), Conflict),
)]
async fn create_organization(
    app: App,
    call: Call<CurrentUser, input::Json<OrganizationCreate>>,
) -> Answer<OrganizationPublic> {
    let client = call.client;
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let own = app.run(move |app| async move { app.organizations.create(actor, command, &client).await }).await?;
    Ok(Json(own.into()))
}

/// Read All Organizations
///
/// Retrieve everybody's organisations.
#[utoipa::path(
    get, path = "/api/v1/organizations/all", tag = "organizations",
    operation_id = "organizations-read_all_organizations",
    responses((status = 200, description = "Successful Response", body = OrganizationsPublic)),
)]
async fn read_all_organizations(
    app: App,
    call: Call<Superuser, Paging<OrganizationOrder>>,
) -> Answer<OrganizationsPublic> {
    let client = call.client;
    let (actor, Paging(page)) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = app.run(move |app| async move { app.organizations.list_all(actor, page, &client).await }).await?;
    Ok(Json(OrganizationsPublic::new(page, order)))
}

/// Read Organization
///
/// Get organisation by ID.
#[utoipa::path(
    get, path = "/api/v1/organizations/{organization_id}", tag = "organizations",
    operation_id = "organizations-read_organization",
    responses((status = 200, description = "Successful Response", body = OrganizationPublic)),
)]
async fn read_organization(app: App, call: Call<CurrentUser, OrganizationId>) -> Answer<OrganizationPublic> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let organization = app.run(move |app| async move { app.organizations.read(actor, id, &client).await }).await?;
    Ok(Json(OrganizationPublic::to(actor.role_in(id), organization)))
}

/// Update Organization
///
/// Update an organisation.
#[utoipa::path(
    patch, path = "/api/v1/organizations/{organization_id}", tag = "organizations",
    operation_id = "organizations-update_organization",
    responses((status = 200, description = "Successful Response", body = OrganizationPublic), Conflict),
)]
async fn update_organization(
    app: App,
    call: Call<CurrentUser, (OrganizationId, input::Json<OrganizationUpdate>)>,
) -> Answer<OrganizationPublic> {
    let client = call.client;
    let (actor, (id, input::Json(changes))) = (call.caller.actor(), call.input);
    let after = app.run(move |app| async move { app.organizations.change(actor, id, changes, &client).await }).await?;
    Ok(Json(OrganizationPublic::to(actor.role_in(id), after)))
}

/// Delete Organization
///
/// Delete an organisation with all that it has. Without its name, the answer says how much that is. Asks for a recent proof of who one
/// is (403 `recent_authentication_required`, `POST /session/confirm`).
#[utoipa::path(
    delete, path = "/api/v1/organizations/{organization_id}", tag = "organizations",
    operation_id = "organizations-delete_organization",
    responses((status = 200, description = "Successful Response", body = OrganizationDeleted)),
)]
async fn delete_organization(
    app: App,
    call: Call<CurrentUser, (OrganizationId, TypedName)>,
) -> Answer<OrganizationDeleted> {
    let client = call.client;
    let (actor, (id, TypedName(name))) = (call.caller.actor(), call.input);
    let deleted =
        app.run(move |app| async move { app.organizations.delete(actor, id, name.as_deref(), &client).await }).await?;
    let OrganizationSize { members, invitations, owned } = deleted;
    let message = "Organisation deleted successfully";
    Ok(Json(OrganizationDeleted { message, members, invitations, owned }))
}

/// Leave Organization
///
/// Leave an organisation.
#[utoipa::path(
    post, path = "/api/v1/organizations/{organization_id}/leave", tag = "organizations",
    operation_id = "organizations-leave_organization",
    responses((status = 200, description = "Successful Response", body = Message), Conflict),
)]
async fn leave_organization(app: App, call: Call<CurrentUser, OrganizationId>) -> Answer<Message> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.organizations.leave(actor, id, &client).await }).await?;
    Ok(Json(Message::new("You left the organisation")))
}
