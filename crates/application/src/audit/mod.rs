//! What happened, for those who have to answer for it.

mod list;
mod log;
mod logged_store;
mod passed_over;
mod recorder;

pub use list::{AuditError, AuditListing, Wanted};
pub(crate) use logged_store::LoggedStore;
pub(crate) use recorder::{REFUSALS, Recorder};

use crate::core::Core;

/// The service of the audit log.
pub struct Audit {
    core: Core,
}

impl Audit {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone() }
    }
}
