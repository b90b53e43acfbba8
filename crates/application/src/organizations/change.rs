//! Change what an organisation is called.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Changes, Client, Organization, OrganizationChanges,
    OrganizationId, Resource,
};

use super::{OrganizationError, Organizations, locked::Locked};
use crate::{
    fault::{Kind, faults},
    owned::Missing,
    ports::{Constraint, StoreError},
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeOrganizationError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Another organisation has this slug, in any spelling.
    #[error("Another organisation has this slug. Choose another one")]
    SlugTaken,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ChangeOrganizationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::OrganizationSlug) => Self::SlugTaken,
            error => Self::Store(error),
        }
    }
}

faults! { ChangeOrganizationError:
    Organization(error) => error.class(),
    SlugTaken => Kind::Conflict.coded("slug_taken").about(&["slug"]),
    Store(error) => error.class(),
}

impl Organizations {
    /// Changes an organisation and answers it as it is then.
    ///
    /// # Errors
    /// See [`ChangeOrganizationError`]; that a slug is taken is the database's word.
    pub async fn change(
        &self,
        actor: Actor,
        id: OrganizationId,
        changes: OrganizationChanges,
        client: &Client,
    ) -> Result<Organization, ChangeOrganizationError> {
        let resource = Resource::Organization(id);
        let locked = self.core.lock_organization(actor, Action::Update, resource, None, client).await?;
        let event = self.core.recorder.event(AuditKind::OrganizationChanged, client).by(actor.user).within(id);
        let outcome = Self::try_change(locked, changes, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_change(
        Locked { mut work, organization, .. }: Locked,
        changes: OrganizationChanges,
        event: &AuditEvent,
    ) -> Result<Organization, ChangeOrganizationError> {
        let changes = changes.beyond(&organization);
        let organization = work
            .organizations()
            .update(organization.id, &changes)
            .await?
            .ok_or(OrganizationError::NotFound(Missing))?;
        if !changes.is_empty() {
            work.audit().record(&event.clone().saying(AuditDetail::Fields, changes.fields().join(" "))).await?;
        }
        work.commit().await?;
        Ok(organization)
    }
}
