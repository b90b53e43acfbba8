//! Figures about the outbox, as a line in the log every minute.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use ironplate_application::{
    outbox::{Delivery, Outbox},
    ports::{Clock, OutboxStatistics},
};
use ironplate_domain::Timestamp;
use tokio::{
    select,
    time::{Instant, sleep},
};

use crate::lifecycle::Stop;

/// What this worker did since the last line.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sent: AtomicU64,
    failed: AtomicU64,
    dead: AtomicU64,
}

impl Tally {
    pub(super) fn count(&self, delivery: Delivery) {
        let counter = match delivery {
            Delivery::Sent => &self.sent,
            Delivery::Failed => &self.failed,
            Delivery::Dead => &self.dead,
            Delivery::Dropped | Delivery::LeaseLost => return,
        };
        ironplate_measure::figures().delivered(delivery.name());
        counter.fetch_add(1, Relaxed);
    }

    /// Sent, failed and dead; counts from zero again.
    fn take(&self) -> [u64; 3] {
        [&self.sent, &self.failed, &self.dead].map(|counter| counter.swap(0, Relaxed))
    }
}

const EVERY: Duration = Duration::from_mins(1);

/// Writes the lines.
pub(super) struct Figures<'a> {
    outbox: &'a Outbox,
    clock: &'a dyn Clock,
    tally: &'a Tally,
    last: Instant,
}

impl<'a> Figures<'a> {
    pub(super) fn new(outbox: &'a Outbox, clock: &'a dyn Clock, tally: &'a Tally) -> Self {
        Self { outbox, clock, tally, last: Instant::now() }
    }

    pub(super) async fn run(&mut self, mut stop: Stop) {
        loop {
            select! {
                () = stop.wanted() => return,
                () = sleep(EVERY) => self.log().await,
            }
        }
    }

    /// `sent`, `failed` and `dead` count what this worker did in the last `last_seconds`, so that lines of several
    /// workers and of restarts add up; the others say how things stand, for all workers.
    pub(super) async fn log(&mut self) {
        // An outage is told by the deliveries; what was counted waits for the next line.
        let Ok(statistics) = self.outbox.statistics().await else { return };
        let OutboxStatistics { queued, oldest_queued, dead: dead_total, .. } = statistics;
        let now = self.clock.now();
        let oldest_seconds = oldest_queued.map_or(0, |oldest| age(oldest, now));
        let last_seconds = self.last.elapsed().as_secs();
        let [sent, failed, dead] = self.tally.take();
        tracing::info!(
            target: "ironplate::metrics",
            queued, oldest_seconds, dead_total, last_seconds, sent, failed, dead, "outbox"
        );
        self.last = Instant::now();
    }
}

/// In whole seconds; 0 while clocks disagree.
fn age(since: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.seconds() - since.seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_counts_as_what_it_is_and_only_once() {
        let tally = Tally::default();
        for delivery in [Delivery::Sent, Delivery::Sent, Delivery::Failed, Delivery::Dead] {
            tally.count(delivery);
        }
        tally.count(Delivery::Dropped);
        tally.count(Delivery::LeaseLost);
        assert_eq!(tally.take(), [2, 1, 1]);
        assert_eq!(tally.take(), [0, 0, 0]);
    }

    #[test]
    fn a_message_from_the_future_has_no_age() {
        let now = Timestamp::from_seconds(100);
        assert_eq!([70, 100, 101].map(|since| age(Timestamp::from_seconds(since), now)), [30, 0, 0]);
    }
}
