//! Decline an invitation.

use ironplate_domain::{Actor, AuditDetail, AuditEvent, AuditKind, Client};

use super::{
    Invitations,
    join::{InvitationError, InvitationKey, check_addressee},
};

impl Invitations {
    /// Declines an invitation. By its link anybody does, who need not have an account.
    ///
    /// # Errors
    /// [`InvitationError::NotFound`] for all but one of those who answer an invitation at once.
    pub async fn decline(
        &self,
        actor: Option<Actor>,
        key: InvitationKey,
        client: &Client,
    ) -> Result<(), InvitationError> {
        self.take_permit(&key, client).await?;
        let event = self.core.recorder.event(AuditKind::InvitationDeclined, client);
        let event = AuditEvent { actor: actor.map(|actor| actor.user), ..event };
        let outcome = self.try_decline(actor, &key, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_decline(
        &self,
        actor: Option<Actor>,
        key: &InvitationKey,
        event: &AuditEvent,
    ) -> Result<(), InvitationError> {
        let invitation = self.named(key).await?;
        let mut work = self.core.store.begin().await?;
        if let InvitationKey::Account(_) = key {
            let user = self.lock_account(&mut *work, actor.ok_or(InvitationError::NotFound)?).await?;
            check_addressee(key, &invitation, &user)?;
        }
        let now = self.core.clock.now();
        let declined = work.invitations().take(invitation.id, self.digest(key), now).await?;
        let declined = declined.ok_or(InvitationError::NotFound)?;
        let event = event.clone().within(declined.organization).saying(AuditDetail::Invitation, declined.id);
        work.audit().record(&event.saying(AuditDetail::Role, declined.role)).await?;
        Ok(work.commit().await?)
    }
}
