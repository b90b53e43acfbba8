//! Events that were not recorded because there were many like them, to be told by the next one that is.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ironplate_domain::{AuditDetail, AuditEvent};

/// Sorts of events that are counted at once; beyond that, all are forgotten: they are many different ones then.
const SORTS: usize = 4_096;

/// How many events of each sort this process passed over since it recorded the last one.
#[derive(Default)]
pub(super) struct Counts(Mutex<HashMap<[u8; 32], u64>>);

impl Counts {
    /// One more.
    pub(super) fn add(&self, sort: [u8; 32]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= SORTS {
            counts.clear();
        }
        *counts.entry(sort).or_default() += 1;
    }

    /// How many there were; from here on, none.
    pub(super) fn take(&self, sort: &[u8; 32]) -> PassedOver {
        PassedOver(self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(sort).unwrap_or_default())
    }
}

/// So many events like the one that is about to be recorded were not.
pub(crate) struct PassedOver(u64);

impl PassedOver {
    /// The event that also says so.
    pub(crate) fn told_by(&self, event: AuditEvent) -> AuditEvent {
        if self.0 == 0 { event } else { event.saying(AuditDetail::PassedOver, self.0) }
    }
}
