//! Change what an organisation is called, and what it asks of its members.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Changes, Client, MailTemplate, Organization,
    OrganizationChanges, OrganizationId, Resource, Role,
};

use super::{OrganizationError, Organizations, locked::Locked};
use crate::{
    access::{Asked, Unproved},
    fault::{Kind, faults},
    limits::{LimitError, Permit},
    owned::Missing,
    ports::{Constraint, StoreError},
    second_factors::has_second_factor,
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeOrganizationError {
    /// The actor is none of its members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Who the actor is was not proved lately, as it has to be before what an organisation asks of its members is changed.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// The actor asks others for what they don't have themselves.
    #[error("Set up a second factor of your own first")]
    NoSecondFactor,
    /// Another organisation has this slug, in any spelling.
    #[error("Another organisation has this slug. Choose another one")]
    SlugTaken,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
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
    Unproved(error) => error.class(),
    NoSecondFactor => Kind::Conflict.coded("no_second_factor").about(&["requires_second_factor"]),
    SlugTaken => Kind::Conflict.coded("slug_taken").about(&["slug"]),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl Organizations {
    /// Changes an organisation and answers it as it is then. What it asks of its members its owners say, who have to have it
    /// themselves; the others are told by mail when it is more than before, once a day at the most.
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
        let (action, resource) = match changes.requires_second_factor {
            Some(_) => (Action::Update, Resource::MembersOf(id, Role::Owner)),
            None => (Action::Update, Resource::Organization(id)),
        };
        self.core.charge_for_change::<ChangeOrganizationError>(actor, action, resource, client).await?;
        let mut telling = match changes.requires_second_factor {
            Some(true) => self.core.limiter.take_for_requirement(id).await?,
            Some(false) | None => None,
        };
        let locked = self.core.lock_organization(actor, action, resource, None, client).await?;
        let event = self.core.recorder.event(AuditKind::OrganizationChanged, client).by(actor.user).within(id);
        let outcome = self.try_change(locked, changes, &mut telling, &event).await;
        if let Some(unused) = telling {
            self.core.limiter.give_back(unused).await?;
        }
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_change(
        &self,
        Locked { mut work, organization, actor, .. }: Locked,
        changes: OrganizationChanges,
        telling: &mut Option<Permit>,
        event: &AuditEvent,
    ) -> Result<Organization, ChangeOrganizationError> {
        let changes = changes.beyond(&organization);
        if let Some(requires) = changes.requires_second_factor {
            self.core.check_proved(&mut *work, actor, Asked::Everybody).await?;
            if requires && !has_second_factor(&mut *work, actor.user).await? {
                return Err(ChangeOrganizationError::NoSecondFactor);
            }
        }
        let organization = work
            .organizations()
            .update(organization.id, &changes)
            .await?
            .ok_or(OrganizationError::NotFound(Missing))?;
        if changes.requires_second_factor == Some(true) && telling.take().is_some() {
            let template = MailTemplate::SecondFactorRequired;
            self.core.tell_members(&mut *work, &organization, Some(actor.user), template).await?;
        }
        if !changes.is_empty() {
            work.audit().record(&event.clone().saying(AuditDetail::Fields, changes.fields().join(" "))).await?;
        }
        work.commit().await?;
        Ok(organization)
    }
}
