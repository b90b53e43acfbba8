//! A clock that stands still.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use ironplate_application::ports::Clock;
use ironplate_domain::Timestamp;

/// Shows the moment it was set to until it is set again.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    /// Shows `now` from here on.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }

    /// Lets `span` pass.
    pub fn advance(&self, span: Duration) {
        self.set(self.now().after(span));
    }
}

impl Default for FixedClock {
    /// 2026-01-02T03:04:05.678901Z: a moment whose microseconds get lost where they are not kept.
    fn default() -> Self {
        Self::at(Timestamp::from_micros(1_767_323_045_678_901))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_only_when_told() {
        let clock = FixedClock::default();
        assert_eq!(clock.now().to_string(), "2026-01-02T03:04:05.678901Z");
        clock.advance(Duration::from_mins(1));
        assert_eq!(clock.now().to_string(), "2026-01-02T03:05:05.678901Z");
    }
}
