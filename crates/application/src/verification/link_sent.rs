//! See whether a link to prove one's address is on its way.

use ironplate_domain::{Actor, Timestamp, TokenPurpose};

use super::Verification;
use crate::ports::StoreResult;

impl Verification {
    /// When the mail was caused whose link proves the actor's address, as long as that link works.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn link_sent(&self, actor: Actor) -> StoreResult<Option<Timestamp>> {
        let now = self.core.clock.now();
        let link =
            self.core.store.read().await?.one_time_tokens().current(actor.user, TokenPurpose::VerifyEmail).await?;
        Ok(link.filter(|link| link.expires_at > now).map(|link| link.created_at))
    }
}
