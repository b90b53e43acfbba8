//! All that is stored, to be compared.

use std::collections::BTreeMap;

use super::{FakeStore, data::Data};

/// What was stored at a moment, but for audit events.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot(Data);

impl FakeStore {
    /// What is stored now: two that are equal tell that nothing was done in between, recorded or not.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Data { audit: BTreeMap::new(), ..self.committed().clone() })
    }
}
