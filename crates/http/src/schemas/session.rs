//! Sessions.

use ironplate_domain::{Session, SessionId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::input::PathId;

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
pub(crate) struct SessionPublic {
    #[serde(flatten)]
    session: SessionFields,
    /// It is the one that asks.
    is_current: bool,
}

/// What is told of a session, whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionFields {
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
pub(crate) struct SessionsPublic {
    data: Vec<SessionPublic>,
    count: usize,
}

impl SessionsPublic {
    pub(crate) fn new(sessions: Vec<Session>, current: SessionId) -> Self {
        let public = |session: Session| {
            let is_current = session.id == current;
            SessionPublic { session: session.into(), is_current }
        };
        let data: Vec<SessionPublic> = sessions.into_iter().map(public).collect();
        Self { count: data.len(), data }
    }
}
