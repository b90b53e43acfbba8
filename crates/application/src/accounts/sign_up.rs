//! Sign up: a visitor makes an account.

use ironplate_domain::{Email, FullName, Password, User, UserId};

use super::Accounts;
use crate::{
    fault::{Fault, Kind},
    ports::{Constraint, HashingError, StoreError},
};

/// What the visitor asked for.
#[derive(Debug)]
pub struct SignUp {
    /// Their address, and what they log in with.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// How they want to be called.
    pub full_name: Option<FullName>,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Another account has this address, in any spelling.
    #[error("The user with this email already exists in the system")]
    EmailTaken,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl From<StoreError> for SignUpError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

impl Fault for SignUpError {
    fn kind(&self) -> Kind {
        match self {
            // Not `Conflict`: to a visitor it is an address they can't use.
            Self::EmailTaken => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::EmailTaken => "email_taken",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

impl Accounts {
    /// Creates an active, unverified account without any privilege.
    ///
    /// # Errors
    /// [`SignUpError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn sign_up(&self, command: SignUp) -> Result<User, SignUpError> {
        let SignUp { email, password, full_name } = command;
        let password_hash = self.hasher.hash(password).await?;
        let user = User {
            id: UserId(self.secrets.id()),
            email,
            full_name,
            password_hash,
            is_active: true,
            is_superuser: false,
            is_verified: false,
            created_at: self.clock.now(),
        };
        let mut work = self.store.begin().await?;
        work.users().insert(&user).await?;
        work.commit().await?;
        Ok(user)
    }
}
