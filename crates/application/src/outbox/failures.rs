//! What is logged of mail that was not sent: what befalls many messages alike is one line a minute, and not one for each.
//!
//! How many there are, the worker's figures tell; and each message keeps its own error.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ironplate_domain::Timestamp;

const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// So many sorts of failure are remembered. Those beyond are logged more often than once a minute.
const MOST: usize = 64;

/// What was told already.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// What, and when.
    told: Vec<(String, Timestamp)>,
    /// Since when the mail server takes nothing.
    outage_since: Option<Timestamp>,
}

impl Failures {
    /// Whether this was not told within the last minute. Then it counts as told now.
    pub(super) fn is_news(&self, what: &str, now: Timestamp) -> bool {
        let told = &mut self.memory().told;
        // What was told in the future was told by a clock that was wrong.
        told.retain(|(_, at)| *at <= now && now < at.after(AGAIN_AFTER));
        if told.iter().any(|(known, _)| known == what) {
            return false;
        }
        told.truncate(MOST - 1);
        told.insert(0, (what.to_owned(), now));
        true
    }

    /// The mail server takes no mail.
    pub(super) fn outage(&self, now: Timestamp) {
        self.memory().outage_since.get_or_insert(now);
    }

    /// The mail server takes mail. Since when it did not until now, if so.
    pub(super) fn outage_is_over(&self) -> Option<Timestamp> {
        self.memory().outage_since.take()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    #[test]
    fn what_befalls_many_is_told_once_a_minute() {
        let failures = Failures::default();
        let later = |seconds| NOW.after(Duration::from_secs(seconds));
        let news = [0, 0, 30, 59, 60, 61, 200].map(|seconds| failures.is_news("down", later(seconds)));
        assert_eq!(news, [true, false, false, false, true, false, true]);
        assert!(failures.is_news("something else", later(200)));
        assert!(failures.is_news("down", NOW), "a clock was ahead");
    }

    #[test]
    fn its_memory_has_a_bound() {
        let failures = Failures::default();
        for n in 0..1_000 {
            assert!(failures.is_news(&n.to_string(), NOW));
        }
        assert_eq!(failures.memory().told.len(), MOST);
        assert!(!failures.is_news("999", NOW));
    }

    #[test]
    fn the_end_of_an_outage_is_told_once() {
        let failures = Failures::default();
        assert_eq!(failures.outage_is_over(), None);
        failures.outage(NOW);
        failures.outage(NOW.after(Duration::from_secs(9)));
        assert_eq!(failures.outage_is_over(), Some(NOW));
        assert_eq!(failures.outage_is_over(), None);
    }
}
