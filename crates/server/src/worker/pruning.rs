//! Removing what nobody needs any more.

use std::time::Duration;

use ironplate_application::{
    outbox::{Outbox, Pruned},
    ports::StoreResult,
};
use tokio::{select, time::sleep};

use crate::{failure::with_causes, lifecycle::Stop};

/// The start has other things to do.
const FIRST: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_hours(1);
const AFTER_A_FAILURE: Duration = Duration::from_mins(1);

pub(super) async fn run(outbox: &Outbox, mut stop: Stop) {
    let mut wait = FIRST;
    loop {
        select! {
            () = stop.wanted() => return,
            () = sleep(wait) => {}
        }
        wait = match prune(outbox, &stop).await {
            Ok(Pruned { sent: 0, dead: 0, tokens: 0, .. }) => EVERY,
            Ok(Pruned { sent, dead, tokens, .. }) => {
                tracing::info!(sent, dead, tokens, "outbox pruned");
                EVERY
            }
            Err(error) => {
                // An outage is told by the deliveries.
                tracing::debug!(error = with_causes(&error), "outbox not pruned");
                AFTER_A_FAILURE
            }
        };
    }
}

/// In batches, until nothing is left.
async fn prune(outbox: &Outbox, stop: &Stop) -> StoreResult<Pruned> {
    let mut total = Pruned::default();
    loop {
        let batch = outbox.prune().await?;
        total.sent += batch.sent;
        total.dead += batch.dead;
        total.tokens += batch.tokens;
        if !batch.more || stop.is_wanted() {
            return Ok(total);
        }
    }
}
