//! Waiting for something, never for a time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a test waits for what must happen; far beyond what it takes, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until there is something to see.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < give_up, "waited in vain until {what}");
        sleep(PAUSE).await;
    }
}
