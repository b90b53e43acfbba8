//! Read one user.

use ironplate_domain::{Action, Actor, Resource, User, UserId, can};

use super::Users;
use crate::{
    fault::{Fault, Kind},
    ports::StoreError,
};

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum ReadUserError {
    /// Others are seen by superusers only; whether they exist is not told.
    #[error("The user doesn't have enough privileges")]
    Denied,
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for ReadUserError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied => Kind::Denied,
            Self::NotFound => Kind::NotFound,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::NotFound => "user_not_found",
            Self::Store(error) => error.code(),
        }
    }
}

impl Users {
    /// The user of this id.
    ///
    /// # Errors
    /// See [`ReadUserError`].
    pub async fn read(&self, actor: Actor, id: UserId) -> Result<User, ReadUserError> {
        if !can(actor, Action::Read, Resource::User(id)) {
            return Err(ReadUserError::Denied);
        }
        self.store.read().await?.users().find(id).await?.ok_or(ReadUserError::NotFound)
    }
}
