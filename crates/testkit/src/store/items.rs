//! The items of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{ItemOrder, ItemRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, UserId};

use super::Handle;
use crate::paging;

#[async_trait]
impl ItemRepository for Handle {
    async fn insert(&mut self, item: &Item) -> StoreResult<()> {
        self.write(|data| data.insert_item(item))
    }

    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
        self.look(|data| data.items.values().filter(|item| item.owner == owner).count() as u64)
    }

    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>> {
        self.look(|data| data.items.get(&id).cloned())
    }

    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>> {
        if changes.is_empty() {
            return ItemRepository::find(self, id).await;
        }
        self.write(|data| {
            let Some(item) = data.items.get_mut(&id) else { return Ok(None) };
            changes.clone().apply_to(item);
            Ok(Some(item.clone()))
        })
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
