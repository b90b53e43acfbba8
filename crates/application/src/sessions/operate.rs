//! End sessions from the command line, where no permission is asked.

use ironplate_domain::{AuditEvent, AuditKind, UserId};

use super::{Sessions, SessionsError, end::Ended};
use crate::{operator::Operator, ports::StoreResult};

impl Sessions {
    /// Ends all sessions of a user, for the command line only; how many. No device of theirs is trusted any more.
    ///
    /// # Errors
    /// There is no such user, or storage failed.
    pub async fn end_all_of(&self, of: UserId, by: &Operator) -> Result<u64, SessionsError> {
        let mut work = self.core.store.begin().await?;
        if work.users().find(of).await?.is_none() {
            return Err(SessionsError::UserNotFound);
        }
        let ended = self.core.log_out_everywhere(&mut *work, of, None).await?;
        ended.record(&mut *work, |kind| self.event(kind, by).on(of)).await?;
        work.commit().await?;
        Ok(ended.sessions)
    }

    /// Ends all sessions of everybody, for the command line only; how many. No device is trusted any more.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn end_everybodys(&self, by: &Operator) -> StoreResult<u64> {
        let mut work = self.core.store.begin().await?;
        let sessions = work.sessions().revoke_everybodys(self.core.clock.now()).await?;
        let ended = Ended { sessions, devices: work.trusted_devices().remove_everybodys().await? };
        ended.record(&mut *work, |kind| self.event(kind, by)).await?;
        work.commit().await?;
        Ok(ended.sessions)
    }

    fn event(&self, kind: AuditKind, by: &Operator) -> AuditEvent {
        by.does(self.core.recorder.event(kind, &by.client))
    }
}
