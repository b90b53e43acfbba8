//! What people want to see first.

mod activity;
mod look;

use std::sync::Arc;

pub use activity::{Activity, Day};
pub use look::{Administration, Overview, OverviewError};

use crate::{
    Policy,
    audit::Audit,
    ports::{Clock, Store},
};

/// The service behind the first page.
pub struct Overviews {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Tells which days are the last ones.
    pub clock: Arc<dyn Clock>,
    /// Reads events.
    pub audit: Audit,
    /// Says how many sessions there can be.
    pub policy: Arc<Policy>,
}
