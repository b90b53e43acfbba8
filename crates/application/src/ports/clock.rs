//! The time of day.

use std::time::Duration;

use ironplate_domain::Timestamp;

/// How far the clocks of two servers may differ: what is further ahead of ours was written by a clock that was wrong.
pub const CLOCKS_APART: Duration = Duration::from_mins(2);

/// Tells the time. Injected, so that tests can set it.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds.
    fn now(&self) -> Timestamp;
}
