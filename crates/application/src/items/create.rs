//! Create an item.

use ironplate_domain::{Actor, Item, ItemDescription, ItemId, ItemTitle};

use super::Items;
use crate::{
    fault::{Class, Fault, Kind},
    ports::{Constraint, StoreError},
};

/// The item to make.
#[derive(Debug)]
pub struct CreateItem {
    /// What it is called.
    pub title: ItemTitle,
    /// What it is about.
    pub description: Option<ItemDescription>,
}

/// Why there is no item.
#[derive(Debug, thiserror::Error)]
pub enum CreateItemError {
    /// The actor was deleted meanwhile.
    #[error("User not found")]
    OwnerGone,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CreateItemError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::ItemOwner) => Self::OwnerGone,
            error => Self::Store(error),
        }
    }
}

impl Fault for CreateItemError {
    fn class(&self) -> Class {
        match self {
            Self::OwnerGone => Kind::NotFound.coded("user_not_found"),
            Self::Store(error) => error.class(),
        }
    }
}

impl Items {
    /// Creates an item that the actor owns.
    ///
    /// # Errors
    /// See [`CreateItemError`].
    pub async fn create(&self, actor: Actor, command: CreateItem) -> Result<Item, CreateItemError> {
        let CreateItem { title, description } = command;
        let item =
            Item { id: ItemId(self.secrets.id()), owner: actor.user, title, description, created_at: self.clock.now() };
        let mut work = self.store.begin().await?;
        work.items().insert(&item).await?;
        work.commit().await?;
        Ok(item)
    }
}
