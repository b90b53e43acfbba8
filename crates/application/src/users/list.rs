//! List users.

use ironplate_domain::{Action, Actor, Client, Resource, User};

use super::Users;
use crate::{
    access::Denied,
    fault::faults,
    ports::{Page, PageRequest, StoreError, UserFilter, UserOrder},
};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListUsersError {
    /// Only superusers see everybody.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ListUsersError:
    Denied(denied) => denied.class(),
    Store(error) => error.class(),
}

impl Users {
    /// One page of the users that the filter names.
    ///
    /// # Errors
    /// See [`ListUsersError`].
    pub async fn list(
        &self,
        actor: Actor,
        filter: UserFilter,
        page: PageRequest<UserOrder>,
        client: &Client,
    ) -> Result<Page<User>, ListUsersError> {
        self.core.permit(actor, Action::List, Resource::Users, client).await?;
        Ok(self.core.read_stale(actor).await?.users().list(&filter, &page).await?)
    }
}
