//! Accept an invitation, with the account that one has.

use ironplate_domain::{Actor, AuditKind, Client, UserChanges};

use super::{
    Invitations,
    join::{InvitationError, InvitationKey, check_addressee},
};
use crate::ports::OwnOrganization;

impl Invitations {
    /// Takes an invitation to the actor's address, makes them a member, and answers what they are a member of. The link that went
    /// there also proves the address: it is followed inside a session of its account.
    ///
    /// # Errors
    /// [`InvitationError::NotFound`] for all but one of those who take an invitation at once.
    pub async fn accept(
        &self,
        actor: Actor,
        key: InvitationKey,
        client: &Client,
    ) -> Result<OwnOrganization, InvitationError> {
        self.take_permit(&key, client).await?;
        let outcome = self.try_accept(actor, &key, client).await;
        let event = self.core.recorder.event(AuditKind::MemberJoined, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_accept(
        &self,
        actor: Actor,
        key: &InvitationKey,
        client: &Client,
    ) -> Result<OwnOrganization, InvitationError> {
        let invitation = self.named(key).await?;
        let mut work = self.core.store.begin().await?;
        let user = self.lock_account(&mut *work, actor).await?;
        check_addressee(key, &invitation, &user)?;
        let joined = self.join(&mut *work, &invitation, self.digest(key), &user, client).await?;
        // Not by the link to another spelling: that may be another mailbox elsewhere.
        let is_proof = matches!(key, InvitationKey::Link(_)) && invitation.email.as_str() == user.email.as_str();
        if is_proof && !user.is_verified {
            let verified = UserChanges { is_verified: Some(true), ..UserChanges::default() };
            work.users().update(user.id, &verified).await?;
            work.audit().record(&self.core.recorder.event(AuditKind::EmailVerified, client).by_and_on(user.id)).await?;
        }
        work.commit().await?;
        Ok(joined)
    }
}
