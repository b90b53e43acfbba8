//! Give a member another role.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, MailTemplate, OrganizationId, Resource, Role, UserId,
};

use super::{Changed, MemberError};
use crate::{
    access::Asked,
    organizations::{Organizations, locked::Locked},
    ports::Member,
};

impl Organizations {
    /// Gives a member another role, tells them by mail, and answers them as they are then. It takes the right to change members
    /// of the old role and of the new one: nobody gives more than they have.
    ///
    /// # Errors
    /// See [`MemberError`].
    pub async fn change_role(
        &self,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
        role: Role,
        client: &Client,
    ) -> Result<Member, MemberError> {
        let resource = Resource::MembersOf(organization, role);
        self.core.charge_for_change::<MemberError>(actor, Action::Update, resource, client).await?;
        let locked = self.core.lock_organization(actor, Action::Update, resource, Some(user), client).await?;
        let event = self.core.recorder.event(AuditKind::RoleChanged, client);
        let event = event.between(actor, user).within(organization);
        let outcome = self.try_change_role(locked, role, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_change_role(&self, locked: Locked, to: Role, event: &AuditEvent) -> Result<Member, MemberError> {
        let mut member = Changed::find(&self.core, Action::Update, locked, &event.client).await?;
        let from = member.role;
        if from == to {
            return Ok(member.member());
        }
        // As if it were handed over: an owner may remove who made them one.
        if to == Role::Owner {
            self.core.check_proved(&mut *member.work, member.actor, Asked::Everybody).await?;
        }
        member.set_role(to).await?;
        member.tell(MailTemplate::RoleChanged, &self.core.mailer).await?;
        let event = event.clone().saying(AuditDetail::Role, format_args!("{from} -> {to}"));
        Ok(member.commit(&event).await?)
    }
}
