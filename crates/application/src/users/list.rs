//! List users.

use ironplate_domain::{Action, Actor, Resource, User, can};

use super::Users;
use crate::{
    fault::{Fault, Kind},
    ports::{Page, PageRequest, StoreError, UserOrder},
};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListUsersError {
    /// Only superusers see everybody.
    #[error("The user doesn't have enough privileges")]
    Denied,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for ListUsersError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied => Kind::Denied,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::Store(error) => error.code(),
        }
    }
}

impl Users {
    /// One page of all users.
    ///
    /// # Errors
    /// See [`ListUsersError`].
    pub async fn list(&self, actor: Actor, page: PageRequest<UserOrder>) -> Result<Page<User>, ListUsersError> {
        if !can(actor, Action::List, Resource::Users) {
            return Err(ListUsersError::Denied);
        }
        Ok(self.store.read().await?.users().list(&page).await?)
    }
}
