//! Saying that this worker is at work, for pages to tell.

use std::{process, sync::Arc};

use ironplate_application::{
    outbox::{Outbox, SAID_EVERY},
    with_causes,
};
use ironplate_domain::{Timestamp, Worker};

pub(super) struct Attendance {
    outbox: Arc<Outbox>,
    worker: Worker,
    is_said: bool,
}

impl Attendance {
    pub(super) fn of(worker: Worker, outbox: Arc<Outbox>) -> Self {
        Self { outbox, worker, is_said: false }
    }

    /// Now and then. Mail does not wait for it to succeed.
    pub(super) async fn say(&mut self, now: Timestamp) {
        // Again, too, after a clock that was ahead was set right.
        if self.is_said && (self.worker.seen_at..self.worker.seen_at.after(SAID_EVERY)).contains(&now) {
            return;
        }
        self.worker.seen_at = now;
        match self.outbox.note_at_work(&self.worker).await {
            Ok(()) => self.is_said = true,
            Err(error) => tracing::debug!(error = with_causes(&error), "it was not noted that the worker is at work"),
        }
    }

    pub(super) async fn go(self) {
        if let Err(error) = self.outbox.note_gone(self.worker.id).await {
            tracing::debug!(error = with_causes(&error), "it was not noted that the worker ended");
        }
    }
}

/// Where this process runs: `web-1, process 4711`
pub(super) fn name() -> String {
    let host = hostname::get().map_or_else(|_| "?".to_owned(), |host| host.to_string_lossy().into_owned());
    format!("{host}, process {}", process::id())
}
