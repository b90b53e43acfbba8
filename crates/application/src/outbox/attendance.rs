//! Who is at work. Each worker says so itself, so that a page of any server tells whether mail is being sent.

use std::time::Duration;

use ironplate_domain::{Message, Timestamp, Worker, WorkerId};

use super::Outbox;
use crate::ports::{CLOCKS_APART, StoreResult};

/// How often a worker says that it is at work.
pub const SAID_EVERY: Duration = Duration::from_secs(15);

/// So long it is remembered that there was a worker which ended without a word.
const REMEMBERED: Duration = Duration::from_hours(24);

impl Outbox {
    /// A worker of this name begins its work.
    #[must_use]
    pub fn new_worker(&self, name: String) -> Worker {
        let now = self.clock.now();
        Worker { id: WorkerId(self.secrets.id()), name, started_at: now, seen_at: now }
    }

    /// Notes that a worker is at work, at the time that it says, and brings forward the mail that a clock that was ahead put
    /// off for longer than anything can have to wait.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn note_at_work(&self, worker: &Worker) -> StoreResult<()> {
        let (now, lease) = (worker.seen_at, self.policy.delivery.lease);
        let latest = now.after(lease.max(Message::LONGEST_BACK_OFF)).after(CLOCKS_APART);
        let mut work = self.store.begin().await?;
        work.workers().note(worker).await?;
        work.workers().prune(now.before(REMEMBERED)).await?;
        // As if it were taken up now: somebody may be sending it.
        work.outbox().bring_forward(latest, now.after(lease)).await?;
        work.commit().await
    }

    /// Notes that a worker went home.
    ///
    /// # Errors
    /// Storage failed; it is forgotten later.
    pub async fn note_gone(&self, id: WorkerId) -> StoreResult<()> {
        let mut work = self.store.begin().await?;
        work.workers().remove(id).await?;
        work.commit().await
    }
}

/// Whether a worker that was seen last at this time has been silent for too long to be at work: three times in a row. One
/// that was seen in the future said so by a clock that was ahead, and nothing since.
#[must_use]
pub fn is_silent(seen_at: Timestamp, now: Timestamp) -> bool {
    seen_at < now.before(SAID_EVERY * 3) || seen_at > now.after(CLOCKS_APART)
}
