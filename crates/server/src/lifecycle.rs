//! How the process ends.

use std::io;

use tokio::{
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::failure::Failure;

/// Signals that end a process unless it takes them, and that mean nothing to this one. SIGHUP is for reading settings anew.
const MEANINGLESS: [fn() -> SignalKind; 5] =
    [SignalKind::hangup, SignalKind::user_defined1, SignalKind::user_defined2, SignalKind::alarm, SignalKind::io];

/// How urgently the process is to end. SIGTERM and Ctrl-C ask for it softly the first time, and hard the second time.
#[derive(Clone)]
pub(crate) struct Shutdown {
    /// Begin nothing new, finish what was begun, end.
    pub(crate) soft: Stop,
    /// End at once.
    pub(crate) hard: Stop,
}

impl Shutdown {
    /// From here on these signals end nothing by themselves.
    ///
    /// # Errors
    /// The system lets nobody take signals.
    pub(crate) fn on_signals() -> Result<Self, Failure> {
        let ((soften, soft), (harden, hard)) = (Stop::new(), Stop::new());
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| cannot_be_taken(&error))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| cannot_be_taken(&error))?;
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::info!("stopping: finishing what was begun; another signal stops at once");
            soften.stop();
            either(&mut terminate, &mut interrupt).await;
            harden.stop();
        });
        Ok(Self { soft, hard })
    }

    /// What a task gives; `None` if the process is to end before that.
    pub(crate) async fn unless_stopped<T>(&self, task: impl Future<Output = T>) -> Option<T> {
        let mut soft = self.soft.clone();
        select! {
            outcome = task => Some(outcome),
            () = soft.wanted() => {
                tracing::info!("stopped before it had begun");
                None
            }
        }
    }
}

/// From here on signals that mean nothing do nothing: a terminal that is closed, a log rotation.
///
/// # Errors
/// The system lets nobody take signals.
pub(crate) fn ignore_meaningless_signals() -> Result<(), Failure> {
    // Taken for the life of the process, though nobody listens.
    let taken = MEANINGLESS.iter().try_for_each(|kind| signal(kind()).map(drop));
    taken.map_err(|error| cannot_be_taken(&error))
}

fn cannot_be_taken(error: &io::Error) -> Failure {
    Failure::because("Signals can't be received", error)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Asks tasks to end.
#[derive(Clone)]
pub(crate) struct Stopper(watch::Sender<bool>);

impl Stopper {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(crate) fn watch(&self) -> Stop {
        Stop(self.0.subscribe())
    }

    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until all that watched are gone.
    pub(crate) async fn is_heeded(&self) {
        self.0.closed().await;
    }
}

/// How a task learns that it is to end; dropping the stopper says so, too.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    pub(crate) fn new() -> (Stopper, Self) {
        let stopper = Stopper::new();
        let stop = stopper.watch();
        (stopper, stop)
    }

    pub(crate) fn is_wanted(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until the task is to end. May be dropped and asked anew.
    pub(crate) async fn wanted(&mut self) {
        // An error says that the stopper is gone.
        let _ = self.0.wait_for(|is_wanted| *is_wanted).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_task_learns_that_it_is_to_end() {
        let (stopper, stop) = Stop::new();
        let waiting = [stop.clone(), stop.clone()].map(|mut stop| tokio::spawn(async move { stop.wanted().await }));
        assert!(!stop.is_wanted());
        stopper.stop();
        for task in waiting {
            task.await.unwrap();
        }
        assert!(stop.is_wanted());
    }

    #[tokio::test]
    async fn without_its_stopper_a_task_ends() {
        let (stopper, mut stop) = Stop::new();
        drop(stopper);
        stop.wanted().await;
        assert!(stop.is_wanted());
    }
}
