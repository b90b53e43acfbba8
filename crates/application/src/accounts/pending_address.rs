//! See the new address that one asked for, while it waits for its confirmation.

use ironplate_domain::{Actor, Email, TokenPurpose};

use super::Accounts;
use crate::ports::StoreResult;

impl Accounts {
    /// The address that becomes the actor's once its mailed link is followed, as long as that link works.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn pending_address(&self, actor: Actor) -> StoreResult<Option<Email>> {
        let now = self.core.clock.now();
        let link =
            self.core.store.read().await?.one_time_tokens().current(actor.user, TokenPurpose::ConfirmEmail).await?;
        Ok(link.filter(|link| link.expires_at > now).map(|link| link.email))
    }
}
