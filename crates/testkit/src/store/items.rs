//! The items of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, ItemOrder, ItemRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, UserId};

use super::{
    FakeStore, Handle,
    data::{insert, update},
};
use crate::paging;

impl FakeStore {
    /// Every item that is stored, by id.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        self.committed().items.values().cloned().collect()
    }
}

#[async_trait]
impl ItemRepository for Handle {
    async fn insert(&mut self, item: &Item) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(item.owner, Constraint::ItemOwner)?;
            insert(&mut data.items, item.id, item)
        })
    }

    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
        self.look(|data| data.items.values().filter(|item| item.owner == owner).count() as u64)
    }

    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>> {
        self.look(|data| data.items.get(&id).cloned())
    }

    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>> {
        self.write(|data| Ok(update(&mut data.items, id, |item| changes.clone().apply_to(item))))
    }

    async fn delete(&mut self, id: ItemId) -> StoreResult<bool> {
        self.write(|data| Ok(data.items.remove(&id).is_some()))
    }

    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        self.look(|data| {
            let theirs = data.items.values().filter(|item| owner.is_none_or(|owner| item.owner == owner));
            let matching = theirs.filter(|item| {
                let texts = [Some(item.title.as_str()), item.description.as_ref().map(ItemDescription::as_str)];
                paging::contains(texts, page.search.as_deref())
            });
            paging::page(matching, page)
        })
    }
}
