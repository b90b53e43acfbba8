//! List items.

use ironplate_domain::{Action, Actor, Item, Resource, can};

use super::Items;
use crate::ports::{ItemOrder, Page, PageRequest, StoreResult};

impl Items {
    /// One page of all items the actor may see: everybody's for a superuser, else their own.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(&self, actor: Actor, page: PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        let everybody = can(actor, Action::List, Resource::Items);
        let owner = if everybody { None } else { Some(actor.user) };
        self.store.read().await?.items().list(owner, &page).await
    }
}
