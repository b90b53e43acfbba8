//! Delete an item.

use ironplate_domain::{Action, Actor, AuditKind, Client, ItemId};

use super::{ItemError, Items};

impl Items {
    /// Deletes the item.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: ItemId, client: &Client) -> Result<(), ItemError> {
        let (item, mut work) = self.begin(actor, Action::Delete, id, client).await?;
        if !work.items().delete(id).await? {
            return Err(ItemError::NotFound);
        }
        if item.owner != actor.user {
            work.audit().record(&self.event(AuditKind::ItemDeleted, actor, &item, client)).await?;
        }
        work.commit().await?;
        Ok(())
    }
}
