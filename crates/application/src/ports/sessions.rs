//! Storage of sessions.

use async_trait::async_trait;
use ironplate_domain::{Session, SessionId, Timestamp, User, UserId};

use super::StoreResult;

/// The user that an access token names, with the session it names, if that is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHolder {
    /// The token's `sub`.
    pub user: User,
    /// The token's `sid`, when it exists and belongs to the user. It may be over.
    pub session: Option<Session>,
}

/// The sessions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send {
    /// Adds a session. Fails with [`Constraint::SessionUser`](super::Constraint::SessionUser) when its
    /// user does not exist (any more).
    async fn insert(&mut self, session: &Session) -> StoreResult<()>;

    /// User and session in one statement, by primary keys: the path of every authenticated request.
    async fn find_holder(&mut self, user: UserId, session: SessionId) -> StoreResult<Option<SessionHolder>>;

    /// Ends a session; whether it was not ended before.
    async fn revoke(&mut self, id: SessionId, now: Timestamp) -> StoreResult<bool>;

    /// Ends all sessions of a user, but for the one to `keep`; how many. Somebody else's session keeps none.
    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64>;
}
