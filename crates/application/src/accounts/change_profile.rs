//! Change one's own name or address.

use ironplate_domain::{Actor, Email, FullName, User, UserChanges};

use super::Accounts;
use crate::{
    fault::{Fault, Kind},
    ports::{Constraint, StoreError},
};

/// What the user wants changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ChangeProfile {
    /// A new address.
    pub email: Option<Email>,
    /// A new name, or none at all (`Some(None)`).
    pub full_name: Option<Option<FullName>>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeProfileError {
    /// Another account has this address, in any spelling.
    #[error("User with this email already exists")]
    EmailTaken,
    /// The account was deleted meanwhile.
    #[error("User not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ChangeProfileError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

impl Fault for ChangeProfileError {
    fn kind(&self) -> Kind {
        match self {
            Self::EmailTaken => Kind::Conflict,
            Self::NotFound => Kind::NotFound,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::EmailTaken => "email_taken",
            Self::NotFound => "user_not_found",
            Self::Store(error) => error.code(),
        }
    }
}

impl Accounts {
    /// Changes the actor's own profile and answers the user as it is then.
    ///
    /// # Errors
    /// [`ChangeProfileError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn change_profile(&self, actor: Actor, command: ChangeProfile) -> Result<User, ChangeProfileError> {
        let ChangeProfile { email, full_name } = command;
        let changes = UserChanges { email, full_name, ..UserChanges::default() };
        let mut work = self.store.begin().await?;
        let user = work.users().update(actor.user, &changes).await?.ok_or(ChangeProfileError::NotFound)?;
        work.commit().await?;
        Ok(user)
    }
}
