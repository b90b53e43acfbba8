//! One's own account.

use actix_web::web::Json;
use ironplate_application::accounts::{ChangePassword, ChangeProfile, SignUp};

use super::Answer;
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    input::{self, Call},
    schemas::{Message, UpdatePassword, UserPublic, UserRegister, UserUpdateMe},
};

/// Register User
///
/// Create new user without the need to be logged in.
#[utoipa::path(
    post, path = "/api/v1/users/signup", tag = "users", operation_id = "users-register_user",
    request_body = UserRegister,
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
pub(crate) async fn register_user(app: App, call: Call<Anyone, input::Json<SignUp>>) -> Answer<UserPublic> {
    let input::Json(command) = call.input;
    let user = app.run(|app| async move { app.accounts.sign_up(command).await }).await?;
    Ok(Json(user.into()))
}

/// Read User Me
///
/// Get current user.
#[utoipa::path(
    get, path = "/api/v1/users/me", tag = "users", operation_id = "users-read_user_me",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
    security(("OAuth2PasswordBearer" = [])),
)]
pub(crate) async fn read_user_me(call: Call<CurrentUser, ()>) -> Answer<UserPublic> {
    Ok(Json(call.caller.user.into()))
}

/// Update User Me
///
/// Update own user.
#[utoipa::path(
    patch, path = "/api/v1/users/me", tag = "users", operation_id = "users-update_user_me",
    request_body = UserUpdateMe,
    responses((status = 200, description = "Successful Response", body = UserPublic)),
    security(("OAuth2PasswordBearer" = [])),
)]
pub(crate) async fn update_user_me(
    app: App,
    call: Call<CurrentUser, input::Json<ChangeProfile>>,
) -> Answer<UserPublic> {
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let user = app.run(move |app| async move { app.accounts.change_profile(actor, command).await }).await?;
    Ok(Json(user.into()))
}

/// Delete User Me
///
/// Delete own user.
#[utoipa::path(
    delete, path = "/api/v1/users/me", tag = "users", operation_id = "users-delete_user_me",
    responses((status = 200, description = "Successful Response", body = Message)),
    security(("OAuth2PasswordBearer" = [])),
)]
pub(crate) async fn delete_user_me(app: App, call: Call<CurrentUser, ()>) -> Answer<Message> {
    let actor = call.caller.actor();
    app.run(move |app| async move { app.accounts.delete_account(actor).await }).await?;
    Ok(Json(Message::new("User deleted successfully")))
}

/// Update Password Me
///
/// Update own password. All other sessions of the user end.
#[utoipa::path(
    patch, path = "/api/v1/users/me/password", tag = "users", operation_id = "users-update_password_me",
    request_body = UpdatePassword,
    responses((status = 200, description = "Successful Response", body = Message)),
    security(("OAuth2PasswordBearer" = [])),
)]
pub(crate) async fn update_password_me(
    app: App,
    call: Call<CurrentUser, input::Json<ChangePassword>>,
) -> Answer<Message> {
    let (CurrentUser { user, session }, input::Json(command)) = (call.caller, call.input);
    app.run(move |app| async move { app.accounts.change_password(&user, session, command).await }).await?;
    Ok(Json(Message::new("Password updated successfully")))
}
