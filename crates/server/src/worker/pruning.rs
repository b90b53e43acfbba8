//! Removing what nobody needs any more.

use std::time::Duration;

use ironplate_application::{Housekeeping, Pruned, logged, ports::StoreResult};
use tokio::{select, time::sleep};

use crate::lifecycle::Stop;

/// The start has other things to do.
const FIRST: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_hours(1);
const AFTER_A_FAILURE: Duration = Duration::from_mins(1);

pub(super) async fn run(housekeeping: &Housekeeping, mut stop: Stop) {
    let mut wait = FIRST;
    loop {
        select! {
            () = stop.wanted() => return,
            () = sleep(wait) => {}
        }
        wait = match prune(housekeeping, &stop).await {
            Ok(pruned) => {
                if !pruned.is_empty() {
                    let Pruned {
                        sent,
                        dead,
                        unclaimed,
                        tokens,
                        invitations,
                        enrolments,
                        challenges,
                        devices,
                        sessions,
                        clients,
                        events,
                        buckets,
                    } = pruned;
                    tracing::info!(
                        sent,
                        dead,
                        unclaimed,
                        tokens,
                        invitations,
                        enrolments,
                        challenges,
                        devices,
                        sessions,
                        clients,
                        events,
                        buckets,
                        "pruned"
                    );
                }
                EVERY
            }
            Err(error) => {
                // An outage is told by the deliveries.
                tracing::debug!(error = logged(&error), "not pruned");
                AFTER_A_FAILURE
            }
        };
    }
}

/// In batches, until nothing is left.
async fn prune(housekeeping: &Housekeeping, stop: &Stop) -> StoreResult<Pruned> {
    let mut total = Pruned::default();
    loop {
        let batch = housekeeping.prune().await?;
        total = total.and(batch);
        if !batch.has_more() || stop.is_wanted() {
            break;
        }
    }
    let resealed = housekeeping.reseal().await?;
    if resealed > 0 {
        tracing::info!(resealed, "secrets of authenticator apps were sealed with the present key");
    }
    Ok(total)
}
