//! Delete an organisation with all that it has.

use ironplate_domain::{
    Action, Actor, AuditEvent, AuditKind, Client, MailTemplate, Organization, OrganizationId, OrganizationName,
    Resource, UserId,
};

use super::{OrganizationError, OrganizationSize, Organizations, find, locked::Locked};
use crate::{
    access::{Asked, Unproved},
    core::Core,
    fault::{Kind, faults},
    ports::{StoreError, StoreResult, UnitOfWork},
};

/// Why the organisation stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteOrganizationError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Its name was not given, or another one was.
    #[error("This deletes {name} with {size} for good. To go on, send its name as `name`", name = .0.as_str(), size = .1)]
    NameRequired(OrganizationName, OrganizationSize),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { DeleteOrganizationError:
    Organization(error) => error.class(),
    Unproved(error) => error.class(),
    NameRequired(..) => Kind::Invalid.coded("name_required").about(&["name"]),
    Store(error) => error.class(),
}

impl Organizations {
    /// How much deleting an organisation would take with it, for whoever may delete it.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn size(
        &self,
        actor: Actor,
        id: OrganizationId,
        client: &Client,
    ) -> Result<OrganizationSize, OrganizationError> {
        self.core.permit_in(actor, Action::Delete, Resource::Organization(id), client).await?;
        let mut reader = self.core.store.read().await?;
        find(&mut *reader, id).await?;
        Ok(OrganizationSize::of(&mut *reader, id, self.core.clock.now()).await?)
    }

    /// Deletes an organisation with all that it has, tells its members by mail, and answers how much went with it. It takes the
    /// organisation's name, as it is written, so that nobody deletes another one than they think.
    ///
    /// # Errors
    /// See [`DeleteOrganizationError`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: OrganizationId,
        name: Option<&str>,
        client: &Client,
    ) -> Result<OrganizationSize, DeleteOrganizationError> {
        let resource = Resource::Organization(id);
        let locked = self.core.lock_organization(actor, Action::Delete, resource, None, client).await?;
        let event = self.core.recorder.event(AuditKind::OrganizationDeleted, client).by(actor.user).within(id);
        let outcome = self.try_delete(locked, name, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_delete(
        &self,
        Locked { mut work, organization, actor, .. }: Locked,
        name: Option<&str>,
        event: &AuditEvent,
    ) -> Result<OrganizationSize, DeleteOrganizationError> {
        self.core.check_proved(&mut *work, actor, Asked::Everybody).await?;
        let size = OrganizationSize::of(&mut *work, organization.id, self.core.clock.now()).await?;
        if name.map(str::trim) != Some(organization.name.as_str().trim()) {
            return Err(DeleteOrganizationError::NameRequired(organization.name, size));
        }
        self.core.dissolve(&mut *work, &organization, Some(actor.user)).await?;
        work.audit().record(event).await?;
        work.commit().await?;
        Ok(size)
    }
}

impl Core {
    /// Deletes an organisation that is locked, and tells its members, but for whoever does it.
    pub(super) async fn dissolve(
        &self,
        work: &mut dyn UnitOfWork,
        organization: &Organization,
        by: Option<UserId>,
    ) -> StoreResult<()> {
        self.tell_members(work, organization, by, MailTemplate::OrganizationDeleted).await?;
        work.organizations().delete(organization.id).await?;
        Ok(())
    }
}
