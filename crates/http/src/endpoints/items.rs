//! Items.

use actix_web::web::Json;
use ironplate_application::items::{CreateItem, ItemOrder};
use ironplate_domain::{Date, Item, ItemChanges, ItemDescription, ItemId, ItemTitle, OrganizationId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    input::{
        self, Call, Nullable, OfOrganization, Optional, Paging, PathId, Required, bounded_texts, described, json_body,
    },
    schemas::{Listed, Message, PageOf},
};

operations!(read_items, create_item, read_item, update_item, complete_item, reopen_item, move_item, delete_item);

bounded_texts!(ItemTitle, ItemDescription);

impl PathId for ItemId {
    const NAME: &'static str = "id";
}

/// An item.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "title": "Buy milk", "description": null, "due_on": "2027-03-01", "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
    "owner_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "organization_id": null,
    "status": "open", "created_at": "2026-11-22T01:27:58.151226Z"
}))]
pub(super) struct ItemPublic {
    #[schema(schema_with = described::<Required<ItemTitle>>)]
    title: String,
    #[schema(schema_with = described::<Nullable<ItemDescription>>)]
    description: Option<String>,
    #[schema(schema_with = described::<Nullable<Date>>)]
    due_on: Option<String>,
    id: Uuid,
    /// Whose it is: of a user or an organisation.
    owner_id: Uuid,
    /// The organisation whose it is; null where it is a user's.
    organization_id: Option<Uuid>,
    /// `open` or `done`.
    status: &'static str,
    #[schema(format = DateTime)]
    created_at: Option<String>,
}

impl From<Item> for ItemPublic {
    fn from(item: Item) -> Self {
        let Item { id, owner, title, description, status, due_on, created_at } = item;
        Self {
            title: title.into(),
            description: description.map(String::from),
            due_on: due_on.map(|due_on| due_on.to_string()),
            id: id.0,
            owner_id: owner.id(),
            organization_id: owner.organization().map(|organization| organization.0),
            status: status.name(),
            created_at: Some(created_at.to_string()),
        }
    }
}

/// A page of items.
type ItemsPublic = PageOf<ItemPublic>;

impl Listed for ItemPublic {
    const PAGES: &'static str = "ItemsPublic";
    const PAGE: &'static str = "A page of items.";
}

/// An item to make, and for which organisation, if not for oneself.
pub(crate) struct NewItem {
    command: CreateItem,
    organization: Option<OrganizationId>,
}

json_body! {
    /// A new item.
    ItemCreate -> NewItem {
        title: Required<ItemTitle>,
        description: Nullable<ItemDescription>,
        due_on: Nullable<Date>,
        /// Whose it shall be; null or left out: one's own.
        organization_id: Nullable<OrganizationId>,
    }
    example {"title": "Buy milk", "description": "In a few words", "due_on": "2027-03-01"}
    => NewItem {
        command: CreateItem { title, description: description.flatten(), due_on: due_on.flatten() },
        organization: organization_id.flatten(),
    }
}

json_body! {
    /// Where an item shall go.
    ItemMove -> Option<OrganizationId> {
        /// To which organisation; null: to oneself.
        organization_id: Required<Option<OrganizationId>>,
    }
    example {"organization_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"}
    => organization_id
}

json_body! {
    /// What to change of an item; what is left out stays.
    ItemUpdate -> ItemChanges {
        title: Optional<ItemTitle>,
        description: Nullable<ItemDescription>,
        due_on: Nullable<Date>,
    }
    example {"title": "Buy oat milk"}
    => ItemChanges { title, description, status: None, due_on }
}

/// Read Items
///
/// Retrieve items: one's own, an organisation's, or everybody's for a superuser who names none.
#[utoipa::path(
    get, path = "/api/v1/items/", tag = "items", operation_id = "items-read_items",
    responses((status = 200, description = "Successful Response", body = ItemsPublic)),
)]
async fn read_items(app: App, call: Call<CurrentUser, (OfOrganization, Paging<ItemOrder>)>) -> Answer<ItemsPublic> {
    let client = call.client;
    let (actor, (OfOrganization(organization), Paging(page))) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = match organization {
        None => app.run(move |app| async move { app.items.list(actor, page).await }).await?,
        Some(organization) => {
            app.run(move |app| async move { app.items.list_of(actor, organization, page, &client).await }).await?
        }
    };
    Ok(Json(ItemsPublic::new(page, order)))
}

/// Create Item
///
/// Create new item.
#[utoipa::path(
    post, path = "/api/v1/items/", tag = "items", operation_id = "items-create_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic), Conflict),
)]
async fn create_item(app: App, call: Call<CurrentUser, input::Json<ItemCreate>>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, input::Json(NewItem { command, organization })) = (call.caller.actor(), call.input);
    let made = app.run(move |app| async move {
        match organization {
            None => app.items.create(actor, command).await,
            Some(organization) => app.items.create_in(actor, organization, command, &client).await,
        }
    });
    let item = made.await?;
    Ok(Json(item.into()))
}

/// Read Item
///
/// Get item by ID.
#[utoipa::path(
    get, path = "/api/v1/items/{id}", tag = "items", operation_id = "items-read_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic)),
)]
async fn read_item(app: App, call: Call<CurrentUser, ItemId>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.read(actor, id, &client).await }).await?;
    Ok(Json(item.into()))
}

/// Update Item
///
/// Update an item.
#[utoipa::path(
    put, path = "/api/v1/items/{id}", tag = "items", operation_id = "items-update_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic)),
)]
async fn update_item(app: App, call: Call<CurrentUser, (ItemId, input::Json<ItemUpdate>)>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, (id, input::Json(changes))) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.update(actor, id, changes, &client).await }).await?;
    Ok(Json(item.into()))
}

/// Complete Item
///
/// Make an item done.
#[utoipa::path(
    post, path = "/api/v1/items/{id}/complete", tag = "items", operation_id = "items-complete_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic)),
)]
async fn complete_item(app: App, call: Call<CurrentUser, ItemId>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.complete(actor, id, &client).await }).await?;
    Ok(Json(item.into()))
}

/// Reopen Item
///
/// Make an item open.
#[utoipa::path(
    post, path = "/api/v1/items/{id}/reopen", tag = "items", operation_id = "items-reopen_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic)),
)]
async fn reopen_item(app: App, call: Call<CurrentUser, ItemId>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.reopen(actor, id, &client).await }).await?;
    Ok(Json(item.into()))
}

/// Move Item
///
/// Make an item an organisation's, or one's own.
#[utoipa::path(
    post, path = "/api/v1/items/{id}/move", tag = "items", operation_id = "items-move_item",
    responses((status = 200, description = "Successful Response", body = ItemPublic), Conflict),
)]
async fn move_item(app: App, call: Call<CurrentUser, (ItemId, input::Json<ItemMove>)>) -> Answer<ItemPublic> {
    let client = call.client;
    let (actor, (id, input::Json(to))) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.move_to(actor, id, to, &client).await }).await?;
    Ok(Json(item.into()))
}

/// Delete Item
///
/// Delete an item.
#[utoipa::path(
    delete, path = "/api/v1/items/{id}", tag = "items", operation_id = "items-delete_item",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_item(app: App, call: Call<CurrentUser, ItemId>) -> Answer<Message> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(Json(Message::new("Item deleted successfully")))
}
