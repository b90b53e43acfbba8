//! What people want to see first.

mod activity;
mod look;
mod newest;

pub use activity::{Activity, Day};
pub use look::{Administration, Overview, OverviewError};
pub use newest::Newest;

use crate::{audit::Audit, core::Core};

/// The service behind the first page.
pub struct Overviews {
    core: Core,
    audit: Audit,
}

impl Overviews {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone(), audit: Audit::new(core) }
    }
}
