//! The example resource: something that users own.

mod create;
mod delete;
mod list;
mod read;
mod update;

use std::sync::Arc;

pub use create::{CreateItem, CreateItemError};
pub use list::ItemListing;
pub use read::ItemError;

use crate::{
    audit::Recorder,
    ports::{Clock, Secrets, Store},
};

/// The service of items.
pub struct Items {
    /// Where items are kept.
    pub store: Arc<dyn Store>,
    /// Dates what happens.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub secrets: Arc<dyn Secrets>,
    /// Asks the access rules, and records refusals.
    pub recorder: Recorder,
}
