//! All sessions of a user end, and no device of theirs is trusted any more.

use ironplate_domain::{AuditDetail, AuditEvent, AuditKind, SessionId, UserId};

use crate::{
    core::Core,
    ports::{StoreResult, UnitOfWork},
};

/// How much ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// How many sessions.
    pub(crate) sessions: u64,
    /// How many devices are trusted no more.
    pub(crate) devices: u64,
}

impl Ended {
    /// Tells the audit log of what there was, by events like this one.
    pub(crate) async fn record(
        self,
        work: &mut dyn UnitOfWork,
        event: impl Fn(AuditKind) -> AuditEvent + Send,
    ) -> StoreResult<()> {
        let counts = [(AuditKind::SessionsRevoked, self.sessions), (AuditKind::TrustedDevicesRemoved, self.devices)];
        for (kind, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            work.audit().record(&event(kind).saying(AuditDetail::Count, count)).await?;
        }
        Ok(())
    }
}

impl Core {
    /// Ends all sessions of a user but for the one to `keep`, and log-ins that wait. Whoever gets in afterwards is asked for all that
    /// there is: no device is trusted any more, this one neither.
    pub(crate) async fn log_out_everywhere(
        &self,
        work: &mut dyn UnitOfWork,
        user: UserId,
        keep: Option<SessionId>,
    ) -> StoreResult<Ended> {
        let sessions = work.sessions().revoke_all_for(user, keep, self.clock.now()).await?;
        work.challenges().remove_all_for(user).await?;
        Ok(Ended { sessions, devices: work.trusted_devices().remove_all_for(user).await? })
    }
}
