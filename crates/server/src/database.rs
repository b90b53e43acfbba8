//! A start before its database: machines that start together are not ready together.

use std::time::Duration;

use ironplate_persistence::{Obstacle, Unreachable, reach};
use tokio::time::{Instant, sleep};

use crate::{config::Config, failure::Failure};

/// Between the first attempts; doubled after each one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Waits until the database answers, for `database.wait_seconds` at the most. `tell` hears of each attempt that failed, and how much
/// of that time is left.
pub(crate) async fn wait(config: &Config, mut tell: impl FnMut(&Unreachable, Duration)) -> Result<(), Failure> {
    let url = &config.database.url;
    let give_up = Instant::now() + config.database.wait;
    let mut pause = FIRST_PAUSE;
    while let Err(error) = reach(url, config.database.options).await {
        let left = give_up.saturating_duration_since(Instant::now());
        if !error.may_pass || left.is_zero() {
            return Err(Failure::because(&format!("{url} (DATABASE_URL) {}", says(error.obstacle)), &error));
        }
        tell(&error, left);
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(())
}

/// What a database does that can't be used for this.
pub(crate) fn says(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Absence => "does not answer",
        Obstacle::Silence => "says nothing",
        Obstacle::Tls => "can't be reached by TLS",
        Obstacle::LogIn => "refuses the log-in",
        Obstacle::NoDatabase => "is not there",
        Obstacle::NoConnectRight => "lets this role not in",
        Obstacle::Full => "takes no more connections",
        Obstacle::Pooler | Obstacle::Other => "can't be used",
    }
}
