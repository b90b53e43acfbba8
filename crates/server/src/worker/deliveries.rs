//! Sending: claims one message after the other while fewer are being sent than may be, and looks rarely while there is nothing to do.

use std::{sync::Arc, time::Duration};

use ironplate_application::{
    logged,
    outbox::{Delivery, HEARTBEAT_INTERVAL, Outbox},
    ports::{Clock, Lane, StoreResult},
};
use ironplate_domain::{MessageId, Timestamp};
use ironplate_measure::{Ended, Work, WorkKind, WorkResult, sampler};
use tokio::{
    select,
    time::{Instant, sleep, sleep_until},
};

use super::{
    WorkerLimits,
    figures::Tally,
    heartbeat::Heartbeat,
    in_flight::{ClaimBounds, Done, InFlight, MessageInFlight},
    outage::Outage,
    recording::record,
};
use crate::lifecycle::Stop;

/// The longest time between two looks at an idle outbox: so long a new message waits at the most.
const POLL: Duration = Duration::from_secs(1);

pub(super) struct Deliveries {
    outbox: Arc<Outbox>,
    clock: Arc<dyn Clock>,
    limits: WorkerLimits,
    tally: Arc<Tally>,
    outage: Outage,
    heartbeat: Heartbeat,
    in_flight: InFlight,
    rest: Option<Pause>,
    claims: usize,
}

/// There was nothing to claim within these bounds, so nobody looks within the same ones again before this moment.
struct Pause {
    bounds: ClaimBounds,
    until: Instant,
}

impl Deliveries {
    pub(super) fn new(
        outbox: Arc<Outbox>,
        clock: Arc<dyn Clock>,
        limits: WorkerLimits,
        tally: Arc<Tally>,
        heartbeat: Heartbeat,
    ) -> Self {
        let in_flight = InFlight::new(limits.concurrency);
        Self { outbox, clock, limits, tally, outage: Outage::default(), heartbeat, in_flight, rest: None, claims: 0 }
    }

    pub(super) async fn run(mut self, mut stop: Stop) {
        loop {
            let (is_full, next_look) = (self.in_flight.is_full(), self.next_look());
            select! {
                biased;
                () = stop.wanted() => break,
                // All that is done counts before the next look.
                Some((message, done)) = self.in_flight.next_done() => self.settle(message, done),
                // While it sends all that it may there is no look, for as long as a mail server takes.
                () = sleep(HEARTBEAT_INTERVAL), if is_full => self.heartbeat.beat(self.clock.now()).await,
                () = sleep_until(next_look), if !is_full => self.look().await,
            }
        }
        while let Some((message, done)) = self.in_flight.next_done().await {
            self.settle(message, done);
        }
        self.heartbeat.stop().await;
    }

    fn next_look(&self) -> Instant {
        match &self.rest {
            Some(rest) if rest.bounds == self.in_flight.bounds() => rest.until,
            _ => Instant::now(),
        }
    }

    /// Claims a message that is due; where there is none, rests.
    async fn look(&mut self) {
        let bounds = self.in_flight.bounds();
        let wait = match self.claim(&bounds).await {
            Ok(wait) => {
                self.outage.is_over();
                self.heartbeat.beat(self.clock.now()).await;
                wait
            }
            Err(error) => Some(self.outage.goes_on(&error)),
        };
        match wait {
            Some(wait) => self.rest = Some(Pause { bounds, until: Instant::now() + wait }),
            // Where others bounds hold from now on, what was not found within them a moment ago is not there now either.
            None => drop(self.rest.take_if(|rest| rest.bounds == bounds)),
        }
    }

    /// How long to rest, if there was nothing.
    async fn claim(&mut self, bounds: &ClaimBounds) -> StoreResult<Option<Duration>> {
        // An idle outbox costs a read now and then, and no transaction.
        if self.rest.is_some() {
            let wait = wait_until(self.outbox.next_due().await?, self.clock.now());
            if wait > Duration::ZERO {
                return Ok(Some(wait));
            }
        }
        let end_of_lease = Instant::now() + self.limits.lease;
        let lanes = lanes(self.claims, bounds);
        self.claims = self.claims.wrapping_add(1);
        let Some(message) = self.outbox.claim(1, &lanes, &bounds.busy_domains).await?.pop() else {
            return Ok(Some(POLL));
        };
        let in_flight = MessageInFlight::of(&message);
        let (id, attempt) = (message.id, message.attempts);
        let trace = sampler().and_then(|sampler| sampler.choose_mail(id.0, attempt));
        let work = Work::begin_traced(WorkKind::Mail(message.template.name()), id.to_string(), trace);
        let prepared = work.clone().during(self.outbox.prepare(message)).await;
        let outbox = self.outbox.clone();
        let sending = work.clone().during(async move {
            let sending = outbox.send(prepared).await;
            let recorded = record(&outbox, &sending, end_of_lease).await;
            if let Some(trace) = &work.trace {
                let delivery = recorded.as_ref().map_or(Delivery::Failed, |delivery| *delivery);
                trace.end(Ended { took: work.begun.elapsed(), result: WorkResult::Mailed(delivery.name()) });
            }
            recorded
        });
        self.in_flight.take(in_flight, sending);
        Ok(None)
    }

    fn settle(&mut self, message: MessageId, done: Done) {
        match done {
            Ok(Ok(delivery)) => self.tally.count(delivery),
            Ok(Err(error)) => {
                let error = logged(&error);
                tracing::warn!(message_id = %message, error, "what became of a mail was not recorded; it is sent again");
                self.tally.count(Delivery::Failed);
            }
            // The panic itself was told as an error.
            Err(panic) => {
                tracing::warn!(message_id = %message, %panic, "sending a mail panicked; it is tried again");
                self.tally.count(Delivery::Failed);
            }
        }
    }
}

/// Where to look for the next message, in this order. What was never tried goes first, from both ends in turn: a mail that is
/// caused now is not behind a backlog, and none is left for good. Every fourth look is for what was tried before, lest it wait
/// for as long as there is new mail.
fn lanes(claims: usize, bounds: &ClaimBounds) -> Vec<Lane> {
    let lanes = match claims % 4 {
        0 | 2 => [Lane::Untried, Lane::Retries],
        1 => [Lane::Newest, Lane::Retries],
        _ => [Lane::Retries, Lane::Newest],
    };
    lanes.into_iter().filter(|lane| *lane != Lane::Retries || !bounds.retries_are_enough).collect()
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

    #[test]
    fn each_lane_has_its_turn_and_retries_none_while_they_are_enough() {
        let bounds = ClaimBounds { busy_domains: Vec::new(), retries_are_enough: false };
        let firsts: Vec<Lane> = (0..4).map(|claims| lanes(claims, &bounds)[0]).collect();
        assert_eq!(firsts, [Lane::Untried, Lane::Newest, Lane::Untried, Lane::Retries]);
        let bounds = ClaimBounds { retries_are_enough: true, ..bounds };
        for claims in 0..4 {
            let lanes = lanes(claims, &bounds);
            assert!(lanes.len() == 1 && !lanes.contains(&Lane::Retries), "{lanes:?}");
        }
    }
}
