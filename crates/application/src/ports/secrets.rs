//! Values that nobody can guess.

use uuid::Uuid;

/// Makes unguessable values. Injected, so that tests can foresee them.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Secrets: Send + Sync {
    /// A new identifier: `UUIDv7`, sorted by time, with 74 random bits.
    fn id(&self) -> Uuid;
}
