//! Change an item.

use ironplate_domain::{Action, Actor, AuditDetail, AuditKind, Client, Item, ItemChanges, ItemId};

use super::{ItemError, Items};

impl Items {
    /// Changes the item and answers it as it is then.
    ///
    /// # Errors
    /// See [`ItemError`]; a missing item is reported before a foreign one.
    pub async fn update(
        &self,
        actor: Actor,
        id: ItemId,
        changes: ItemChanges,
        client: &Client,
    ) -> Result<Item, ItemError> {
        let (before, mut work) = self.begin(actor, Action::Update, id, client).await?;
        let item = work.items().update(id, &changes).await?.ok_or(ItemError::NotFound)?;
        let fields = changes.beyond(&before).fields();
        if item.owner != actor.user && !fields.is_empty() {
            let event = self.event(AuditKind::ItemChanged, actor, &item, client);
            work.audit().record(&event.saying(AuditDetail::Fields, fields.join(" "))).await?;
        }
        work.commit().await?;
        Ok(item)
    }
}
