//! Delete an item.

use ironplate_domain::{Action, Actor, Client, ItemId};

use super::{ItemError, Items};

impl Items {
    /// Deletes the item.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: ItemId, client: &Client) -> Result<(), ItemError> {
        let mut work = self.begin(actor, Action::Delete, id, client).await?;
        if !work.items().delete(id).await? {
            return Err(ItemError::NotFound);
        }
        work.commit().await?;
        Ok(())
    }
}
