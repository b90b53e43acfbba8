//! The worker: sends what is due, prunes what is over, and counts. Any number of them may share a database.

pub(crate) mod absence;
mod deliveries;
mod figures;
mod heartbeat;
mod in_flight;
mod outage;
mod pruning;
mod recording;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use ironplate_application::{Application, Housekeeping, outbox::Outbox, ports::Clock};
use ironplate_domain as domain;
use tokio::{
    join, select,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::lifecycle::{Shutdown, Stop};
use deliveries::Deliveries;
use figures::{Figures, Tally};
use heartbeat::Heartbeat;

const AFTER_A_PANIC: Duration = Duration::from_secs(5);

/// How much a worker does at once.
#[derive(Clone, Copy)]
pub(crate) struct WorkerLimits {
    /// Messages that are sent at the same time at the most.
    pub(crate) concurrency: usize,
    /// How long a message is the worker's own.
    pub(crate) lease: Duration,
}

/// A worker that runs beside what else the process does.
pub(crate) struct Worker(JoinHandle<()>);

impl Worker {
    /// Starts one that sends within these limits until it is to `stop`.
    pub(crate) fn start(application: Application, clock: Arc<dyn Clock>, limits: WorkerLimits, stop: Stop) -> Self {
        let Application { outbox, housekeeping, .. } = application;
        let (outbox, housekeeping) = (Arc::new(outbox), Arc::new(housekeeping));
        let this = outbox.new_worker(heartbeat::name());
        let work = Work { this, outbox, housekeeping, clock, limits, tally: Arc::default() };
        Self(tokio::spawn(work.supervised(stop)))
    }

    /// Waits until it is to stop and has sent what it has claimed, for which it has so long at the most. What it leaves
    /// unfinished is due again when its lease runs out.
    pub(crate) async fn ended(self, mut shutdown: Shutdown, at_most: Duration) {
        shutdown.soft.wanted().await;
        let is_done = select! {
            outcome = timeout(at_most, self.0) => outcome.is_ok(),
            () = shutdown.hard.wanted() => false,
        };
        if !is_done {
            tracing::warn!("mail that was being sent was left unfinished; it is sent again when its lease runs out");
        }
    }
}

#[derive(Clone)]
struct Work {
    this: domain::Worker,
    outbox: Arc<Outbox>,
    housekeeping: Arc<Housekeeping>,
    clock: Arc<dyn Clock>,
    limits: WorkerLimits,
    tally: Arc<Tally>,
}

impl Work {
    /// A panic costs a pause, and not all mail until the next restart.
    async fn supervised(self, stop: Stop) {
        while let Err(panic) = tokio::spawn(self.clone().run(stop.clone())).await {
            // The panic itself was told as an error.
            tracing::warn!(%panic, "the mail worker panicked; it starts anew");
            if stop.is_wanted() {
                return;
            }
            sleep(AFTER_A_PANIC).await;
        }
    }

    async fn run(self, stop: Stop) {
        let Self { this, outbox, housekeeping, clock, limits, tally } = self;
        let heartbeat = Heartbeat::of(this, outbox.clone());
        let deliveries = Deliveries::new(outbox.clone(), clock.clone(), limits, tally.clone(), heartbeat);
        let mut figures = Figures::new(&outbox, &*clock, &tally);
        join!(deliveries.run(stop.clone()), pruning::run(&housekeeping, stop.clone()), figures.run(stop));
        figures.log().await;
    }
}
