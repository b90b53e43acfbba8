//! The time of day.

use ironplate_domain::Timestamp;

/// Tells the time. Injected, so that tests can set it.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds.
    fn now(&self) -> Timestamp;
}
