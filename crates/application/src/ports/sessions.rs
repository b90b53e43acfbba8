//! Storage of sessions.

use async_trait::async_trait;
use ironplate_domain::{
    Generation, Organization, OrganizationId, OrganizationRole, RefreshableSession, Role, Rotation, Session,
    SessionDigests, SessionId, SessionUse, Timestamp, TokenDigest, User, UserId,
};

use super::StoreResult;

/// The user that a credential names, with the session it names, if that is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHolder {
    /// An access token's `sub`, or whose the cookie is.
    pub user: User,
    /// The session, when it exists and belongs to the user. It may be over.
    pub session: Option<Session>,
    /// Of the session's refresh token.
    pub generation: Generation,
    /// The organisation that was asked for, if the user is a member.
    pub at: Option<AtHand>,
    /// They have nothing beside their password, where that was asked.
    pub lacks_second_factor: bool,
}

/// What is read of a holder beside them and their session, in the same statement. Whoever asks for nothing pays for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// Their membership of this organisation.
    pub at: Option<OrganizationId>,
    /// Whether they lack a second factor.
    pub second_factor: bool,
}

impl Beside {
    /// Nothing more.
    pub const NOTHING: Self = Self { at: None, second_factor: false };

    /// Their membership of an organisation, if one is named.
    #[must_use]
    pub const fn membership(at: Option<OrganizationId>) -> Self {
        Self { at, ..Self::NOTHING }
    }
}

/// An organisation as one of its members asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHand {
    /// Which.
    pub organization: Organization,
    /// What the member may do in it.
    pub role: Role,
    /// It asks for a second factor, which they lack.
    pub is_barred: bool,
}

impl AtHand {
    /// What an actor carries of it.
    #[must_use]
    pub const fn role(&self) -> OrganizationRole {
        OrganizationRole { organization: self.organization.id, role: self.role, is_barred: self.is_barred }
    }
}

/// The sessions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send {
    /// Adds a session, to be found by these keys. Fails with [`Constraint::SessionUser`](super::Constraint::SessionUser)
    /// when its user does not exist (any more).
    async fn insert(&mut self, session: &Session, keys: &SessionDigests) -> StoreResult<()>;

    /// User and session in one statement, by primary keys: the path of every request with an access token. With what
    /// is asked for beside them.
    async fn find_holder(
        &mut self,
        user: UserId,
        session: SessionId,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>>;

    /// The same for the secret of a cookie. The secret of a session of another kind finds nobody.
    async fn find_holder_of_cookie(
        &mut self,
        secret: TokenDigest,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>>;

    /// The same for each of some secrets, in one statement and in no order. Secrets that find nobody are left out.
    async fn find_holders_of_cookies(
        &mut self,
        secrets: &[TokenDigest],
        beside: Beside,
    ) -> StoreResult<Vec<SessionHolder>>;

    /// The session whose refresh tokens have this secret in common. The secret of a session of another kind finds none.
    async fn find_refreshable(&mut self, secret: TokenDigest) -> StoreResult<Option<RefreshableSession>>;

    /// Puts a refresh token in the place of the one that must be in force, and notes the use: compare and set in ONE
    /// statement. Whether it did; it does not for a session that is over.
    async fn rotate(&mut self, id: SessionId, rotation: &Rotation) -> StoreResult<bool>;

    /// Notes that a session was used, and until when it lives now. Whether it did; it does not for one that is over, nor for
    /// one whose use was noted a short time ago, unless the generation [is news](Generation::is_news).
    async fn note_use(&mut self, id: SessionId, used: &SessionUse) -> StoreResult<bool>;

    /// Notes that the user of a session proved who they are; whether it did. It does not for one that is over, nor for somebody
    /// else's.
    async fn note_proof(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool>;

    /// Notes until when a session may write ([`Session::writes_until`]); never takes back what reaches further.
    async fn note_writing(&mut self, id: SessionId, until: Timestamp) -> StoreResult<()>;

    /// The live sessions of a user, those first that were used last; at most `limit`.
    async fn list_for(&mut self, user: UserId, now: Timestamp, limit: u32) -> StoreResult<Vec<Session>>;

    /// How many sessions live at this moment, everybody's. It takes longer the more there are.
    async fn count_live(&mut self, now: Timestamp) -> StoreResult<u64>;

    /// All sessions of a user, also those that are over, by their ids, from behind this one on; at most `limit`.
    async fn history_of(&mut self, user: UserId, after: Option<SessionId>, limit: u32) -> StoreResult<Vec<Session>>;

    /// When a user was seen last, by any of their sessions that are still kept, also those that are over.
    async fn last_seen(&mut self, user: UserId) -> StoreResult<Option<Timestamp>>;

    /// Ends a session of this user; whether there was one that was not ended before.
    async fn revoke(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool>;

    /// Ends all sessions of a user, but for the one to `keep`; how many. Somebody else's session keeps none.
    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64>;

    /// Ends all sessions of everybody; how many.
    async fn revoke_everybodys(&mut self, now: Timestamp) -> StoreResult<u64>;

    /// Ends the live sessions of a user but for the `most` that were used last; how many.
    async fn revoke_beyond(&mut self, user: UserId, most: u32, now: Timestamp) -> StoreResult<u64>;

    /// Removes at most `limit` sessions that were over before `before`; how many.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
