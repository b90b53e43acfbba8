//! The sessions of an account: seen, and ended from one another.

use actix_web::web::Json;
use ironplate_domain::{Actor, Client, Session, SessionId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    input::{Call, PathId},
    schemas::Message,
};

operations!(
    read_sessions_me,
    delete_sessions_me,
    delete_session_me,
    read_sessions_of_user,
    delete_sessions_of_user,
    delete_session_of_user
);

impl PathId for SessionId {
    const NAME: &'static str = "session_id";
}

/// A live session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "kind": "cookie", "device": "Firefox on Windows",
    "address": "203.0.113.7", "created_at": "2026-11-22T01:27:58.151226Z",
    "last_seen_at": "2026-11-25T08:12:03.718281Z", "expires_at": "2026-12-09T08:12:03.718281Z", "is_current": true
}))]
struct SessionPublic {
    #[serde(flatten)]
    session: SessionFields,
    /// It is the one that asks.
    is_current: bool,
}

/// What is told of a session, whoever asks.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionFields {
    id: Uuid,
    /// How it shows itself: `token` or `cookie`.
    kind: &'static str,
    /// The device that logged in, in plain words.
    device: String,
    /// The address that it logged in from.
    address: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was used last, give or take some minutes.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// When it is over, unless it is used before.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<Session> for SessionFields {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.0,
            kind: session.kind.name(),
            device: session.device(),
            address: session.address.map(|address| address.to_string()),
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            expires_at: session.expires_at.to_string(),
        }
    }
}

/// The live sessions of a user.
#[derive(Serialize, ToSchema)]
struct SessionsPublic {
    data: Vec<SessionPublic>,
    count: usize,
}

impl SessionsPublic {
    fn new(sessions: Vec<Session>, current: SessionId) -> Self {
        let public = |session: Session| {
            let is_current = session.id == current;
            SessionPublic { session: session.into(), is_current }
        };
        let data: Vec<SessionPublic> = sessions.into_iter().map(public).collect();
        Self { count: data.len(), data }
    }
}

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
