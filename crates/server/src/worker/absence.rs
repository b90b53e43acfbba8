//! A server that sends no mail itself says so while nobody else does.

use std::time::Duration;

use ironplate_application::outbox::Outbox;
use tokio::{select, time::sleep};

use crate::lifecycle::Stop;

const EVERY: Duration = Duration::from_mins(1);

/// At once, and every minute. A database that is out of reach is told by those who need it.
pub(crate) async fn watch(outbox: Outbox, mut stop: Stop) {
    loop {
        if let (Ok(false), Ok(statistics)) = (outbox.is_anybody_at_work().await, outbox.statistics().await) {
            tracing::warn!(
                queued = statistics.queued,
                "no mail is sent: this server does not (outbox.worker), and no worker is at work; run `ironplate worker`"
            );
        }
        select! {
            () = stop.wanted() => return,
            () = sleep(EVERY) => {}
        }
    }
}
