//! The example resource: something that users own.

mod create;
mod delete;
mod list;
mod read;
mod update;

use ironplate_domain::{Actor, AuditDetail, AuditEvent, AuditKind, Client, Item};

pub use create::{CreateItem, CreateItemError};
pub use list::ItemListing;
pub use read::ItemError;

use crate::core::Core;

/// The service of items.
pub struct Items {
    core: Core,
}

impl Items {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone() }
    }
}

impl Items {
    /// What the actor does to somebody's item.
    fn event(&self, kind: AuditKind, actor: Actor, item: &Item, client: &Client) -> AuditEvent {
        self.core.recorder.event(kind, client).between(actor, item.owner).saying(AuditDetail::Item, item.id)
    }
}
