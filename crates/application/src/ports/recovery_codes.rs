//! Storage of recovery codes.

use async_trait::async_trait;
use ironplate_domain::{Timestamp, TokenDigest, UserId};

use super::StoreResult;

/// The recovery codes of a user that were not used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecoveryCodesLeft {
    /// How many.
    pub count: u64,
    /// When all of them were made, if there are any.
    pub made_at: Option<Timestamp>,
}

/// The recovery codes, of which there are digests alone.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RecoveryCodeRepository: Send {
    /// Stores these in the place of all that the user has; none takes them away. Whoever calls it has locked the user. Fails with
    /// [`Constraint::RecoveryCodeUser`](super::Constraint::RecoveryCodeUser) when the user does not exist (any more).
    async fn replace(&mut self, user: UserId, digests: &[TokenDigest], now: Timestamp) -> StoreResult<()>;

    /// Takes a code of this user, in ONE statement: of many who show it at once, one gets `true`.
    async fn take(&mut self, user: UserId, digest: TokenDigest) -> StoreResult<bool>;

    /// What the user has left.
    async fn left_for(&mut self, user: UserId) -> StoreResult<RecoveryCodesLeft>;
}
