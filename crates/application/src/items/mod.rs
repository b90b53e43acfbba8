//! The example resource: something that users own.

mod change;
mod create;
mod list;

use async_trait::async_trait;
use ironplate_domain::{AuditDetail, Item, ItemId, Resource, UserId};

pub use change::ItemError;
pub use create::{CreateItem, CreateItemError};

use crate::{
    core::Core,
    owned::Owned,
    ports::{Repositories, StoreResult},
};

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

#[async_trait]
impl Owned for Item {
    type Id = ItemId;

    const EVERYBODYS: Resource = Resource::Items;
    const DETAIL: AuditDetail = AuditDetail::Item;

    fn of(owner: UserId) -> Resource {
        Resource::ItemsOf(owner)
    }

    fn id(&self) -> ItemId {
        self.id
    }

    fn owner(&self) -> UserId {
        self.owner
    }

    async fn find(store: &mut dyn Repositories, id: ItemId) -> StoreResult<Option<Self>> {
        store.items().find(id).await
    }
}
