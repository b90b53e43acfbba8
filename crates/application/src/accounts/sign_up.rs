//! Sign up: a visitor makes an account.

use ironplate_domain::{Email, Fact, FullName, MailTemplate, Password, User, UserId};

use super::Accounts;
use crate::{
    RegistrationMode,
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

/// What the visitor has now.
#[derive(Debug)]
pub enum SignedUp {
    /// An account, to be used at once.
    Created(Box<User>),
    /// A mail to wait for. Whether the address had an account is not told.
    LinkOwed,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Accounts are made by administrators only.
    #[error("Registration is closed")]
    Closed,
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
            Self::Closed => Kind::Denied,
            // Not `Conflict`: to a visitor it is an address they can't use.
            Self::EmailTaken => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Closed => "registration_closed",
            Self::EmailTaken => "email_taken",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

impl Accounts {
    /// Creates an account without any privilege and enqueues the mail that verifies its address: both or neither.
    ///
    /// Where addresses are verified first, nothing but a mail is enqueued, whoever has the address: its link leads to the
    /// new account, or the mail tells the owner of an old one. The password is not kept then, for whoever types it did
    /// not prove anything yet; whoever follows the link chooses one.
    ///
    /// # Errors
    /// [`SignUpError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn sign_up(&self, command: SignUp) -> Result<SignedUp, SignUpError> {
        match self.policy.registration {
            RegistrationMode::Open => Ok(SignedUp::Created(Box::new(self.create_account(command).await?))),
            RegistrationMode::VerifyFirst => self.owe_link(command).await,
            RegistrationMode::Closed => Err(SignUpError::Closed),
        }
    }

    async fn create_account(&self, command: SignUp) -> Result<User, SignUpError> {
        let SignUp { email, password, full_name } = command;
        let password_hash = self.hasher.hash(password).await?;
        let user = User {
            id: UserId(self.secrets.id()),
            email,
            full_name,
            password_hash: Some(password_hash),
            is_active: true,
            is_superuser: false,
            is_verified: false,
            created_at: self.clock.now(),
        };
        let mut work = self.store.begin().await?;
        work.users().insert(&user).await?;
        self.mailer.enqueue_link(&mut *work, MailTemplate::VerifyAddress, user.id, &user.email).await?;
        work.commit().await?;
        Ok(user)
    }

    async fn owe_link(&self, command: SignUp) -> Result<SignedUp, SignUpError> {
        let SignUp { email, full_name, password: _ } = command;
        let mut message = self.mailer.message(MailTemplate::FinishSignUp, &email);
        if let Some(full_name) = full_name {
            message = message.saying(Fact::FullName, full_name);
        }
        let mut work = self.store.begin().await?;
        self.mailer.enqueue(&mut *work, &message).await?;
        work.commit().await?;
        Ok(SignedUp::LinkOwed)
    }
}
