//! Log out: the session ends, and every token of it with it.

use ironplate_domain::{AuditDetail, AuditKind, Client, SessionId, UserId};

use super::Sessions;
use crate::ports::StoreError;

impl Sessions {
    /// Ends the session of this user. One that is over already is fine.
    ///
    /// # Errors
    /// Storage failed; the session may live on.
    pub async fn log_out(&self, user: UserId, session: SessionId, client: &Client) -> Result<(), StoreError> {
        let mut work = self.core.store.begin().await?;
        if work.sessions().revoke(user, session, self.core.clock.now()).await? {
            let event = self.core.recorder.event(AuditKind::LogOut, client).by_and_on(user);
            work.audit().record(&event.saying(AuditDetail::Session, session)).await?;
        }
        work.commit().await
    }
}
