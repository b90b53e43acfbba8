//! Waiting for something, never for a time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a test waits for what must happen; far beyond what it takes, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until there is something to see.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    sight(look).await.unwrap_or_else(|| panic!("waited in vain until {what}"))
}

/// The same; `None` where there never is.
pub(crate) async fn sight<T>(mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        let seen = look().await;
        if seen.is_some() || Instant::now() >= give_up {
            return seen;
        }
        sleep(PAUSE).await;
    }
}
