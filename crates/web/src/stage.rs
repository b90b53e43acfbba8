//! How far a server is in its life.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

const STARTING: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

/// Whether a server should be sent requests: it answers in every stage, but while it starts there may be no superuser yet, and
/// while it drains it is about to stop. No stage comes back.
#[derive(Debug, Clone)]
pub struct Stage(Arc<AtomicU8>);

impl Stage {
    /// Of a server that answers already, and has something left to do.
    #[must_use]
    pub fn starting() -> Self {
        Self(Arc::new(AtomicU8::new(STARTING)))
    }

    /// From here on it should be sent requests, unless it drains.
    pub fn serve(&self) {
        self.0.fetch_max(SERVING, Ordering::AcqRel);
    }

    /// From here on it should be sent nothing more, for good.
    pub fn drain(&self) {
        self.0.fetch_max(DRAINING, Ordering::AcqRel);
    }

    /// Whether it should be sent nothing more.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Acquire) == DRAINING
    }

    /// Why it should be sent no request, if so.
    #[must_use]
    pub fn unready(&self) -> Option<&'static str> {
        match self.0.load(Ordering::Acquire) {
            STARTING => Some("the server is being started"),
            DRAINING => Some("the server is being stopped"),
            _ => None,
        }
    }
}

/// Of a server that has nothing to do first.
impl Default for Stage {
    fn default() -> Self {
        Self(Arc::new(AtomicU8::new(SERVING)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_stopped_while_it_starts_serves_no_more() {
        let stage = Stage::starting();
        assert_eq!(stage.unready(), Some("the server is being started"));
        stage.serve();
        assert_eq!(stage.unready(), None);
        stage.drain();
        stage.serve();
        assert!(stage.is_draining());
        assert_eq!(stage.unready(), Some("the server is being stopped"));
    }
}
