//! Send an invitation again.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Invitation, InvitationId, OrganizationId, Resource, Role,
};

use super::{Invitations, InviteError};
use crate::{
    fault::{Kind, faults},
    limits::LimitError,
    organizations::{Locked, OrganizationError},
    owned::Missing,
    ports::StoreError,
};

/// Why an invitation is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// As when it is sent first.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// The organisation has no such invitation.
    #[error("Invitation not found")]
    NotFound,
}

faults! { ResendError:
    Invite(error) => error.class(),
    NotFound => Kind::NotFound.coded("invitation_not_found"),
}

impl From<OrganizationError> for ResendError {
    fn from(error: OrganizationError) -> Self {
        InviteError::from(error).into()
    }
}

impl From<StoreError> for ResendError {
    fn from(error: StoreError) -> Self {
        InviteError::from(error).into()
    }
}

impl Invitations {
    /// Sends an invitation again, with a new link and a new end, as the actor's own: it is worth what they may give. Older links
    /// are worth nothing from here on.
    ///
    /// # Errors
    /// See [`ResendError`].
    pub async fn resend(
        &self,
        actor: Actor,
        organization: OrganizationId,
        id: InvitationId,
        client: &Client,
    ) -> Result<Invitation, ResendError> {
        // Whoever invites to any role invites to the lowest.
        let lowest = Resource::MembersOf(organization, Role::Viewer);
        self.core.permit_in(actor, Action::Create, lowest, client).await.map_err(OrganizationError::from)?;
        let event = self.core.recorder.event(AuditKind::InvitationResent, client).by(actor.user).within(organization);
        let event = event.saying(AuditDetail::Invitation, id);
        let found = self.find_to_resend(organization, id).await;
        let invitation = self.core.recorder.refusal_of(event.clone(), found).await?;
        let resource = Resource::MembersOf(organization, invitation.role);
        self.core.permit_in(actor, Action::Create, resource, client).await.map_err(OrganizationError::from)?;
        let permits = self.take_permits(actor, organization, &invitation.email, client).await;
        let _kept = permits.map_err(|unpermitted| InviteError::from(LimitError::from(unpermitted)))?;
        let locked = self.core.lock_organization(actor, Action::Create, resource, Some(actor.user), client).await?;
        let outcome = self.try_resend(locked, invitation, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn find_to_resend(&self, organization: OrganizationId, id: InvitationId) -> Result<Invitation, ResendError> {
        if !self.core.policy.sends_mail {
            return Err(InviteError::MailOff.into());
        }
        self.find(organization, id).await?.ok_or(ResendError::NotFound)
    }

    async fn try_resend(
        &self,
        locked: Locked,
        invitation: Invitation,
        event: &AuditEvent,
    ) -> Result<Invitation, ResendError> {
        let Locked { mut work, organization, user, .. } = locked;
        let inviter = user.ok_or(OrganizationError::NotFound(Missing))?;
        let (secret, digest) = self.core.secrets.token();
        let expires_at = self.core.clock.now().after(self.core.policy.organizations.invitation_lifetime);
        let invitation = Invitation { invited_by: inviter.id, digest, expires_at, ..invitation };
        if !work.invitations().renew(invitation.id, inviter.id, digest, expires_at).await? {
            return Err(ResendError::NotFound);
        }
        let message = self.core.mailer.invitation(&invitation, &secret, &organization, &inviter.email);
        self.core.mailer.enqueue(&mut *work, &message).await?;
        work.audit().record(&event.clone().saying(AuditDetail::Role, invitation.role)).await?;
        work.commit().await?;
        Ok(invitation)
    }
}
