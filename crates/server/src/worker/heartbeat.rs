//! The heartbeat of a worker, for pages to tell that it is at work.

use std::{process, sync::Arc};

use ironplate_application::{
    logged,
    outbox::{HEARTBEAT_INTERVAL, Outbox},
};
use ironplate_domain::{Timestamp, Worker};

pub(super) struct Heartbeat {
    outbox: Arc<Outbox>,
    worker: Worker,
    is_recorded: bool,
}

impl Heartbeat {
    pub(super) fn of(worker: Worker, outbox: Arc<Outbox>) -> Self {
        Self { outbox, worker, is_recorded: false }
    }

    /// Now and then. Mail does not wait for it to succeed.
    pub(super) async fn beat(&mut self, now: Timestamp) {
        // Again, too, after a clock that was ahead was set right.
        if self.is_recorded && (self.worker.seen_at..self.worker.seen_at.after(HEARTBEAT_INTERVAL)).contains(&now) {
            return;
        }
        self.worker.seen_at = now;
        match self.outbox.record_heartbeat(&self.worker).await {
            Ok(()) => self.is_recorded = true,
            Err(error) => tracing::debug!(error = logged(&error), "it was not noted that the worker is at work"),
        }
    }

    pub(super) async fn stop(self) {
        if let Err(error) = self.outbox.record_end(self.worker.id).await {
            tracing::debug!(error = logged(&error), "it was not noted that the worker ended");
        }
    }
}

/// Where this process runs: `web-1, process 4711`
pub(super) fn name() -> String {
    let host = hostname::get().map_or_else(|_| "?".to_owned(), |host| host.to_string_lossy().into_owned());
    format!("{host}, process {}", process::id())
}
