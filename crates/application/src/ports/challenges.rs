//! Storage of challenges.

use async_trait::async_trait;
use ironplate_domain::{Challenge, ChallengePurpose, Timestamp, TokenDigest, UserId};

use super::StoreResult;

/// The challenges of log-ins that wait for a second factor, and of whatever authenticators sign.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ChallengeRepository: Send {
    /// Stores a challenge. Fails with [`Constraint::ChallengeUser`](super::Constraint::ChallengeUser) when the user or the session
    /// does not exist (any more) that it is for.
    async fn issue(&mut self, challenge: &Challenge) -> StoreResult<()>;

    /// Takes a try of the challenge of this digest and purpose, and answers it as it is then, in ONE statement: of any number who
    /// try at once, on any number of servers, as many get it as there are tries. `None` where none is left, it has expired, or it
    /// was given for another purpose, which costs it no try.
    async fn take_try(
        &mut self,
        digest: TokenDigest,
        purpose: ChallengePurpose,
        now: Timestamp,
    ) -> StoreResult<Option<Challenge>>;

    /// Takes the challenge of this digest out of the store, in ONE statement; whether it was there. Of many who try at once, one
    /// gets `true`.
    async fn consume(&mut self, digest: TokenDigest) -> StoreResult<bool>;

    /// Removes all challenges of a user; how many.
    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64>;

    /// Removes at most `limit` challenges that have expired; how many.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
