//! Who is at work. Each worker says so itself, so that a page of any server tells whether mail is being sent.

use std::time::Duration;

use ironplate_domain::{Message, Timestamp, Worker, WorkerId};

use super::Outbox;
use crate::ports::{CLOCKS_APART, StoreResult};

/// How often a worker says that it is at work.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

/// Those that were seen last; if none of so many is at work, nobody is.
const ENOUGH: u32 = 50;

/// So long it is remembered that there was a worker which ended without a word.
const REMEMBERED: Duration = Duration::from_hours(24);

impl Outbox {
    /// A worker of this name begins its work.
    #[must_use]
    pub fn new_worker(&self, name: String) -> Worker {
        let now = self.core.clock.now();
        Worker { id: WorkerId(self.core.secrets.id()), name, started_at: now, seen_at: now }
    }

    /// Notes that a worker is at work, at the time that it says, and looks after what waits: no lease and no wait lasts longer
    /// from then on than it ever should, whatever a clock said that was ahead.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn record_heartbeat(&self, worker: &Worker) -> StoreResult<()> {
        let now = worker.seen_at;
        let mut work = self.core.store.begin().await?;
        work.workers().note(worker).await?;
        work.workers().prune(now.before(REMEMBERED)).await?;
        let (lease_until, latest_retry) =
            (now.after(self.core.policy.delivery.lease), now.after(Message::LONGEST_BACK_OFF));
        let put_off = work.outbox().bring_forward(now, lease_until, latest_retry).await?;
        work.commit().await?;
        if put_off > 0 {
            tracing::info!(messages = put_off, "mail that waited for a moment too far ahead is brought forward");
        }
        Ok(())
    }

    /// Whether a worker is at work on this database.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn is_anybody_at_work(&self) -> StoreResult<bool> {
        let workers = self.core.store.read().await?.workers().list(ENOUGH).await?;
        let now = self.core.clock.now();
        Ok(workers.iter().any(|worker| !is_silent(worker.seen_at, now)))
    }

    /// Notes that a worker went home.
    ///
    /// # Errors
    /// Storage failed; it is forgotten later.
    pub async fn record_end(&self, id: WorkerId) -> StoreResult<()> {
        let mut work = self.core.store.begin().await?;
        work.workers().remove(id).await?;
        work.commit().await
    }
}

/// Whether a worker that was seen last at this time has been silent for too long to be at work: three times in a row. Or it was
/// seen so far ahead that its clock, or this one, was wrong: then nobody knows.
#[must_use]
pub fn is_silent(seen_at: Timestamp, now: Timestamp) -> bool {
    seen_at < now.before(HEARTBEAT_INTERVAL * 3) || seen_at > now.after(CLOCKS_APART)
}
