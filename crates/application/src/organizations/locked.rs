//! A unit of work on an organisation, under its locks.

use ironplate_domain::{Action, Actor, Client, Organization, OrganizationRole, Owner, Resource, User, UserId, can};

use super::OrganizationError;
use crate::{
    core::Core,
    owned::Missing,
    ports::{Repositories, StoreResult, UnitOfWork},
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
        let now = Actor { is_superuser, ..acting_on(&mut *work, actor, id.into()).await? };
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
    let membership = store.memberships().find(organization, actor.user).await?;
    Ok(actor.within(membership.map(|membership| OrganizationRole { organization, role: membership.role })))
}
