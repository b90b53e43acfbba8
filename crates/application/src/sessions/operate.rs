//! End sessions from the command line, where no permission is asked.

use ironplate_domain::{AuditDetail, AuditEvent, AuditKind, UserId};

use super::{Sessions, SessionsError};
use crate::{operator::Operator, ports::StoreResult};

impl Sessions {
    /// Ends all sessions of a user, for the command line only; how many.
    ///
    /// # Errors
    /// There is no such user, or storage failed.
    pub async fn end_all_of(&self, of: UserId, by: &Operator) -> Result<u64, SessionsError> {
        let mut work = self.core.store.begin().await?;
        if work.users().find(of).await?.is_none() {
            return Err(SessionsError::UserNotFound);
        }
        let count = work.sessions().revoke_all_for(of, None, self.core.clock.now()).await?;
        if count > 0 {
            work.audit().record(&self.ended(count, by).on(of)).await?;
        }
        work.commit().await?;
        Ok(count)
    }

    /// Ends all sessions of everybody, for the command line only; how many.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn end_everybodys(&self, by: &Operator) -> StoreResult<u64> {
        let mut work = self.core.store.begin().await?;
        let count = work.sessions().revoke_everybodys(self.core.clock.now()).await?;
        if count > 0 {
            work.audit().record(&self.ended(count, by)).await?;
        }
        work.commit().await?;
        Ok(count)
    }

    fn ended(&self, count: u64, by: &Operator) -> AuditEvent {
        let event = self.core.recorder.event(AuditKind::SessionsRevoked, &by.client);
        by.does(event).saying(AuditDetail::Count, count)
    }
}
