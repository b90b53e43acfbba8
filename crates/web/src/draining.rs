//! The last moments of a server.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether a server is about to stop: it answers as ever, but should be sent nothing more.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From here on, for good.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
