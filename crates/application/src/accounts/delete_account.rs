//! Delete one's own account.

use ironplate_domain::{Action, Actor, Resource, can};

use super::Accounts;
use crate::{
    fault::{Fault, Kind},
    ports::StoreError,
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Superuser,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for DeleteAccountError {
    fn kind(&self) -> Kind {
        match self {
            Self::Superuser => Kind::Denied,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Superuser => "superuser_deletes_self",
            Self::Store(error) => error.code(),
        }
    }
}

impl Accounts {
    /// Deletes the actor with their sessions and items. Somebody who is gone already is fine.
    ///
    /// # Errors
    /// [`DeleteAccountError::Superuser`], also for somebody promoted meanwhile.
    pub async fn delete_account(&self, actor: Actor) -> Result<(), DeleteAccountError> {
        let mut work = self.store.begin().await?;
        if let Some(user) = work.users().lock(actor.user).await? {
            if !can(user.actor(), Action::Delete, Resource::User(user.id)) {
                return Err(DeleteAccountError::Superuser);
            }
            work.users().delete(user.id).await?;
        }
        work.commit().await?;
        Ok(())
    }
}
