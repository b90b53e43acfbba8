//! Make an organisation, and be its owner.

use ironplate_domain::{
    Action, Actor, AuditKind, Client, Membership, Organization, OrganizationId, OrganizationName, Resource, Role, Slug,
};

use super::Organizations;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{Constraint, OwnOrganization, StoreError},
};

/// The organisation to make.
#[derive(Debug)]
pub struct CreateOrganization {
    /// What it is called.
    pub name: OrganizationName,
    /// What it is called in addresses; `None`: as the name suggests.
    pub slug: Option<Slug>,
}

/// Why there is no organisation.
#[derive(Debug, thiserror::Error)]
pub enum CreateOrganizationError {
    /// The access rules are in the way.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The operator keeps it to superusers, or to nobody.
    #[error("You can't make organisations here")]
    Closed,
    /// Another organisation has this slug, in any spelling.
    #[error("Another organisation has the slug {0}. Choose another one")]
    SlugTaken(Slug),
    /// The actor owns as many as a user may.
    #[error("You own {0} organisations, and may not own more. Delete one, or hand it over, first")]
    TooMany(u32),
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

faults! { CreateOrganizationError:
    Denied(denied) => denied.class(),
    Closed => Kind::Forbidden.coded("organization_creation_closed"),
    SlugTaken(_) => Kind::Conflict.coded("slug_taken").about(&["slug"]),
    TooMany(_) => Kind::Conflict.coded("too_many_organizations").about_no_field(),
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl Organizations {
    /// Makes an organisation that the actor owns.
    ///
    /// # Errors
    /// [`CreateOrganizationError::SlugTaken`] is the database's word, so it holds for simultaneous requests too. Those of one
    /// user wait for one another, so that many at once are not more than they may have.
    pub async fn create(
        &self,
        actor: Actor,
        command: CreateOrganization,
        client: &Client,
    ) -> Result<OwnOrganization, CreateOrganizationError> {
        let outcome = self.try_create(actor, command, client).await;
        let event = self.core.recorder.event(AuditKind::OrganizationCreated, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_create(
        &self,
        actor: Actor,
        command: CreateOrganization,
        client: &Client,
    ) -> Result<OwnOrganization, CreateOrganizationError> {
        self.core.permit(actor, Action::Create, Resource::Organizations, client).await?;
        let policy = self.core.policy.organizations;
        if !policy.creation.admits(actor) {
            return Err(CreateOrganizationError::Closed);
        }
        self.core.limiter.take_for_user(Limit::OrganizationsPerAccount, actor.user, client).await?;
        let (id, created_at) = (OrganizationId(self.core.secrets.id()), self.core.clock.now());
        let CreateOrganization { name, slug } = command;
        let slug = slug.or_else(|| Slug::of_name(&name)).unwrap_or_else(|| Slug::of_id(id));
        let organization =
            Organization { id, name, slug, requires_second_factor: false, created_by: Some(actor.user), created_at };
        let membership = Membership { organization: id, user: actor.user, role: Role::Owner, created_at };

        let mut work = self.core.store.begin().await?;
        // Whoever is not active owns nothing.
        let maker = work.users().lock(actor.user).await?.filter(|user| user.is_active);
        let maker = maker.ok_or(CreateOrganizationError::SessionOver)?;
        if !self.core.is_still_there(&mut *work, actor).await? {
            return Err(CreateOrganizationError::SessionOver);
        }
        if work.memberships().count_owned(actor.user).await? >= policy.most_per_user.into() {
            return Err(CreateOrganizationError::TooMany(policy.most_per_user));
        }
        work.organizations().insert(&organization).await.map_err(|error| match error {
            StoreError::Conflict(Constraint::OrganizationSlug) => {
                CreateOrganizationError::SlugTaken(organization.slug.clone())
            }
            error => error.into(),
        })?;
        work.memberships().add(&membership, &maker.email).await?;
        let event = self.core.recorder.event(AuditKind::OrganizationCreated, client);
        work.audit().record(&event.by_and_on(actor.user).within(id)).await?;
        work.commit().await?;
        Ok(OwnOrganization { organization, role: Role::Owner, joined_at: created_at })
    }
}
