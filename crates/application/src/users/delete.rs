//! Delete somebody's account.

use ironplate_domain::{Action, Actor, Resource, UserId, can};

use super::{Users, superusers};
use crate::{
    fault::{Fault, Kind},
    ports::StoreError,
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteUserError {
    /// Only superusers delete others.
    #[error("The user doesn't have enough privileges")]
    Denied,
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Oneself,
    /// Nobody would be left to administer.
    #[error("The last active superuser can't be demoted, deactivated or deleted")]
    LastSuperuser,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for DeleteUserError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied | Self::Oneself => Kind::Denied,
            Self::NotFound => Kind::NotFound,
            Self::LastSuperuser => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::NotFound => "user_not_found",
            Self::Oneself => "superuser_deletes_self",
            Self::LastSuperuser => "last_superuser",
            Self::Store(error) => error.code(),
        }
    }
}

impl Users {
    /// Deletes a user with their sessions and items.
    ///
    /// # Errors
    /// See [`DeleteUserError`].
    pub async fn delete(&self, actor: Actor, id: UserId) -> Result<(), DeleteUserError> {
        if !can(actor, Action::Delete, Resource::Users) {
            return Err(DeleteUserError::Denied);
        }
        if !can(actor, Action::Delete, Resource::User(id)) {
            return Err(DeleteUserError::Oneself);
        }
        let mut work = self.store.begin().await?;
        if superusers::is_last(&mut *work, id).await? {
            return Err(DeleteUserError::LastSuperuser);
        }
        if !work.users().delete(id).await? {
            return Err(DeleteUserError::NotFound);
        }
        work.commit().await?;
        Ok(())
    }
}
