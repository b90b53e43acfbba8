//! The example resource: something that users own.

mod change;
mod create;
mod list;

use async_trait::async_trait;
use ironplate_domain::{AuditDetail, Item, ItemId, Resource, UserId};

pub use change::ItemError;
pub use create::{CreateItem, CreateItemError};

use crate::{
    core::service,
    owned::Owned,
    ports::{Repositories, StoreResult},
};

service! {
    /// The service of items.
    Items
}

#[async_trait]
impl Owned for Item {
    type Id = ItemId;

    const EVERYBODYS: Resource = Resource::Items;
    const OF: fn(UserId) -> Resource = Resource::ItemsOf;
    const DETAIL: AuditDetail = AuditDetail::Item;

    fn id_and_owner(&self) -> (ItemId, UserId) {
        (self.id, self.owner)
    }

    async fn find(store: &mut dyn Repositories, id: ItemId) -> StoreResult<Option<Self>> {
        store.items().find(id).await
    }
}
