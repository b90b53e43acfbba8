//! Sending: takes up as many messages as there are hands free, and looks rarely while there is nothing to do.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ironplate_application::{
    outbox::{Delivery, Outbox, Prepared, SAID_EVERY},
    ports::{Clock, StoreResult},
    with_causes,
};
use ironplate_domain::{MessageId, Timestamp};
use tokio::{
    select,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep, sleep_until},
};

use super::{Pace, attendance::Attendance, figures::Tally, outage::Outage, recording::record};
use crate::lifecycle::Stop;

/// The longest time between two looks at an idle outbox: so long a new message waits at the most.
const POLL: Duration = Duration::from_secs(1);

pub(super) struct Deliveries {
    outbox: Arc<Outbox>,
    clock: Arc<dyn Clock>,
    pace: Pace,
    tally: Arc<Tally>,
    outage: Outage,
    attendance: Attendance,
    in_hand: JoinSet<StoreResult<Delivery>>,
    messages: HashMap<Id, MessageId>,
}

impl Deliveries {
    pub(super) fn new(
        outbox: Arc<Outbox>,
        clock: Arc<dyn Clock>,
        pace: Pace,
        tally: Arc<Tally>,
        attendance: Attendance,
    ) -> Self {
        let (in_hand, messages) = (JoinSet::new(), HashMap::new());
        Self { outbox, clock, pace, tally, outage: Outage::default(), attendance, in_hand, messages }
    }

    pub(super) async fn run(mut self, mut stop: Stop) {
        let mut next_look = Instant::now();
        loop {
            select! {
                biased;
                () = stop.wanted() => break,
                // All that is done counts before the next look, so that it takes up as much as possible at once.
                Some(done) = self.in_hand.join_next_with_id() => self.settle(done),
                // With both hands full there is no look, for as long as a mail server takes.
                () = sleep(SAID_EVERY), if self.in_hand.len() >= self.pace.concurrency => {
                    self.attendance.say(self.clock.now()).await;
                }
                () = sleep_until(next_look), if self.in_hand.len() < self.pace.concurrency => {
                    next_look = Instant::now() + self.look().await;
                }
            }
        }
        while let Some(done) = self.in_hand.join_next_with_id().await {
            self.settle(done);
        }
        self.attendance.go().await;
    }

    /// Takes up what is due; how long to wait before the next look.
    async fn look(&mut self) -> Duration {
        match self.take_up().await {
            Ok(wait) => {
                self.outage.is_over();
                self.attendance.say(self.clock.now()).await;
                wait
            }
            Err(error) => self.outage.goes_on(&error),
        }
    }

    async fn take_up(&mut self) -> StoreResult<Duration> {
        // An idle outbox costs a read now and then, and no transaction.
        let wait = wait_until(self.outbox.next_due().await?, self.clock.now());
        if wait > Duration::ZERO {
            return Ok(wait);
        }
        let end_of_lease = Instant::now() + self.pace.lease;
        let free = self.pace.concurrency.saturating_sub(self.in_hand.len());
        let messages = self.outbox.take_up(u32::try_from(free).unwrap_or(u32::MAX)).await?;
        // What was due is another worker's by now.
        let wait = if messages.is_empty() { POLL } else { Duration::ZERO };
        for message in messages {
            let prepared = self.outbox.prepare(message).await;
            self.begin(prepared, end_of_lease);
        }
        Ok(wait)
    }

    fn begin(&mut self, prepared: Prepared, end_of_lease: Instant) {
        let (id, outbox) = (prepared.id(), self.outbox.clone());
        let task = self.in_hand.spawn(async move {
            let sending = outbox.send(prepared).await;
            record(&outbox, &sending, end_of_lease).await
        });
        self.messages.insert(task.id(), id);
    }

    fn settle(&mut self, done: Result<(Id, StoreResult<Delivery>), JoinError>) {
        let task = done.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(message) = self.messages.remove(&task) else { return };
        match done {
            Ok((_, Ok(delivery))) => self.tally.count(delivery),
            Ok((_, Err(error))) => {
                let error = with_causes(&error);
                tracing::warn!(message_id = %message, error, "what became of a mail was not recorded; it is sent again");
                self.tally.count(Delivery::Failed);
            }
            Err(panic) => {
                tracing::error!(message_id = %message, %panic, "sending a mail panicked; it is tried again");
                self.tally.count(Delivery::Failed);
            }
        }
    }
}

fn wait_until(due: Option<Timestamp>, now: Timestamp) -> Duration {
    due.map_or(POLL, |due| Duration::from_micros(u64::try_from(due.micros() - now.micros()).unwrap_or(0)).min(POLL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_again_when_the_next_is_due_and_once_a_second_at_least() {
        let now = Timestamp::from_seconds(1_000_000);
        let half = Duration::from_millis(500);
        for (due, wait) in [
            (None, POLL),
            (Some(now.before(half)), Duration::ZERO),
            (Some(now), Duration::ZERO),
            (Some(now.after(half)), half),
            (Some(Timestamp::MAX), POLL),
            (Some(Timestamp::MIN), Duration::ZERO),
        ] {
            assert_eq!(wait_until(due, now), wait, "{due:?}");
        }
    }
}
