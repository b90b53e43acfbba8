//! Items.

use actix_web::web::Json;
use ironplate_application::ports::ItemOrder;
use ironplate_domain::ItemId;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    input::{self, Call, Paging},
    schemas::{ItemCreate, ItemPublic, ItemUpdate, ItemsPublic, Message},
};

operations!(read_items, create_item, read_item, update_item, complete_item, reopen_item, delete_item);

/// Read Items
///
/// Retrieve items.
#[utoipa::path(
    get, path = "/api/v1/items/", tag = "items", operation_id = "items-read_items",
    responses((status = 200, description = "Successful Response", body = ItemsPublic)),
)]
async fn read_items(app: App, call: Call<CurrentUser, Paging<ItemOrder>>) -> Answer<ItemsPublic> {
    let (actor, Paging(page)) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = app.run(move |app| async move { app.items.list(actor, page).await }).await?;
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
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let item = app.run(move |app| async move { app.items.create(actor, command).await }).await?;
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
/// Mark an item as done.
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
/// Mark an item as still to be done.
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
