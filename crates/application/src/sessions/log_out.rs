//! Log out: the session ends, and every token of it with it.

use ironplate_domain::SessionId;

use super::Sessions;
use crate::ports::StoreError;

impl Sessions {
    /// Ends the session. One that is over already is fine.
    ///
    /// # Errors
    /// Storage failed; the session may live on.
    pub async fn log_out(&self, session: SessionId) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        work.sessions().revoke(session, self.clock.now()).await?;
        work.commit().await
    }
}
