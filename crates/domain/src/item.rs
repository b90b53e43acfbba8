//! An item: the example of something that users own.

use crate::{ItemDescription, ItemId, ItemTitle, Timestamp, UserId};

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

/// What to change of an item; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemChanges {
    /// A new title.
    pub title: Option<ItemTitle>,
    /// A new description, or none at all (`Some(None)`).
    pub description: Option<Option<ItemDescription>>,
}

impl ItemChanges {
    /// Nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Without what the item has already.
    #[must_use]
    pub fn beyond(self, item: &Item) -> Self {
        Self {
            title: self.title.filter(|title| *title != item.title),
            description: self.description.filter(|description| *description != item.description),
        }
    }

    /// The names of the fields that it changes, as the API has them.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let fields = [("title", self.title.is_some()), ("description", self.description.is_some())];
        fields.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name).collect()
    }

    /// Carries the changes out.
    pub fn apply_to(self, item: &mut Item) {
        if let Some(title) = self.title {
            item.title = title;
        }
        if let Some(description) = self.description {
            item.description = description;
        }
    }
}
