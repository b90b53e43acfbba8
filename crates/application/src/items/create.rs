//! Create an item.

use ironplate_domain::{Actor, Date, Item, ItemDescription, ItemId, ItemTitle};

use super::Items;
use crate::{
    fault::{Kind, faults},
    ports::{Constraint, StoreError},
};

/// The item to make.
#[derive(Debug)]
pub struct CreateItem {
    /// What it is called.
    pub title: ItemTitle,
    /// What it is about.
    pub description: Option<ItemDescription>,
    /// By when it should be done.
    pub due_on: Option<Date>,
}

/// Why there is no item.
#[derive(Debug, thiserror::Error)]
pub enum CreateItemError {
    /// The actor was deleted meanwhile.
    #[error("User not found")]
    OwnerGone,
    /// The actor has as many as a user may have.
    #[error("You have {0} items, and may not have more. Delete some first")]
    TooMany(u32),
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

faults! { CreateItemError:
    OwnerGone => Kind::NotFound.coded("user_not_found"),
    TooMany(_) => Kind::Conflict.coded("too_many_items").about_no_field(),
    Store(error) => error.class(),
}

impl Items {
    /// Creates an item that the actor owns.
    ///
    /// # Errors
    /// See [`CreateItemError`]. Those of one user wait for one another, so that many at once are not more than they may have.
    pub async fn create(&self, actor: Actor, command: CreateItem) -> Result<Item, CreateItemError> {
        let CreateItem { title, description, due_on } = command;
        let item = Item::new(ItemId(self.core.secrets.id()), actor.user, title, self.core.clock.now());
        let item = Item { description, due_on, ..item };
        let mut work = self.core.store.begin().await?;
        work.users().lock(actor.user).await?.ok_or(CreateItemError::OwnerGone)?;
        if work.items().count_of(actor.user.into()).await? >= self.core.policy.most_items.into() {
            return Err(CreateItemError::TooMany(self.core.policy.most_items));
        }
        work.items().insert(&item).await?;
        work.commit().await?;
        Ok(item)
    }
}
