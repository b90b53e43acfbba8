//! Complete or reopen an item; and why an item can't be read, changed or deleted.

use ironplate_domain::{Actor, Client, Item, ItemChanges, ItemId, ItemStatus};

use super::Items;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    owned::Missing,
    ports::StoreError,
};

/// Why an item can't be read, changed or deleted. A missing one is reported before a foreign one.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// There is no such item.
    #[error("Item not found")]
    NotFound(#[from] Missing),
    /// It is somebody else's.
    #[error("{}", .0.in_words("Not enough permissions"))]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ItemError:
    NotFound(_) => Kind::NotFound.coded("item_not_found"),
    Denied(denied) => denied.coded("not_enough_permissions"),
    Store(error) => error.class(),
}

impl Items {
    /// Makes the item done; one that is done stays so.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn complete(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        let changes = ItemChanges { status: Some(ItemStatus::Done), ..ItemChanges::default() };
        self.update(actor, id, changes, client).await
    }

    /// Makes the item open; one that is open stays so.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn reopen(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        let changes = ItemChanges { status: Some(ItemStatus::Open), ..ItemChanges::default() };
        self.update(actor, id, changes, client).await
    }
}
