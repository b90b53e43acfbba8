//! What happened, for those who have to answer for it.

mod announcing;
mod list;
mod log;
mod passed_over;
mod recorder;

pub(crate) use announcing::Announcing;
pub use list::{AuditError, AuditListing, Wanted};
pub use recorder::{Denied, Recorder};

/// The service of the audit log.
pub struct Audit {
    /// Records and asks the access rules; has the store.
    pub recorder: Recorder,
}
