//! Delete an item.

use ironplate_domain::{Action, Actor, ItemId};

use super::{Items, read::ItemError, read::permitted};

impl Items {
    /// Deletes the item.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: ItemId) -> Result<(), ItemError> {
        let mut work = self.store.begin().await?;
        permitted(&mut *work, actor, Action::Delete, id).await?;
        if !work.items().delete(id).await? {
            return Err(ItemError::NotFound);
        }
        work.commit().await?;
        Ok(())
    }
}
