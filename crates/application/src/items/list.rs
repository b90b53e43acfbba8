//! List items.

use ironplate_domain::{Actor, Item};

use super::{ItemOrder, Items};
use crate::{
    owned::{OwnedPage, listed_owner},
    ports::{Page, PageRequest, StoreResult},
};

impl Items {
    /// One page of all items the actor may see: everybody's for a superuser, else their own.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(&self, actor: Actor, page: PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        let owner = listed_owner::<Item>(actor);
        self.core.store.read().await?.items().list(owner, &page).await
    }

    /// The same, with the owners of everybody's items for people to read.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_with_owners(&self, actor: Actor, page: PageRequest<ItemOrder>) -> StoreResult<OwnedPage<Item>> {
        self.core.with_owners(actor, self.list(actor, page).await?).await
    }
}
