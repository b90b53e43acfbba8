//! Recording how a sending went, through a short outage of the database.

use std::time::Duration;

use ironplate_application::{
    outbox::{Delivery, Outbox, Sending},
    ports::StoreResult,
};
use tokio::time::{Instant, sleep};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Tries on until the lease ends, lest what was sent be sent again; from then on the message may be another worker's.
///
/// # Errors
/// Storage failed until then.
pub(super) async fn record(outbox: &Outbox, sending: &Sending, end_of_lease: Instant) -> StoreResult<Delivery> {
    let mut pause = FIRST_PAUSE;
    loop {
        match outbox.record(sending).await {
            Err(_) if Instant::now() + pause < end_of_lease => sleep(pause).await,
            outcome => return outcome,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
