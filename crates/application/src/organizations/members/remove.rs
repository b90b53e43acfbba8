//! Remove a member.

use ironplate_domain::{
    Action, Actor, AuditEvent, AuditKind, Client, MailTemplate, OrganizationId, Resource, Role, UserId,
};

use super::{Changed, MemberError};
use crate::organizations::{Organizations, locked::Locked};

impl Organizations {
    /// Takes somebody out of an organisation, with the invitations that they sent, and tells them by mail. What they made there
    /// stays the organisation's.
    ///
    /// # Errors
    /// See [`MemberError`].
    pub async fn remove_member(
        &self,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
        client: &Client,
    ) -> Result<(), MemberError> {
        // Whoever removes members of any role removes those of the lowest.
        let resource = Resource::MembersOf(organization, Role::Viewer);
        let locked = self.core.lock_organization(actor, Action::Delete, resource, Some(user), client).await?;
        let event = self.core.recorder.event(AuditKind::MemberRemoved, client);
        let event = event.between(actor, user).within(organization);
        let outcome = self.try_remove(locked, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_remove(&self, locked: Locked, event: &AuditEvent) -> Result<(), MemberError> {
        let mut member = Changed::find(&self.core, Action::Delete, locked, &event.client).await?;
        member.remove().await?;
        member.tell(MailTemplate::RemovedFromOrganization, &self.core.mailer).await?;
        member.commit(event).await?;
        Ok(())
    }
}
