//! Leave an organisation.

use ironplate_domain::{Action, Actor, AuditEvent, AuditKind, Client, OrganizationId, Resource};

use super::{Changed, MemberError};
use crate::organizations::{Organizations, locked::Locked};

impl Organizations {
    /// Takes the actor out of an organisation, with the invitations that they sent. Also those leave whom it bars.
    ///
    /// # Errors
    /// [`MemberError::NotFound`] for a superuser who is no member.
    pub async fn leave(&self, actor: Actor, organization: OrganizationId, client: &Client) -> Result<(), MemberError> {
        let (resource, user) = (Resource::OwnMembership(organization), Some(actor.user));
        let locked = self.core.lock_organization(actor, Action::Delete, resource, user, client).await?;
        let event = self.core.recorder.event(AuditKind::MemberLeft, client);
        let event = event.by_and_on(actor.user).within(organization);
        let outcome = self.try_leave(locked, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_leave(&self, locked: Locked, event: &AuditEvent) -> Result<(), MemberError> {
        let mut member = Changed::of(locked).await?;
        member.remove().await?;
        member.commit(event).await?;
        Ok(())
    }
}
