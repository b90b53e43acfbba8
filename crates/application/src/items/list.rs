//! List items.

use std::collections::{BTreeMap, BTreeSet};

use ironplate_domain::{Action, Actor, Email, Item, Resource, UserId, can};

use super::Items;
use crate::ports::{ItemOrder, Page, PageRequest, StoreResult};

/// Items, and whose they are.
#[derive(Debug)]
pub struct ItemListing {
    /// The items.
    pub page: Page<Item>,
    /// The addresses of their owners, where everybody's items are listed.
    pub owners: BTreeMap<UserId, Email>,
}

impl Items {
    /// One page of all items the actor may see: everybody's for a superuser, else their own.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(&self, actor: Actor, page: PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        let everybody = can(actor, Action::List, Resource::Items);
        let owner = if everybody { None } else { Some(actor.user) };
        self.core.store.read().await?.items().list(owner, &page).await
    }

    /// The same, with the owners of everybody's items for people to read.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_with_owners(&self, actor: Actor, page: PageRequest<ItemOrder>) -> StoreResult<ItemListing> {
        let page = self.list(actor, page).await?;
        if !can(actor, Action::List, Resource::Items) {
            return Ok(ItemListing { page, owners: BTreeMap::new() });
        }
        let ids: BTreeSet<UserId> = page.rows.iter().map(|item| item.owner).collect();
        let ids: Vec<UserId> = ids.into_iter().collect();
        let owners = self.core.store.read().await?.users().find_many(&ids).await?;
        Ok(ItemListing { page, owners: owners.into_iter().map(|user| (user.id, user.email)).collect() })
    }
}
