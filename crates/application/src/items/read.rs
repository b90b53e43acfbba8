//! Read one item.

use ironplate_domain::{Action, Actor, Item, ItemId, Resource, can};

use super::Items;
use crate::{
    fault::{Fault, Kind},
    ports::{Repositories, StoreError},
};

/// Why an item can't be read, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// There is no such item.
    #[error("Item not found")]
    NotFound,
    /// It is somebody else's.
    #[error("Not enough permissions")]
    Denied,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for ItemError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Denied => Kind::Denied,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "item_not_found",
            Self::Denied => "not_enough_permissions",
            Self::Store(error) => error.code(),
        }
    }
}

impl Items {
    /// The item of this id.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one.
    pub async fn read(&self, actor: Actor, id: ItemId) -> Result<Item, ItemError> {
        permitted(&mut *self.store.read().await?, actor, Action::Read, id).await
    }
}

/// The item, if the actor may do this to it. Owners never change, so the answer can't turn false.
pub(super) async fn permitted(
    store: &mut (impl Repositories + ?Sized),
    actor: Actor,
    action: Action,
    id: ItemId,
) -> Result<Item, ItemError> {
    let item = store.items().find(id).await?.ok_or(ItemError::NotFound)?;
    if can(actor, action, Resource::ItemsOf(item.owner)) { Ok(item) } else { Err(ItemError::Denied) }
}
