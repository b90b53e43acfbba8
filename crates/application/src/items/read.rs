//! Read one item.

use ironplate_domain::{Action, Actor, Client, Item, ItemId, Resource};

use super::Items;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::{StoreError, UnitOfWork},
};

/// Why an item can't be read, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// There is no such item.
    #[error("Item not found")]
    NotFound,
    /// It is somebody else's.
    #[error("Not enough permissions")]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ItemError:
    NotFound => Kind::NotFound.coded("item_not_found"),
    Denied(denied) => Kind::Denied(*denied).coded("not_enough_permissions"),
    Store(error) => error.class(),
}

impl Items {
    /// The item of this id.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one.
    pub async fn read(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        let item = self.find(id).await?;
        self.core.permit(actor, Action::Read, Resource::ItemsOf(item.owner), client).await?;
        Ok(item)
    }

    /// The item, and a unit of work in which the actor may do this to it. Its owner never changes.
    pub(super) async fn begin(
        &self,
        actor: Actor,
        action: Action,
        id: ItemId,
        client: &Client,
    ) -> Result<(Item, Box<dyn UnitOfWork>), ItemError> {
        let item = self.find(id).await?;
        let work = self.core.begin(actor, action, Resource::ItemsOf(item.owner), client).await;
        work.map(|work| (item, work))
    }

    async fn find(&self, id: ItemId) -> Result<Item, ItemError> {
        self.core.store.read().await?.items().find(id).await?.ok_or(ItemError::NotFound)
    }
}
