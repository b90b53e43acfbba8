//! The sessions of an account: seen, and ended from one another.

use actix_web::web::Json;
use ironplate_domain::{Actor, Client, SessionId, UserId};

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    input::Call,
    schemas::{Message, SessionsPublic},
};

operations!(
    read_sessions_me,
    delete_sessions_me,
    delete_session_me,
    read_sessions_of_user,
    delete_sessions_of_user,
    delete_session_of_user
);

/// Read Sessions Me
///
/// The live sessions of one's own account, those first that were used last.
#[utoipa::path(
    get, path = "/api/v1/users/me/sessions", tag = "sessions", operation_id = "sessions-read_sessions_me",
    responses((status = 200, description = "Successful Response", body = SessionsPublic)),
)]
async fn read_sessions_me(app: App, call: Call<CurrentUser, ()>) -> Answer<SessionsPublic> {
    let (actor, current) = (call.caller.actor(), call.caller.session);
    read(&app, actor, actor.user, current, call.client).await
}

/// Delete Sessions Me
///
/// End all other sessions of one's own account.
#[utoipa::path(
    delete, path = "/api/v1/users/me/sessions", tag = "sessions", operation_id = "sessions-delete_sessions_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_sessions_me(app: App, call: Call<CurrentUser, ()>) -> Answer<Message> {
    let (actor, keep, client) = (call.caller.actor(), call.caller.session, call.client);
    app.run(move |app| async move { app.sessions.revoke_all(actor, actor.user, Some(keep), &client).await }).await?;
    Ok(Json(Message::new("All other sessions were ended")))
}

/// Delete Session Me
///
/// End a session of one's own account.
#[utoipa::path(
    delete, path = "/api/v1/users/me/sessions/{session_id}", tag = "sessions",
    operation_id = "sessions-delete_session_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_session_me(app: App, call: Call<CurrentUser, SessionId>) -> Answer<Message> {
    let actor = call.caller.actor();
    delete(&app, actor, actor.user, call.input, call.client).await
}

/// Read Sessions Of User
///
/// The live sessions of a user, those first that were used last.
#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/sessions", tag = "sessions", operation_id = "sessions-read_sessions_of_user",
    responses((status = 200, description = "Successful Response", body = SessionsPublic)),
)]
async fn read_sessions_of_user(app: App, call: Call<Superuser, UserId>) -> Answer<SessionsPublic> {
    let Superuser(caller) = &call.caller;
    read(&app, caller.actor(), call.input, caller.session, call.client).await
}

/// Delete Sessions Of User
///
/// End all sessions of a user.
#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/sessions", tag = "sessions",
    operation_id = "sessions-delete_sessions_of_user",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_sessions_of_user(app: App, call: Call<Superuser, UserId>) -> Answer<Message> {
    let (actor, of, client) = (call.caller.actor(), call.input, call.client);
    app.run(move |app| async move { app.sessions.revoke_all(actor, of, None, &client).await }).await?;
    Ok(Json(Message::new("All sessions were ended")))
}

/// Delete Session Of User
///
/// End a session of a user.
#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/sessions/{session_id}", tag = "sessions",
    operation_id = "sessions-delete_session_of_user",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_session_of_user(app: App, call: Call<Superuser, (UserId, SessionId)>) -> Answer<Message> {
    let (of, session) = call.input;
    delete(&app, call.caller.actor(), of, session, call.client).await
}

async fn read(app: &App, actor: Actor, of: UserId, current: SessionId, client: Client) -> Answer<SessionsPublic> {
    let sessions = app.run(move |app| async move { app.sessions.list(actor, of, &client).await }).await?;
    Ok(Json(SessionsPublic::new(sessions, current)))
}

async fn delete(app: &App, actor: Actor, of: UserId, session: SessionId, client: Client) -> Answer<Message> {
    app.run(move |app| async move { app.sessions.revoke(actor, of, session, &client).await }).await?;
    Ok(Json(Message::new("Session ended")))
}
