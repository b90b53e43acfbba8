//! Storage of one-time tokens.

use async_trait::async_trait;
use ironplate_domain::{OneTimeToken, Timestamp, TokenDigest, TokenPurpose, UserId};

use super::StoreResult;

/// The one-time tokens. A user has at most one of each purpose.
///
/// Lock the user before issuing, consuming or revoking: then whoever changes a password or an address and whoever uses
/// a link wait for one another in the same order.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OneTimeTokenRepository: Send {
    /// Stores a token in place of the user's older one of the same purpose. Fails with
    /// [`Constraint::TokenUser`](super::Constraint::TokenUser) when the user does not exist (any more).
    async fn issue(&mut self, token: &OneTimeToken) -> StoreResult<()>;

    /// The user's token of this purpose, expired or not.
    async fn current(&mut self, user: UserId, purpose: TokenPurpose) -> StoreResult<Option<OneTimeToken>>;

    /// The token of this digest if it has one of these purposes and has not expired. Only looks.
    async fn find(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>>;

    /// Takes the token of this digest out of the store, in one statement, if it has one of these purposes and has not
    /// expired. Of many who try at once, one gets it.
    async fn consume(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>>;

    /// Makes every token of the user worthless; how many.
    async fn revoke_all_for(&mut self, user: UserId) -> StoreResult<u64>;

    /// At most `limit` tokens of this purpose that have expired, those first that expired first.
    async fn expired(&mut self, purpose: TokenPurpose, now: Timestamp, limit: u32) -> StoreResult<Vec<OneTimeToken>>;

    /// Removes at most `limit` tokens that have expired; how many.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
