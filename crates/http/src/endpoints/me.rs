//! One's own account.

use actix_web::{HttpResponse, web::Json};
use ironplate_application::accounts::SignedUp;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    description::{Conflict, RegistrationClosed},
    input::{self, Call, WithOrganizations},
    problem::Problem,
    schemas::{Message, UpdatePassword, UserPublic, UserRegister, UserUpdateMe},
};

operations!(update_user_me, update_password_me, read_user_me, delete_user_me, register_user);

/// True for addresses with an account, too.
const LINK_OWED: &str = "Check your inbox: we sent a mail that tells how to go on";

/// Register User
///
/// Create new user without the need to be logged in. Where addresses are verified first, the answer is 202, the same
/// for every address: a mail tells how to go on, and whoever follows its link chooses the password. The name is not kept.
#[utoipa::path(
    post, path = "/api/v1/users/signup", tag = "users", operation_id = "users-register_user",
    responses(
        (status = 200, description = "Successful Response", body = UserPublic),
        (
            status = 202, body = Message,
            description = "Where addresses are verified first: a mail is under way, to whoever has the address. There is no \
                user to show or to log in as yet, so the body is a message for people instead of a user. Clients show it, \
                and forget the password: it was not kept, and the mailed link leads to where one is chosen.",
            example = json!({"message": LINK_OWED}),
        ),
        RegistrationClosed,
    ),
)]
async fn register_user(app: App, call: Call<Anyone, input::Json<UserRegister>>) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let input::Json(command) = call.input;
    let signed_up = app.run(move |app| async move { app.accounts.sign_up(command, &client).await }).await?;
    Ok(match signed_up {
        SignedUp::Created(user) => HttpResponse::Ok().json(UserPublic::from(*user)),
        SignedUp::LinkOwed => HttpResponse::Accepted().json(Message::new(LINK_OWED)),
    })
}

/// Read User Me
///
/// Get current user.
#[utoipa::path(
    get, path = "/api/v1/users/me", tag = "users", operation_id = "users-read_user_me",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn read_user_me(call: Call<CurrentUser, ()>) -> Answer<UserPublic> {
    Ok(Json(call.caller.user.into()))
}

/// Update User Me
///
/// Update own user. Where new addresses have to be confirmed, the answer still has the old one; the new one counts once
/// the link that was mailed to it is followed.
#[utoipa::path(
    patch, path = "/api/v1/users/me", tag = "users", operation_id = "users-update_user_me",
    responses((status = 200, description = "Successful Response", body = UserPublic), Conflict),
)]
async fn update_user_me(app: App, call: Call<CurrentUser, input::Json<UserUpdateMe>>) -> Answer<UserPublic> {
    let client = call.client;
    let (actor, session, input::Json(command)) = (call.caller.actor(), call.caller.session, call.input);
    let user =
        app.run(move |app| async move { app.accounts.change_profile(actor, session, command, &client).await }).await?;
    Ok(Json(user.into()))
}

/// Delete User Me
///
/// Delete own user.
#[utoipa::path(
    delete, path = "/api/v1/users/me", tag = "users", operation_id = "users-delete_user_me",
    responses((status = 200, description = "Successful Response", body = Message), Conflict),
)]
async fn delete_user_me(app: App, call: Call<CurrentUser, WithOrganizations>) -> Answer<Message> {
    let client = call.client;
    let (actor, WithOrganizations(organizations)) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.accounts.delete_account(actor, organizations, &client).await }).await?;
    Ok(Json(Message::new("User deleted successfully")))
}

/// Update Password Me
///
/// Update own password. All other sessions of the user end.
#[utoipa::path(
    patch, path = "/api/v1/users/me/password", tag = "users", operation_id = "users-update_password_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn update_password_me(app: App, call: Call<CurrentUser, input::Json<UpdatePassword>>) -> Answer<Message> {
    let client = call.client;
    let (CurrentUser { user, session, .. }, input::Json(command)) = (call.caller, call.input);
    app.run(move |app| async move { app.accounts.change_password(&user, session, command, &client).await }).await?;
    Ok(Json(Message::new("Password updated successfully")))
}
