//! Storage of items.

use async_trait::async_trait;
use ironplate_domain::{Date, Item, ItemChanges, ItemId, UserId, fold};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

list_order! {
    /// How a list of items is sorted. Each order is served by an index.
    pub enum ItemOrder of item: Item {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(item.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(item.created_at),
        /// By folded title.
        Title = "title" => Text(fold(item.title.as_str())),
        /// By folded title backwards.
        TitleDescending = "-title" => Text(fold(item.title.as_str())),
        /// The earliest due date first; items without one come last.
        EarliestDue = "due_on" => Date(item.due_on.unwrap_or(Date::MAX)),
        /// The latest due date first; items without one come before all others.
        LatestDue = "-due_on" => Date(item.due_on.unwrap_or(Date::MAX)),
    }
}

/// The items.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ItemRepository: Send {
    /// Adds an item. Fails with [`Constraint::ItemOwner`](super::Constraint::ItemOwner) when its owner
    /// does not exist (any more).
    async fn insert(&mut self, item: &Item) -> StoreResult<()>;

    /// How many items a user has. Lock the user first where the answer is to hold.
    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64>;

    /// The item of this id.
    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>>;

    /// Changes an item and answers the result; `None` when there is no such item. Empty changes only read.
    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>>;

    /// Removes an item; whether there was one.
    async fn delete(&mut self, id: ItemId) -> StoreResult<bool>;

    /// One page of the items whose title or description contains the search text: of `owner`, or of everybody.
    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<ItemOrder>) -> StoreResult<Page<Item>>;
}
