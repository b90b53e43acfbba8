//! The members of an organisation: who they are, and what becomes of them.

mod change_role;
mod leave;
mod list;
mod remove;
mod transfer;

use ironplate_domain::{
    Action, Actor, AuditEvent, Client, Fact, MailTemplate, Membership, Message, Organization, Resource, Role,
    Timestamp, User, can,
};

use super::{OrganizationError, locked::Locked, notices::News};
use crate::{
    access::Unproved,
    core::Core,
    fault::{Kind, faults},
    limits::LimitError,
    mailer::Mailer,
    ports::{Member, StoreError, StoreResult, UnitOfWork},
};

/// Why a membership stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// That user is no member of the organisation.
    #[error("Member not found")]
    NotFound,
    /// Nobody who can log in would own the organisation.
    #[error("The organisation needs an owner. Make somebody else an owner first, or delete it")]
    LastOwner,
    /// Only who can log in can own an organisation.
    #[error("An owner has to be able to log in, and this member is not")]
    Inactive,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { MemberError:
    Organization(error) => error.class(),
    Unproved(error) => error.class(),
    NotFound => Kind::NotFound.coded("member_not_found"),
    LastOwner => Kind::Conflict.coded("last_owner").about(&["role"]),
    Inactive => Kind::Conflict.coded("inactive_member").about(&["role", "user_id"]),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

/// A member whose membership is to be changed, under the locks that this takes.
struct Changed {
    work: Box<dyn UnitOfWork>,
    organization: Organization,
    actor: Actor,
    user: User,
    role: Role,
    joined_at: Timestamp,
}

impl Changed {
    /// The member.
    async fn of(Locked { mut work, organization, actor, user }: Locked) -> Result<Self, MemberError> {
        let user = user.ok_or(MemberError::NotFound)?;
        let membership = work.memberships().find(organization.id, user.id).await?.ok_or(MemberError::NotFound)?;
        let Membership { role, created_at: joined_at, .. } = membership;
        Ok(Self { work, organization, actor, user, role, joined_at })
    }

    /// The same, if the actor may do this to one of their role; a refusal is recorded.
    async fn find(core: &Core, action: Action, locked: Locked, client: &Client) -> Result<Self, MemberError> {
        let member = Self::of(locked).await?;
        let (actor, resource) = (member.actor, Resource::MembersOf(member.organization.id, member.role));
        if !can(actor, action, resource) {
            drop(member);
            return Err(OrganizationError::from(core.refuse_in(actor, action, resource, client).await).into());
        }
        Ok(member)
    }

    /// Who owns an organisation can log in: [as those who count](crate::ports::MembershipRepository::has_other_active_owner).
    fn check_can_own(&self) -> Result<(), MemberError> {
        let can_log_in = self.user.is_active && self.user.password_hash.is_some();
        if can_log_in { Ok(()) } else { Err(MemberError::Inactive) }
    }

    /// Without this member, somebody owns the organisation.
    async fn check_owner_is_left(&mut self) -> Result<(), MemberError> {
        let (id, user) = (self.organization.id, self.user.id);
        if self.role == Role::Owner && !self.work.memberships().has_other_active_owner(id, user).await? {
            return Err(MemberError::LastOwner);
        }
        Ok(())
    }

    async fn set_role(&mut self, to: Role) -> Result<(), MemberError> {
        match to {
            Role::Owner => self.check_can_own()?,
            Role::Viewer | Role::Member | Role::Admin => self.check_owner_is_left().await?,
        }
        self.work.memberships().set_role(self.organization.id, self.user.id, self.role, to).await?;
        self.role = to;
        Ok(())
    }

    /// Takes the member out, with the invitations that they sent.
    async fn remove(&mut self) -> Result<(), MemberError> {
        self.check_owner_is_left().await?;
        self.work.memberships().remove(self.organization.id, self.user.id).await?;
        self.work.invitations().remove_by(self.organization.id, self.user.id).await?;
        Ok(())
    }

    /// Tells the member what they are now, or were, unless it is they who act.
    async fn tell(&mut self, template: MailTemplate, mailer: &Mailer) -> StoreResult<()> {
        if self.actor.user == self.user.id {
            return Ok(());
        }
        let message = mailer.message(template, &self.user.email).about(self.user.id);
        self.enqueue(message.saying(Fact::Role, self.role.name()), mailer).await
    }

    /// Enqueues a message that also says where this happened, and who did it.
    async fn enqueue(&mut self, message: Message, mailer: &Mailer) -> StoreResult<()> {
        let news = News::of(&self.organization, Some(self.actor.user), &mut *self.work).await?;
        mailer.enqueue(&mut *self.work, &news.told_by(message)).await
    }

    /// Records it, and answers the member as they are then.
    async fn commit(mut self, event: &AuditEvent) -> StoreResult<Member> {
        let member = self.member();
        self.work.audit().record(event).await?;
        self.work.commit().await?;
        Ok(member)
    }

    fn member(&self) -> Member {
        member(self.user.clone(), self.role, self.joined_at)
    }
}

/// A user as a member.
fn member(user: User, role: Role, joined_at: Timestamp) -> Member {
    let User { id, email, full_name, is_active, .. } = user;
    Member { id, email, full_name, is_active, role, joined_at }
}
