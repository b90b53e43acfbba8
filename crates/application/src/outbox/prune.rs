//! Remove what is not needed any more.

use ironplate_domain::MessageState;

use super::Outbox;
use crate::ports::StoreResult;

/// Rows that one statement removes at the most, so that nobody waits long for it.
const BATCH: u32 = 1_000;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Messages that were sent long enough ago.
    pub sent: u64,
    /// Messages that were given up long enough ago.
    pub dead: u64,
    /// One-time tokens that expired.
    pub tokens: u64,
    /// There may be more: call again.
    pub more: bool,
}

impl Outbox {
    /// Removes one batch of messages whose retention is over and of expired one-time tokens.
    ///
    /// # Errors
    /// Storage failed; nothing was removed.
    pub async fn prune(&self) -> StoreResult<Pruned> {
        let now = self.clock.now();
        let policy = &self.policy.delivery;
        let mut work = self.store.begin().await?;
        let sent = work.outbox().prune(MessageState::Sent, now.before(policy.keep_sent), BATCH).await?;
        let dead = work.outbox().prune(MessageState::Dead, now.before(policy.keep_dead), BATCH).await?;
        let tokens = work.one_time_tokens().prune(now, BATCH).await?;
        work.commit().await?;
        let more = [sent, dead, tokens].contains(&u64::from(BATCH));
        Ok(Pruned { sent, dead, tokens, more })
    }
}
