//! Create a user on somebody's behalf.

use ironplate_domain::{Action, Actor, Email, FullName, MailTemplate, Password, Resource, User, UserId, can};

use super::Users;
use crate::{
    fault::{Fault, Kind},
    ports::{Constraint, HashingError, StoreError},
    unclaimed,
};

/// The account to make.
#[derive(Debug)]
pub struct CreateUser {
    /// The user's address, and what they log in with.
    pub email: Email,
    /// Their first password; without one they can't log in before they set one by the link in their mail.
    pub password: Option<Password>,
    /// How they are called.
    pub full_name: Option<FullName>,
    /// Whether they can log in.
    pub is_active: bool,
    /// Whether they administer users.
    pub is_superuser: bool,
    /// Whether the creator vouches that the address is theirs.
    pub is_verified: bool,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// Only superusers create users.
    #[error("The user doesn't have enough privileges")]
    Denied,
    /// Another account has this address, in any spelling.
    #[error("The user with this email already exists in the system.")]
    EmailTaken,
    /// The operator switched mail off, so nobody can be asked to set one.
    #[error("A password is needed: mail is switched off in the configuration")]
    PasswordRequired,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl From<StoreError> for CreateUserError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

impl Fault for CreateUserError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied => Kind::Denied,
            // Not `Conflict`: the same answer as at sign-up.
            Self::EmailTaken | Self::PasswordRequired => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::EmailTaken => "email_taken",
            Self::PasswordRequired => "password_required",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

/// Whether the new user gets mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Welcome {
    /// A link to set a password.
    Mail,
    /// Nothing: the account is for a machine or a test, or its owner is at the keyboard.
    Silence,
}

impl Users {
    /// Creates an account with the given rights and welcomes its owner by mail: both or neither. The mail holds no
    /// password, but a link to set one. An account that nobody claimed yet gives way.
    ///
    /// # Errors
    /// [`CreateUserError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn create(&self, actor: Actor, command: CreateUser, welcome: Welcome) -> Result<User, CreateUserError> {
        if !can(actor, Action::Create, Resource::Users) {
            return Err(CreateUserError::Denied);
        }
        self.insert(command, welcome).await
    }

    pub(super) async fn insert(&self, command: CreateUser, welcome: Welcome) -> Result<User, CreateUserError> {
        let CreateUser { email, password, full_name, is_active, is_superuser, is_verified } = command;
        if password.is_none() && !self.mailer.policy.sends_mail {
            return Err(CreateUserError::PasswordRequired);
        }
        let password_hash = match password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        let user = User {
            id: UserId(self.secrets.id()),
            email,
            full_name,
            password_hash,
            is_active,
            is_superuser,
            is_verified,
            created_at: self.clock.now(),
        };
        let mut work = self.store.begin().await?;
        unclaimed::give_way(&mut *work, &user.email).await?;
        work.users().insert(&user).await?;
        if welcome == Welcome::Mail {
            self.mailer.enqueue_link(&mut *work, MailTemplate::SetPassword, user.id, &user.email).await?;
        }
        work.commit().await?;
        Ok(user)
    }
}
