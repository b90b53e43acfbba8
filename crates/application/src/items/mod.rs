//! The example resource: something that users own.

mod create;
mod delete;
mod list;
mod read;
mod update;

use std::sync::Arc;

use ironplate_domain::{Actor, AuditDetail, AuditEvent, AuditKind, Client, Item};

pub use create::{CreateItem, CreateItemError};
pub use list::ItemListing;
pub use read::ItemError;

use crate::{
    Policy,
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
    /// Says how many a user may have.
    pub policy: Arc<Policy>,
    /// Asks the access rules, and records refusals.
    pub recorder: Recorder,
}

impl Items {
    /// What the actor does to somebody's item.
    fn event(&self, kind: AuditKind, actor: Actor, item: &Item, client: &Client) -> AuditEvent {
        self.recorder.event(kind, client).between(actor, item.owner).saying(AuditDetail::Item, item.id)
    }
}
