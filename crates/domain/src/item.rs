//! An item: the example of something that users own.

use crate::{Timestamp, UserId, bounded_text, changes, id};

id! {
    /// Names an [`Item`].
    ItemId
}
bounded_text! {
    /// What an item is called, 1 to 255 code points.
    ItemTitle, 1..=255
}
bounded_text! {
    /// What an item is about, at most 255 code points.
    ItemDescription, 0..=255
}

/// Something a user keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Identity, never reused.
    pub id: ItemId,
    /// Whose it is; never changes. Deleting the owner deletes the item.
    pub owner: UserId,
    /// What it is called.
    pub title: ItemTitle,
    /// What it is about.
    pub description: Option<ItemDescription>,
    /// When it was made.
    pub created_at: Timestamp,
}

changes! {
    /// What to change of an item; `None` leaves a field as it is.
    pub struct ItemChanges of Item {
        /// A new title.
        title: ItemTitle,
        /// A new description, or none at all (`Some(None)`).
        description: Option<ItemDescription>,
    }
}
