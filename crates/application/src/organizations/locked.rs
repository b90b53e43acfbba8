//! A unit of work on an organisation, under its locks.

use ironplate_domain::{Action, Actor, Client, Organization, OrganizationRole, Owner, Resource, User, UserId, can};

use super::OrganizationError;
use crate::{
    core::Core,
    limits::{Limit, LimitError},
    owned::Missing,
    ports::{Repositories, StoreResult, UnitOfWork},
    second_factors::has_second_factor,
};

/// An organisation that nobody else changes until the unit of work ends.
pub(crate) struct Locked {
    pub(crate) work: Box<dyn UnitOfWork>,
    pub(crate) organization: Organization,
    /// Who acts, as what they are in it now.
    pub(crate) actor: Actor,
    /// Whose membership is to be changed, if they have an account.
    pub(crate) user: Option<User>,
}

impl Core {
    /// Takes a permit of whoever may do this to something of an organisation. Others are told first that they may not.
    pub(super) async fn charge_for_change<E: From<OrganizationError> + From<LimitError>>(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<(), E> {
        self.permit_in(actor, action, resource, client).await.map_err(OrganizationError::from)?;
        Ok(self.limiter.take_for_user(Limit::OrganizationChangesPerAccount, actor.user, client).await?)
    }

    /// Opens a unit of work for what this actor may do to something of an organisation, and to the membership of this user, if one
    /// is named. A refusal is recorded.
    ///
    /// It locks in the order that all units keep: superusers, users, organisations. What the actor is in the organisation is read
    /// under its lock, and not [held](crate::ports::MembershipRepository::hold) before: that could wait for a removal that waits
    /// for the lock.
    pub(crate) async fn lock_organization(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        user: Option<UserId>,
        client: &Client,
    ) -> Result<Locked, OrganizationError> {
        self.permit_in(actor, action, resource, client).await?;
        let id = resource.organization().ok_or(Missing)?;
        let mut work = self.store.begin().await?;
        let is_superuser = actor.is_superuser && self.is_still_superuser(&mut *work, actor).await?;
        let user = match user {
            Some(user) => work.users().lock(user).await?,
            None => None,
        };
        let organization = work.organizations().lock(id).await?;
        let role = match &organization {
            Some(organization) => role_in(&mut *work, organization, actor.user).await?,
            None => None,
        };
        let now = Actor { is_superuser, ..actor.within(role) };
        if !can(now, action, resource) {
            drop(work);
            return Err(self.refuse_in(now, action, resource, client).await.into());
        }
        Ok(Locked { work, organization: organization.ok_or(Missing)?, actor: now, user })
    }
}

/// The actor as what they are where this owner's things are.
pub(crate) async fn acting_on(store: &mut (dyn Repositories + '_), actor: Actor, owner: Owner) -> StoreResult<Actor> {
    let Owner::Organization(organization) = owner else { return Ok(actor) };
    let role = match store.organizations().find(organization).await? {
        Some(organization) => role_in(store, &organization, actor.user).await?,
        None => None,
    };
    Ok(actor.within(role))
}

/// What a user may do in an organisation, if they are a member.
async fn role_in(
    store: &mut (dyn Repositories + '_),
    organization: &Organization,
    user: UserId,
) -> StoreResult<Option<OrganizationRole>> {
    let Some(membership) = store.memberships().find(organization.id, user).await? else { return Ok(None) };
    let is_barred = organization.requires_second_factor && !has_second_factor(store, user).await?;
    Ok(Some(OrganizationRole { organization: organization.id, role: membership.role, is_barred }))
}
