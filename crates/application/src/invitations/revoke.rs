//! Take an invitation back.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Invitation, InvitationId, OrganizationId, Resource, Role,
};

use super::Invitations;
use crate::{
    fault::{Kind, faults},
    organizations::{Locked, OrganizationError},
    ports::{StoreError, StoreResult},
};

/// Why an invitation stays.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// The organisation has no such invitation.
    #[error("Invitation not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RevokeError:
    Organization(error) => error.class(),
    NotFound => Kind::NotFound.coded("invitation_not_found"),
    Store(error) => error.class(),
}

impl Invitations {
    /// Takes an invitation back: its link is worth nothing from here on.
    ///
    /// # Errors
    /// See [`RevokeError`].
    pub async fn revoke(
        &self,
        actor: Actor,
        organization: OrganizationId,
        id: InvitationId,
        client: &Client,
    ) -> Result<(), RevokeError> {
        // Whoever takes back invitations to any role takes back those to the lowest.
        let lowest = Resource::MembersOf(organization, Role::Viewer);
        self.core.permit_in(actor, Action::Delete, lowest, client).await.map_err(OrganizationError::from)?;
        let event = self.core.recorder.event(AuditKind::InvitationRevoked, client).by(actor.user).within(organization);
        let event = event.saying(AuditDetail::Invitation, id);
        let found = self.find(organization, id).await?.ok_or(RevokeError::NotFound);
        let role = self.core.recorder.refusal_of(event.clone(), found).await?.role;
        let resource = Resource::MembersOf(organization, role);
        let locked = self.core.lock_organization(actor, Action::Delete, resource, None, client).await?;
        let outcome = Self::try_revoke(locked, id, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_revoke(locked: Locked, id: InvitationId, event: &AuditEvent) -> Result<(), RevokeError> {
        let Locked { mut work, organization, .. } = locked;
        let revoked = work.invitations().remove(organization.id, id).await?.ok_or(RevokeError::NotFound)?;
        work.audit().record(&event.clone().saying(AuditDetail::Role, revoked.role)).await?;
        Ok(work.commit().await?)
    }

    /// The invitation of this id, if this organisation sent it.
    pub(super) async fn find(&self, organization: OrganizationId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        let found = self.core.store.read().await?.invitations().find(id).await?;
        Ok(found.filter(|invitation| invitation.organization == organization))
    }
}
