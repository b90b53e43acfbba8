//! Everybody's accounts, for superusers.

use actix_web::web::Json;
use ironplate_application::{
    ports::{UserFilter, UserOrder},
    users::Welcome,
};
use ironplate_domain::UserId;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    description::Conflict,
    input::{self, Call, Paging, WithOrganizations},
    schemas::{Message, UserCreate, UserPublic, UserUpdate, UsersPublic},
};

operations!(read_users, create_user, read_user_by_id, update_user, delete_user);

/// Read Users
///
/// Retrieve users.
#[utoipa::path(
    get, path = "/api/v1/users/", tag = "users", operation_id = "users-read_users",
    responses((status = 200, description = "Successful Response", body = UsersPublic)),
)]
async fn read_users(app: App, call: Call<Superuser, Paging<UserOrder>>) -> Answer<UsersPublic> {
    let client = call.client;
    let (actor, Paging(page)) = (call.caller.actor(), call.input);
    let order = page.order;
    let page =
        app.run(move |app| async move { app.users.list(actor, UserFilter::default(), page, &client).await }).await?;
    Ok(Json(UsersPublic::new(page, order)))
}

/// Create User
///
/// Create new user. They get a mail with a link to set a password, with which `password` may be left out.
#[utoipa::path(
    post, path = "/api/v1/users/", tag = "users", operation_id = "users-create_user",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn create_user(app: App, call: Call<Superuser, input::Json<UserCreate>>) -> Answer<UserPublic> {
    let client = call.client;
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let user =
        app.run(move |app| async move { app.users.create(actor, command, Welcome::Mail, &client).await }).await?;
    Ok(Json(user.into()))
}

/// Read User By Id
///
/// Get a specific user by id.
#[utoipa::path(
    get, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "users-read_user_by_id",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn read_user_by_id(app: App, call: Call<CurrentUser, UserId>) -> Answer<UserPublic> {
    let client = call.client;
    let (caller, id) = (call.caller, call.input);
    if id == caller.user.id {
        return Ok(Json(caller.user.into()));
    }
    let actor = caller.actor();
    let user = app.run(move |app| async move { app.users.read(actor, id, &client).await }).await?;
    Ok(Json(user.into()))
}

/// Update User
///
/// Update a user. A new password, a deactivation and a demotion end the user's sessions.
#[utoipa::path(
    patch, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "users-update_user",
    responses((status = 200, description = "Successful Response", body = UserPublic), Conflict),
)]
async fn update_user(app: App, call: Call<Superuser, (UserId, input::Json<UserUpdate>)>) -> Answer<UserPublic> {
    let client = call.client;
    let (Superuser(caller), (id, input::Json(command))) = (call.caller, call.input);
    let (actor, session) = (caller.actor(), caller.session);
    let user = app.run(move |app| async move { app.users.update(actor, session, id, command, &client).await }).await?;
    Ok(Json(user.into()))
}

/// Delete User
///
/// Delete a user with their sessions and items.
#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "users-delete_user",
    responses((status = 200, description = "Successful Response", body = Message), Conflict),
)]
async fn delete_user(app: App, call: Call<Superuser, (UserId, WithOrganizations)>) -> Answer<Message> {
    let client = call.client;
    let (actor, (id, WithOrganizations(organizations))) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.users.delete(actor, id, organizations, &client).await }).await?;
    Ok(Json(Message::new("User deleted successfully")))
}
