//! Hand an organisation over to another owner.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Fact, MailTemplate, OrganizationId, Resource, Role,
    UserId,
};

use super::{Changed, MemberError};
use crate::{
    access::Asked,
    organizations::{Organizations, locked::Locked},
    ports::{Member, StoreResult},
};

impl Organizations {
    /// Makes a member an owner and, if the actor is one, an admin of the actor; tells both by mail, and answers the new owner.
    ///
    /// # Errors
    /// See [`MemberError`].
    pub async fn transfer(
        &self,
        actor: Actor,
        organization: OrganizationId,
        to: UserId,
        client: &Client,
    ) -> Result<Member, MemberError> {
        let resource = Resource::MembersOf(organization, Role::Owner);
        self.core.charge_for_change::<MemberError>(actor, Action::Update, resource, client).await?;
        let locked = self.core.lock_organization(actor, Action::Update, resource, Some(to), client).await?;
        let event = self.core.recorder.event(AuditKind::OwnershipMoved, client);
        let event = event.between(actor, to).within(organization);
        let outcome = self.try_transfer(locked, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_transfer(&self, locked: Locked, event: &AuditEvent) -> Result<Member, MemberError> {
        let mut member = Changed::find(&self.core, Action::Update, locked, &event.client).await?;
        self.core.check_proved(&mut *member.work, member.actor, Asked::Everybody).await?;
        member.check_can_own()?;
        let (from, actor, id) = (member.role, member.actor, member.organization.id);
        let steps_down = actor.role_in(id) == Some(Role::Owner) && actor.user != member.user.id;
        if from == Role::Owner && !steps_down {
            return Ok(member.member());
        }
        member.set_role(Role::Owner).await?;
        member.tell(MailTemplate::OwnershipMoved, &self.core.mailer).await?;
        if steps_down {
            member.work.memberships().set_role(id, actor.user, Role::Owner, Role::Admin).await?;
            self.tell_former_owner(&mut member).await?;
        }
        let event = event.clone().saying(AuditDetail::Role, format_args!("{from} -> {}", member.role));
        Ok(member.commit(&event).await?)
    }

    /// That it was they who did it is no reason not to: whoever took their account over may have.
    async fn tell_former_owner(&self, member: &mut Changed) -> StoreResult<()> {
        let Some(former) = member.work.users().find(member.actor.user).await? else { return Ok(()) };
        let message = self.core.mailer.message(MailTemplate::OwnershipMoved, &former.email).about(former.id);
        let message = message.saying(Fact::NewOwner, member.user.email.as_str());
        member.enqueue(message.saying(Fact::Role, Role::Admin.name()), &self.core.mailer).await
    }
}
