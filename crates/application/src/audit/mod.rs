//! What happened, for those who have to answer for it.

mod list;
mod log;
mod logged_store;
mod passed_over;
mod recorder;
mod within;

pub use list::{AuditError, AuditListing, Wanted};
pub(crate) use logged_store::LoggedStore;
pub(crate) use recorder::{REFUSALS, Recorder};

use crate::core::service;

service! {
    /// The service of the audit log.
    Audit
}
