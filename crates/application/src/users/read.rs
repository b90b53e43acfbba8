//! Read one user.

use ironplate_domain::{Action, Actor, Client, Resource, User, UserId};

use super::Users;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum ReadUserError {
    /// Others are seen by superusers only; whether they exist is not told.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ReadUserError:
    Denied(denied) => denied.class(),
    NotFound => Kind::NotFound.coded("user_not_found"),
    Store(error) => error.class(),
}

impl Users {
    /// The user of this id.
    ///
    /// # Errors
    /// See [`ReadUserError`].
    pub async fn read(&self, actor: Actor, id: UserId, client: &Client) -> Result<User, ReadUserError> {
        self.core.permit(actor, Action::Read, Resource::User(id), client).await?;
        self.core.store.read().await?.users().find(id).await?.ok_or(ReadUserError::NotFound)
    }
}
