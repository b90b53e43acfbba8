//! Invite people by their addresses.

use std::collections::BTreeSet;

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditKind, Client, Email, Invitation, InvitationId, Message, Organization,
    OrganizationId, Resource, Role, User, UserId, named_enum,
};
use uuid::Uuid;

use super::{
    Invitations,
    permits::{Permits, Unpermitted},
};
use crate::{
    access::{Asked, Unproved},
    core::Core,
    fault::{Kind, faults},
    limits::LimitError,
    organizations::{Locked, OrganizationError},
    owned::Missing,
    ports::{StoreError, StoreResult, UnitOfWork},
};

/// Whom to invite, as what.
#[derive(Debug)]
pub struct Invite {
    /// Their addresses, as they were typed.
    pub emails: Vec<String>,
    /// What they will be.
    pub role: Role,
}

impl Invite {
    /// So many addresses are taken at once.
    pub const MOST: usize = 100;
}

named_enum! {
    /// What became of one address. It is the same whether the address has an account or not.
    pub enum InvitationStatus {
        /// An invitation is under way.
        Invited = "invited",
        /// One that can be taken was there before, and stays as it is.
        AlreadyInvited = "already_invited",
        /// A member has this address.
        AlreadyMember = "already_member",
        /// It is no address.
        Invalid = "invalid",
        /// It was invited too often, or the inviter or the organisation invited too many.
        NotAllowedForNow = "not_allowed_for_now",
        /// With those who are invited, the organisation has as many members as it may.
        Full = "full",
    }
}

/// What became of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationResult {
    /// As it was typed.
    pub email: String,
    /// What became of it.
    pub status: InvitationStatus,
    /// The invitation, if it was sent.
    pub id: Option<InvitationId>,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// The operator switched mail off.
    #[error("Nobody can be invited: mail is switched off in the configuration")]
    MailOff,
    /// The actor, or the organisation, invited too many.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { InviteError:
    Organization(error) => error.class(),
    Unproved(error) => error.class(),
    MailOff => Kind::Conflict.coded("mail_off").about_no_field(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

/// An address before anything is sent to it.
enum Invitee {
    Allowed(Email, Permits),
    Refused(InvitationStatus),
}

impl Invitations {
    /// Invites whoever has these addresses, each by a mail with a link, and answers what became of each, in the order given; of
    /// several spellings of one address the first counts.
    ///
    /// # Errors
    /// See [`InviteError`]. A limit of the actor or the organisation is one where it leaves nobody to be invited.
    pub async fn invite(
        &self,
        actor: Actor,
        organization: OrganizationId,
        command: Invite,
        client: &Client,
    ) -> Result<Vec<InvitationResult>, InviteError> {
        let role = command.role;
        let resource = Resource::MembersOf(organization, role);
        self.core.permit_in(actor, Action::Create, resource, client).await.map_err(OrganizationError::from)?;
        let event = self.core.recorder.event(AuditKind::MemberInvited, client).by(actor.user).within(organization);
        let invitees = self.allow(actor, organization, command, client).await;
        let invitees = self.core.recorder.refusal_of(event, invitees).await?;
        let locked = self.core.lock_organization(actor, Action::Create, resource, Some(actor.user), client).await?;
        let (results, unused) = Sending::begin(&self.core, locked, role, client).await?.send_all(invitees).await?;
        for permits in unused {
            self.give_back(permits).await?;
        }
        Ok(results)
    }

    /// Whoever joins as an owner may remove who invited them: that is as if it were handed over.
    async fn check_role(&self, actor: Actor, role: Role) -> Result<(), Unproved> {
        if role != Role::Owner {
            return Ok(());
        }
        self.core.check_proved(&mut *self.core.store.read().await?, actor, Asked::Everybody).await
    }

    /// Takes the permits of each address, as long as there are any.
    async fn allow(
        &self,
        actor: Actor,
        organization: OrganizationId,
        Invite { emails, role }: Invite,
        client: &Client,
    ) -> Result<Vec<(String, Invitee)>, InviteError> {
        self.check_role(actor, role).await?;
        if !self.core.policy.sends_mail {
            return Err(InviteError::MailOff);
        }
        let (mut seen, mut invitees, mut any_allowed, mut is_over) = (BTreeSet::new(), Vec::new(), false, false);
        for text in emails {
            let email = Email::parse(&text).ok();
            if !seen.insert(email.as_ref().map_or(&*text, Email::canonical).to_owned()) {
                continue;
            }
            let invitee = match email {
                None => Invitee::Refused(InvitationStatus::Invalid),
                Some(_) if is_over => Invitee::Refused(InvitationStatus::NotAllowedForNow),
                Some(email) => match self.take_permits(actor, organization, &email, client).await {
                    Ok(permits) => Invitee::Allowed(email, permits),
                    Err(Unpermitted::Recipient(LimitError::Throttled(_))) => {
                        Invitee::Refused(InvitationStatus::NotAllowedForNow)
                    }
                    Err(Unpermitted::Sender(LimitError::Throttled(_))) if any_allowed => {
                        is_over = true;
                        Invitee::Refused(InvitationStatus::NotAllowedForNow)
                    }
                    Err(error) => return Err(LimitError::from(error).into()),
                },
            };
            any_allowed |= matches!(invitee, Invitee::Allowed(..));
            invitees.push((text, invitee));
        }
        Ok(invitees)
    }
}

/// A unit of work that invites.
struct Sending<'a> {
    core: &'a Core,
    work: Box<dyn UnitOfWork>,
    organization: Organization,
    inviter: User,
    role: Role,
    client: &'a Client,
    /// So many more members the organisation may have. A courtesy: it is decided when they accept.
    room: u64,
    messages: Vec<Message>,
}

impl<'a> Sending<'a> {
    async fn begin(core: &'a Core, locked: Locked, role: Role, client: &'a Client) -> Result<Self, InviteError> {
        let Locked { mut work, organization, user, .. } = locked;
        let inviter = user.ok_or(OrganizationError::NotFound(Missing))?;
        let members = work.memberships().count_of(organization.id).await?;
        let pending = work.invitations().count_of(organization.id, core.clock.now()).await?;
        let room = u64::from(core.policy.organizations.most_members).saturating_sub(members + pending);
        Ok(Self { core, work, organization, inviter, role, client, room, messages: Vec::new() })
    }

    /// What became of each, and the permits of those who were not invited.
    async fn send_all(
        mut self,
        invitees: Vec<(String, Invitee)>,
    ) -> Result<(Vec<InvitationResult>, Vec<Permits>), InviteError> {
        let (mut results, mut unused) = (Vec::new(), Vec::new());
        for (text, invitee) in invitees {
            let outcome = match invitee {
                Invitee::Refused(status) => Err(status),
                Invitee::Allowed(email, permits) => {
                    let outcome = self.send(email).await?;
                    unused.extend(outcome.is_err().then_some(permits));
                    outcome
                }
            };
            let (status, id) = match outcome {
                Ok(id) => (InvitationStatus::Invited, Some(id)),
                Err(status) => (status, None),
            };
            results.push(InvitationResult { email: text, status, id });
        }
        self.core.mailer.enqueue_all(&mut *self.work, &self.messages).await?;
        self.work.commit().await?;
        Ok((results, unused))
    }

    async fn send(&mut self, email: Email) -> StoreResult<Result<InvitationId, InvitationStatus>> {
        if self.is_member(&email).await? {
            return Ok(Err(InvitationStatus::AlreadyMember));
        }
        if self.room == 0 {
            return Ok(Err(InvitationStatus::Full));
        }
        let now = self.core.clock.now();
        let (secret, digest) = self.core.secrets.token();
        let invitation = Invitation {
            id: InvitationId(self.core.secrets.id()),
            organization: self.organization.id,
            email,
            role: self.role,
            invited_by: self.inviter.id,
            digest,
            created_at: now,
            expires_at: now.after(self.core.policy.organizations.invitation_lifetime),
        };
        if !self.work.invitations().add(&invitation, now).await? {
            return Ok(Err(InvitationStatus::AlreadyInvited));
        }
        self.room -= 1;
        let by = &self.inviter.email;
        self.messages.push(self.core.mailer.invitation(&invitation, &secret, &self.organization, by));
        let event = self.core.recorder.event(AuditKind::MemberInvited, self.client).by(self.inviter.id);
        let event = event.within(self.organization.id).saying(AuditDetail::Invitation, invitation.id);
        self.work.audit().record(&event.saying(AuditDetail::Role, self.role)).await?;
        Ok(Ok(invitation.id))
    }

    /// An address without an account costs the same look-ups.
    async fn is_member(&mut self, email: &Email) -> StoreResult<bool> {
        let user = self.work.users().find_by_email(email).await?.map_or(UserId(Uuid::nil()), |user| user.id);
        Ok(self.work.memberships().find(self.organization.id, user).await?.is_some())
    }
}
