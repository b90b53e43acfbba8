//! Tells when this machine's clock and that of the database differ: at start, and as long as they do.

use std::{sync::Arc, time::Duration};

use ironplate_application::{Application, logged};
use tokio::{select, time::sleep};

use crate::lifecycle::Stop;

const EVERY: Duration = Duration::from_mins(5);

/// Looks until the process is to stop.
pub(crate) async fn watch(application: Arc<Application>, mut stop: Stop) {
    loop {
        match application.system.clock_skew().await {
            Ok(None) => {}
            Ok(Some(skew)) => tracing::warn!(
                seconds_ahead = skew.0,
                "this machine's clock is {skew} by the database's: sessions, links and mail are judged by both; set them by NTP"
            ),
            // An outage is told by others.
            Err(error) => tracing::debug!(error = logged(&error), "the clocks were not compared"),
        }
        select! {
            () = stop.wanted() => return,
            () = sleep(EVERY) => {}
        }
    }
}
