//! Look at a mailed link before following it.

use ironplate_domain::{OneTimeToken, TokenPurpose, TokenSecret};

use super::Recovery;
use crate::ports::StoreResult;

impl Recovery {
    /// What a link is good for and for whom, if it still works. Nothing is used up, so that pages can ask before they act.
    /// Whoever has the secret could act on it, so they may know.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn look_at_link(&self, secret: &TokenSecret) -> StoreResult<Option<OneTimeToken>> {
        let digest = self.core.secrets.digest(secret);
        self.core.store.read().await?.one_time_tokens().find(digest, &TokenPurpose::ALL, self.core.clock.now()).await
    }
}
