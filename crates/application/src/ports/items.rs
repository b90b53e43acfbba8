//! Storage of items.

use async_trait::async_trait;
use ironplate_domain::{Item, ItemChanges, ItemId, UserId, fold};

use super::{Cursor, Page, PageRequest, SortKey, StoreResult};

/// How a list of items is sorted. Each order is total and served by an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ItemOrder {
    /// Newest first, then by id from the greatest.
    #[default]
    Newest,
    /// Oldest first, then by id.
    Oldest,
    /// By folded title, then by id.
    Title,
    /// By folded title backwards, then by id from the greatest.
    TitleDescending,
}

impl ItemOrder {
    /// The place behind `item` in a list of this order.
    #[must_use]
    pub fn behind(self, item: &Item) -> Cursor {
        let key = match self {
            Self::Newest | Self::Oldest => SortKey::Time(item.created_at),
            Self::Title | Self::TitleDescending => SortKey::Text(fold(item.title.as_str())),
        };
        Cursor { key, id: item.id.0 }
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
