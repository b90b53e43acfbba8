//! End sessions from another one: a lost phone, a machine in a library.

use ironplate_domain::{Action, Actor, AuditDetail, AuditKind, Client, Resource, SessionId, UserId};

use super::{Sessions, SessionsError};

impl Sessions {
    /// Ends one session of a user; it may be the one in use.
    ///
    /// # Errors
    /// [`SessionsError::NotFound`] for somebody else's session and for one that was ended before.
    pub async fn revoke(
        &self,
        actor: Actor,
        of: UserId,
        session: SessionId,
        client: &Client,
    ) -> Result<(), SessionsError> {
        let mut work =
            self.core.begin::<SessionsError>(actor, Action::Delete, Resource::SessionsOf(of), client).await?;
        if !work.sessions().revoke(of, session, self.core.clock.now()).await? {
            return Err(SessionsError::NotFound);
        }
        let event = self.core.recorder.event(AuditKind::SessionRevoked, client).between(actor, of);
        work.audit().record(&event.saying(AuditDetail::Session, session)).await?;
        work.commit().await?;
        Ok(())
    }

    /// Ends all sessions of a user but for the one to `keep`; how many. No device of theirs is trusted any more.
    ///
    /// # Errors
    /// See [`SessionsError`].
    pub async fn revoke_all(
        &self,
        actor: Actor,
        of: UserId,
        keep: Option<SessionId>,
        client: &Client,
    ) -> Result<u64, SessionsError> {
        let mut work =
            self.core.begin::<SessionsError>(actor, Action::Delete, Resource::SessionsOf(of), client).await?;
        if of != actor.user && work.users().find(of).await?.is_none() {
            return Err(SessionsError::UserNotFound);
        }
        let ended = self.core.log_out_everywhere(&mut *work, of, keep).await?;
        ended.record(&mut *work, |kind| self.core.recorder.event(kind, client).between(actor, of)).await?;
        work.commit().await?;
        Ok(ended.sessions)
    }
}
