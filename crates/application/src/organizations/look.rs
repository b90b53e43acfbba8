//! See organisations: one, one's own, and everybody's.

use ironplate_domain::{Action, Actor, Client, Organization, OrganizationId, Resource};

use super::Organizations;
use crate::{
    access::{Denied, Refused},
    fault::{Kind, faults},
    owned::Missing,
    ports::{OrganizationOrder, OwnOrder, OwnOrganization, Page, PageRequest, Repositories, StoreError, StoreResult},
};

/// Why there is nothing to see of an organisation, or of its members.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    /// The actor is none of its members, or not of the role for this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// There is no such organisation. Only superusers are told that: to others all strange ones are alike.
    #[error("Organisation not found")]
    NotFound(#[from] Missing),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { OrganizationError:
    Refused(refused) => refused.class(),
    NotFound(_) => Kind::NotFound.coded("organization_not_found"),
    Store(error) => error.class(),
}

/// Why there is no list of all organisations.
#[derive(Debug, thiserror::Error)]
pub enum ListOrganizationsError {
    /// Only superusers see everybody's.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ListOrganizationsError:
    Denied(denied) => denied.class(),
    Store(error) => error.class(),
}

impl Organizations {
    /// The organisation of this id.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn read(
        &self,
        actor: Actor,
        id: OrganizationId,
        client: &Client,
    ) -> Result<Organization, OrganizationError> {
        self.core.permit_in(actor, Action::Read, Resource::Organization(id), client).await?;
        find(&mut *self.core.store.read().await?, id).await
    }

    /// One page of the organisations that the actor is a member of.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_own(&self, actor: Actor, page: PageRequest<OwnOrder>) -> StoreResult<Page<OwnOrganization>> {
        self.core.read_stale(actor).await?.memberships().list_of(actor.user, &page).await
    }

    /// One page of all organisations.
    ///
    /// # Errors
    /// See [`ListOrganizationsError`].
    pub async fn list_all(
        &self,
        actor: Actor,
        page: PageRequest<OrganizationOrder>,
        client: &Client,
    ) -> Result<Page<Organization>, ListOrganizationsError> {
        self.core.permit(actor, Action::List, Resource::Organizations, client).await?;
        Ok(self.core.read_stale(actor).await?.organizations().list(&page).await?)
    }
}

/// The organisation of this id.
pub(crate) async fn find(
    store: &mut (dyn Repositories + '_),
    id: OrganizationId,
) -> Result<Organization, OrganizationError> {
    Ok(store.organizations().find(id).await?.ok_or(Missing)?)
}
