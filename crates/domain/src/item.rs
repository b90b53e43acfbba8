//! An item: something that users and organisations own.

use crate::{Date, Owner, Timestamp, bounded_text, changes, id, named_enum};

id! {
    /// Names an [`Item`].
    ItemId
}
bounded_text! {
    /// What an item is called, 1 to 255 code points.
    ItemTitle, 1..=255
}
bounded_text! {
    /// The description of an item, at most 255 code points.
    ItemDescription, 0..=255
}
named_enum! {
    /// The status of an item.
    pub enum ItemStatus {
        /// It is open.
        Open = "open",
        /// It is done.
        Done = "done",
    }
}

/// Something that a user or an organisation keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Identity, never reused.
    pub id: ItemId,
    /// Whose it is. Deleting the owner deletes the item.
    pub owner: Owner,
    /// What it is called.
    pub title: ItemTitle,
    /// Its description.
    pub description: Option<ItemDescription>,
    /// Its status.
    pub status: ItemStatus,
    /// Its due date.
    pub due_on: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Item {
    /// A new item; its status is `open`; what can be missing is.
    #[must_use]
    pub fn new(id: ItemId, owner: impl Into<Owner>, title: ItemTitle, created_at: Timestamp) -> Self {
        let owner = owner.into();
        Self { id, owner, title, description: None, status: ItemStatus::Open, due_on: None, created_at }
    }
}

changes! {
    /// What to change of an item; `None` leaves a field as it is.
    pub struct ItemChanges of Item {
        /// Another title.
        title: ItemTitle,
        /// Another description, or none at all (`Some(None)`).
        description: Option<ItemDescription>,
        /// Another status.
        status: ItemStatus,
        /// Another due date, or none at all (`Some(None)`).
        due_on: Option<Date>,
    }
}
