//! Delete somebody's account.

use ironplate_domain::{Action, Actor, AuditEvent, AuditKind, Client, Resource, UserId, can};

use super::{Users, superusers};
use crate::{
    access::{Asked, Denied, Unproved},
    erasure::erase,
    fault::{Kind, faults},
    organizations::{SoleOwned, SoleOwnership},
    ports::StoreError,
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteUserError {
    /// Only superusers delete others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Oneself,
    /// Nobody would be left to administer.
    #[error("The last active superuser can't be demoted, deactivated or deleted")]
    LastSuperuser,
    /// Nobody else could go on with these organisations.
    #[error(
        "The user is the only owner of {0}. Make somebody else an owner, or delete them with the account \
         (`with_organizations=true`)"
    )]
    SoleOwner(SoleOwnership),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { DeleteUserError:
    Denied(denied) => denied.class(),
    Unproved(error) => error.class(),
    Oneself => Kind::Forbidden.coded("superuser_deletes_self"),
    NotFound => Kind::NotFound.coded("user_not_found"),
    LastSuperuser => Kind::Conflict.coded("last_superuser").about(&["is_superuser"]),
    SoleOwner(_) => Kind::Conflict.coded("sole_owner").about_no_field(),
    Store(error) => error.class(),
}

impl From<SoleOwnership> for DeleteUserError {
    fn from(organizations: SoleOwnership) -> Self {
        Self::SoleOwner(organizations)
    }
}

impl Users {
    /// Deletes a user with all that is theirs, and tells them by mail. A superuser is left: whoever does this.
    ///
    /// # Errors
    /// See [`DeleteUserError`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: UserId,
        organizations: SoleOwned,
        client: &Client,
    ) -> Result<(), DeleteUserError> {
        self.core.permit(actor, Action::Delete, Resource::Users, client).await?;
        let event = self.core.recorder.event(AuditKind::UserDeleted, client).between(actor, id);
        let outcome = self.try_delete(Some(actor), id, organizations, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    /// Without an actor it is the operator's doing, who is no superuser that would be left.
    pub(super) async fn try_delete(
        &self,
        actor: Option<Actor>,
        id: UserId,
        organizations: SoleOwned,
        event: &AuditEvent,
    ) -> Result<(), DeleteUserError> {
        let resource = Resource::User(id);
        if actor.is_some_and(|actor| !can(actor, Action::Delete, resource)) {
            return Err(DeleteUserError::Oneself);
        }
        let mut work = self.core.begin_for::<DeleteUserError>(actor, Action::Delete, resource, &event.client).await?;
        if let Some(actor) = actor {
            self.core.check_proved(&mut *work, actor, Asked::ByPolicy).await?;
        }
        if actor.is_none() && superusers::is_last(&mut *work, id).await? {
            return Err(DeleteUserError::LastSuperuser);
        }
        let user = work.users().lock(id).await?.ok_or(DeleteUserError::NotFound)?;
        if !erase::<DeleteUserError>(&mut *work, &self.core, &user, organizations, event).await? {
            return Err(DeleteUserError::NotFound);
        }
        work.audit().record(event).await?;
        work.commit().await?;
        Ok(())
    }
}
