//! Who may answer an invitation, and what follows when it is accepted.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditKind, Client, Fact, Invitation, InvitationId, MailTemplate, Membership,
    Organization, Resource, Role, TokenDigest, TokenSecret, User, can,
};

use super::Invitations;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    organizations::acting_on,
    ports::{OwnOrganization, Repositories, StoreError, StoreResult, UnitOfWork},
};

/// Which invitation somebody answers, and by what they show that it is theirs.
#[derive(Debug, Clone)]
pub enum InvitationKey {
    /// By its newest link, which went to its address.
    Link(TokenSecret),
    /// By its id, in an account whose address is proved to be its address.
    Account(InvitationId),
}

/// Why nothing comes of an invitation for whoever answers it.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// There is none of this key for them: never sent, taken, declined, revoked, expired or sent again; or its inviter could send
    /// it no longer.
    #[error("Invitation not found")]
    NotFound,
    /// The link went to another address than that of the account.
    #[error("This invitation is for another account")]
    ForAnotherAccount,
    /// The organisation has as many members as it may.
    #[error("The organisation has {0} members, and may not have more")]
    TooManyMembers(u32),
    /// The actor was deleted or deactivated, or the session ended, meanwhile.
    #[error("Could not validate credentials")]
    SessionOver,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { InvitationError:
    NotFound => Kind::NotFound.coded("invitation_not_found"),
    ForAnotherAccount => Kind::Forbidden.coded("invitation_for_another_account"),
    TooManyMembers(_) => Kind::Conflict.coded("too_many_members").about_no_field(),
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl Invitations {
    /// Takes a permit to follow a link; other keys open nothing but to an account.
    pub(super) async fn take_permit(&self, key: &InvitationKey, client: &Client) -> Result<(), LimitError> {
        match key {
            InvitationKey::Link(_) => self.core.limiter.take_for_range(Limit::InvitationsPerAddress, client).await,
            InvitationKey::Account(_) => Ok(()),
        }
    }

    pub(super) fn digest(&self, key: &InvitationKey) -> Option<TokenDigest> {
        match key {
            InvitationKey::Link(secret) => Some(self.core.secrets.digest(secret)),
            InvitationKey::Account(_) => None,
        }
    }

    /// The account of whoever answers, which they can still use.
    pub(super) async fn lock_account(&self, work: &mut dyn UnitOfWork, actor: Actor) -> Result<User, InvitationError> {
        let user = work.users().lock(actor.user).await?.filter(|user| user.is_active);
        let user = user.ok_or(InvitationError::SessionOver)?;
        if self.core.is_still_there(work, actor).await? { Ok(user) } else { Err(InvitationError::SessionOver) }
    }

    /// The pending invitation of this key, whoever shows it.
    pub(super) async fn named(&self, key: &InvitationKey) -> Result<Invitation, InvitationError> {
        let (mut reader, now) = (self.core.store.read().await?, self.core.clock.now());
        let found = match key {
            InvitationKey::Link(secret) => {
                reader.invitations().find_by_digest(self.core.secrets.digest(secret), now).await?
            }
            InvitationKey::Account(id) => {
                reader.invitations().find(*id).await?.filter(|invitation| invitation.is_pending(now))
            }
        };
        found.ok_or(InvitationError::NotFound)
    }

    /// Takes an invitation for a user who is locked and whose it is, and makes them a member, unless they are one: an invitation
    /// never changes a role.
    pub(super) async fn join(
        &self,
        work: &mut dyn UnitOfWork,
        invitation: &Invitation,
        digest: Option<TokenDigest>,
        user: &User,
        client: &Client,
    ) -> Result<OwnOrganization, InvitationError> {
        let now = self.core.clock.now();
        let organization =
            work.organizations().lock(invitation.organization).await?.ok_or(InvitationError::NotFound)?;
        let taken = work.invitations().take(invitation.id, digest, now).await?.ok_or(InvitationError::NotFound)?;
        inviter_of(work, &taken).await?.ok_or(InvitationError::NotFound)?;
        let membership = match work.memberships().find(organization.id, user.id).await? {
            Some(membership) => membership,
            None => self.add_member(work, &organization, user, taken.role).await?,
        };
        let Membership { role, created_at: joined_at, .. } = membership;
        let event = self.core.recorder.event(AuditKind::MemberJoined, client).by_and_on(user.id);
        let event = event.within(organization.id).saying(AuditDetail::Invitation, taken.id);
        work.audit().record(&event.saying(AuditDetail::Role, role)).await?;
        Ok(OwnOrganization { organization, role, joined_at })
    }

    /// Makes a member of a user, and tells them by mail. Both are locked.
    async fn add_member(
        &self,
        work: &mut dyn UnitOfWork,
        organization: &Organization,
        user: &User,
        role: Role,
    ) -> Result<Membership, InvitationError> {
        let most = self.core.policy.organizations.most_members;
        if work.memberships().count_of(organization.id).await? >= most.into() {
            return Err(InvitationError::TooManyMembers(most));
        }
        let created_at = self.core.clock.now();
        let membership = Membership { organization: organization.id, user: user.id, role, created_at };
        work.memberships().add(&membership, &user.email).await?;
        let message = self.core.mailer.message(MailTemplate::JoinedOrganization, &user.email).about(user.id);
        let message = message.saying(Fact::Organization, organization.name.as_str());
        self.core.mailer.enqueue(work, &message.saying(Fact::Role, role.name())).await?;
        Ok(membership)
    }
}

/// Whether the invitation of this key is this user's to answer.
pub(super) fn check_addressee(
    key: &InvitationKey,
    invitation: &Invitation,
    user: &User,
) -> Result<(), InvitationError> {
    let is_theirs = user.email == invitation.email;
    match key {
        InvitationKey::Link(_) if is_theirs => Ok(()),
        InvitationKey::Link(_) => Err(InvitationError::ForAnotherAccount),
        // Whoever made an account with an address that is not theirs sees nothing of what waits for it.
        InvitationKey::Account(_) if is_theirs && user.is_verified => Ok(()),
        InvitationKey::Account(_) => Err(InvitationError::NotFound),
    }
}

/// Who sent an invitation, if they still could: it is worth what they may give now. Under the lock of the organisation the answer
/// holds.
pub(super) async fn inviter_of(
    store: &mut (dyn Repositories + '_),
    invitation: &Invitation,
) -> StoreResult<Option<User>> {
    let inviter = store.users().find(invitation.invited_by).await?;
    let Some(inviter) = inviter.filter(|inviter| inviter.is_active) else { return Ok(None) };
    let actor = acting_on(store, inviter.actor(), invitation.organization.into()).await?;
    let resource = Resource::MembersOf(invitation.organization, invitation.role);
    Ok(can(actor, Action::Create, resource).then_some(inviter))
}
