//! See the live sessions of an account.

use ironplate_domain::{Action, Actor, Client, Resource, Session, UserId};

use super::Sessions;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::{StoreError, StoreResult},
};

/// Why sessions can't be seen or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    /// Only superusers reach those of others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such user.
    #[error("User not found")]
    UserNotFound,
    /// The user has no such session, or not any more.
    #[error("Session not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { SessionsError:
    Denied(denied) => denied.class(),
    UserNotFound => Kind::NotFound.coded("user_not_found"),
    NotFound => Kind::NotFound.coded("session_not_found"),
    Store(error) => error.class(),
}

impl Sessions {
    /// How many live at this moment, everybody's; for metrics.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn count_live(&self) -> StoreResult<u64> {
        self.core.store.read().await?.sessions().count_live(self.core.clock.now()).await
    }

    /// The live sessions of a user, those first that were used last.
    ///
    /// # Errors
    /// See [`SessionsError`].
    pub async fn list(&self, actor: Actor, of: UserId, client: &Client) -> Result<Vec<Session>, SessionsError> {
        self.core.permit(actor, Action::List, Resource::SessionsOf(of), client).await?;
        let mut reader = self.core.store.read().await?;
        if of != actor.user && reader.users().find(of).await?.is_none() {
            return Err(SessionsError::UserNotFound);
        }
        let most = self.core.policy.sessions.most_per_user;
        Ok(reader.sessions().list_for(of, self.core.clock.now(), most).await?)
    }
}
