//! The items.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, ItemOrder, ItemRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, UserId};
use ironplate_testkit::paging;

use crate::handle::Handle;

#[async_trait]
impl ItemRepository for Handle {
    async fn insert(&mut self, item: &Item) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(item.owner, Constraint::ItemOwner)?;
            rows.insert(item)
        })
    }

    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
        self.call(|rows| Ok(rows.those(|item: &Item| item.owner == owner)?.len() as u64))
    }

    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>> {
        self.call(|rows| rows.find(id.0.as_bytes()))
    }

    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>> {
        if changes.is_empty() {
            return ItemRepository::find(self, id).await;
        }
        self.call(|rows| rows.change(id.0.as_bytes(), |_| true, |item| changes.clone().apply_to(item)))
    }

    async fn delete(&mut self, id: ItemId) -> StoreResult<bool> {
        self.call(|rows| rows.remove::<Item>(id.0.as_bytes()))
    }

    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        let is_wanted = |item: &Item| {
            let texts = [Some(item.title.as_str()), item.description.as_ref().map(ItemDescription::as_str)];
            owner.is_none_or(|owner| item.owner == owner) && paging::contains(texts, page.search.as_deref())
        };
        self.call(|rows| Ok(paging::page(rows.those(is_wanted)?.iter(), page)))
    }
}
