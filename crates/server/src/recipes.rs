//! Knowing by which recipes stored passwords were hashed, as accounts are imported.

use std::time::Duration;

use ironplate_application::{logged, sessions::Sessions};
use tokio::{select, time::sleep};

use crate::lifecycle::Stop;

const EVERY: Duration = Duration::from_mins(15);
const AFTER_A_FAILURE: Duration = Duration::from_mins(1);

pub(crate) async fn keep_learning(sessions: Sessions, mut stop: Stop) {
    loop {
        let wait = match sessions.learn_recipes().await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::debug!(error = logged(&error), "recipes of passwords not learnt");
                AFTER_A_FAILURE
            }
        };
        select! {
            () = stop.wanted() => return,
            () = sleep(wait) => {}
        }
    }
}
