//! Read an item, change it, delete it.

use ironplate_domain::{Action, Actor, AuditKind, Changes, Client, Item, ItemChanges, ItemId, ItemStatus};

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
    #[error("Not enough permissions")]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ItemError:
    NotFound(_) => Kind::NotFound.coded("item_not_found"),
    Denied(denied) => Kind::Denied(*denied).coded("not_enough_permissions"),
    Store(error) => error.class(),
}

impl Items {
    /// The item of this id.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn read(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        self.core.find_owned(actor, Action::Read, id, client).await
    }

    /// Changes the item and answers it as it is then.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn update(
        &self,
        actor: Actor,
        id: ItemId,
        changes: ItemChanges,
        client: &Client,
    ) -> Result<Item, ItemError> {
        let (before, mut work) = self.core.begin_owned::<Item, ItemError>(actor, Action::Update, id, client).await?;
        let item = work.items().update(id, &changes).await?.ok_or(Missing)?;
        let fields = changes.beyond(&before).fields();
        if let Some(event) = self.core.change_of(AuditKind::ItemChanged, actor, &item, &fields, client) {
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(item)
    }

    /// Marks the item as done; one that is done stays so.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn complete(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        let changes = ItemChanges { status: Some(ItemStatus::Done), ..ItemChanges::default() };
        self.update(actor, id, changes, client).await
    }

    /// Marks the item as still to be done; one that is open stays so.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub async fn reopen(&self, actor: Actor, id: ItemId, client: &Client) -> Result<Item, ItemError> {
        let changes = ItemChanges { status: Some(ItemStatus::Open), ..ItemChanges::default() };
        self.update(actor, id, changes, client).await
    }

    /// Deletes the item for good, which is recorded whoever does it.
    ///
    /// # Errors
    /// See [`ItemError`]. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: ItemId, client: &Client) -> Result<(), ItemError> {
        let (item, mut work) = self.core.begin_owned::<Item, ItemError>(actor, Action::Delete, id, client).await?;
        if !work.items().delete(id).await? {
            return Err(Missing.into());
        }
        work.audit().record(&self.core.event_on(AuditKind::ItemDeleted, actor, &item, client)).await?;
        work.commit().await?;
        Ok(())
    }
}
