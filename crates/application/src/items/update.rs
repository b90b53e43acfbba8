//! Change an item.

use ironplate_domain::{Action, Actor, Item, ItemChanges, ItemId};

use super::{Items, read::ItemError, read::permitted};

impl Items {
    /// Changes the item and answers it as it is then.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one.
    pub async fn update(&self, actor: Actor, id: ItemId, changes: ItemChanges) -> Result<Item, ItemError> {
        let mut work = self.store.begin().await?;
        permitted(&mut *work, actor, Action::Update, id).await?;
        let item = work.items().update(id, &changes).await?.ok_or(ItemError::NotFound)?;
        work.commit().await?;
        Ok(item)
    }
}
