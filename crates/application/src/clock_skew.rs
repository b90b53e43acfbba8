//! Whether our clock and that of the database agree: servers whose clocks differ judge differently what is over.

use std::{fmt, time::Duration};

use ironplate_domain::{SECONDS_OF_A_DAY, Timestamp};

use crate::ports::{Clock, Store, StoreResult};

/// Smaller differences harm nobody.
const HARMLESS: Duration = Duration::from_secs(5);

/// By how many seconds our clock is ahead of the database's; negative when it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSkew(pub i64);

impl ClockSkew {
    /// How far the two differ; `None` when that harms nobody. The time that the question takes counts as no difference.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn between(clock: &dyn Clock, store: &dyn Store) -> StoreResult<Option<Self>> {
        let before = clock.now();
        let Some(theirs) = store.clock().await? else { return Ok(None) };
        Ok(Self::of(before, theirs, clock.now()))
    }

    /// What was read between two looks at our clock.
    fn of(before: Timestamp, theirs: Timestamp, after: Timestamp) -> Option<Self> {
        let micros = if theirs < before.before(HARMLESS) {
            before.micros() - theirs.micros()
        } else if theirs > after.after(HARMLESS) {
            after.micros() - theirs.micros()
        } else {
            return None;
        };
        Some(Self(micros / 1_000_000))
    }
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs();
        let (count, unit) = match seconds {
            0..120 => (seconds, "seconds"),
            120..7_200 => (seconds / 60, "minutes"),
            7_200..172_800 => (seconds / 3_600, "hours"),
            _ => (seconds / SECONDS_OF_A_DAY, "days"),
        };
        write!(out, "{count} {unit} {}", if self.0 < 0 { "behind" } else { "ahead" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_differ_by_more_than_asking_takes() {
        let skew = |theirs| {
            let at = Timestamp::from_seconds;
            ClockSkew::of(at(100), at(theirs), at(110)).map(|skew| skew.to_string())
        };
        assert_eq!((skew(95), skew(105), skew(115)), (None, None, None));
        assert_eq!(skew(94).as_deref(), Some("6 seconds ahead"));
        assert_eq!(skew(116).as_deref(), Some("6 seconds behind"));
        assert_eq!(skew(-3 * 86_400).as_deref(), Some("3 days ahead"));
        assert_eq!(skew(7_400).as_deref(), Some("2 hours behind"));
    }
}
