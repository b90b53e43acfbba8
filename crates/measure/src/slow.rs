//! What is slow: one number of the whole process, as the filter of its log is.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::work::micros;

static SLOW: AtomicU64 = AtomicU64::new(u64::MAX);

/// From here on whatever takes so long is slow; nothing is, without a limit.
pub fn set_slow(limit: Option<Duration>) {
    SLOW.store(limit.map_or(u64::MAX, micros), Relaxed);
}

/// Whether something that took so long is slow.
#[must_use]
pub fn is_slow(took: Duration) -> bool {
    micros(took) >= SLOW.load(Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_limit_nothing_is_slow() {
        assert!(!is_slow(Duration::from_hours(1)));
        set_slow(Some(Duration::from_millis(500)));
        assert!(is_slow(Duration::from_millis(500)));
        assert!(!is_slow(Duration::from_millis(499)));
        set_slow(None);
        assert!(!is_slow(Duration::from_hours(1)));
    }
}
