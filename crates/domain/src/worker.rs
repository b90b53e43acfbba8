//! A process that sends mail, as others see it.

use crate::{Timestamp, id};

id! {
    /// Names a run of a [`Worker`].
    WorkerId
}

/// A worker that was seen at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Names this run of it.
    pub id: WorkerId,
    /// Where it runs, for people.
    pub name: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last at work, to within some seconds.
    pub seen_at: Timestamp,
}
