//! What systemd is told, where it asks for it: that the process is ready (`Type=notify`), alive (`WatchdogSec=`), and stopping.

use sd_notify::{NotifyState, notify, watchdog_enabled};
use tokio::time::interval;

use crate::lifecycle::Stop;

/// From here on the process does what it is there for, until it is to stop.
pub(crate) fn ready(mut stop: Stop) {
    tell(NotifyState::Ready);
    tokio::spawn(async move {
        stop.wanted().await;
        tell(NotifyState::Stopping);
    });
    // A process whose tasks hang says nothing any more, and is started anew.
    if let Some(patience) = watchdog_enabled().filter(|patience| !patience.is_zero()) {
        tokio::spawn(async move {
            let mut often = interval(patience / 3);
            loop {
                often.tick().await;
                tell(NotifyState::Watchdog);
            }
        });
    }
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = notify(&[state]) {
        tracing::debug!(%error, "systemd is not told");
    }
}
