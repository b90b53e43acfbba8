//! Sign up: a visitor makes an account.

use ironplate_domain::{AuditKind, Client, Email, FullName, MailTemplate, Password, User, UserId};

use super::Accounts;
use crate::{
    fault::{Kind, faults},
    limits::{Attempt, Limit, LimitError},
    new_passwords::{NewPasswordError, PasswordOwner},
    policy::RegistrationMode,
    ports::{Constraint, StoreError},
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
    /// The password is weak, or could not be hashed.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl From<StoreError> for SignUpError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

faults! { SignUpError:
    Closed => Kind::Forbidden.coded("registration_closed"),
    // Not `Conflict`: to a visitor it is an address they can't use.
    EmailTaken => Kind::Invalid.coded("email_taken").about(&["email"]),
    Store(error) => error.class(),
    Password(error) => error.class(),
    Limit(error) => error.class(),
}

impl Accounts {
    /// Creates an account without any privilege and enqueues the mail that verifies its address: both or neither.
    ///
    /// Where addresses are verified first, nothing but a mail is enqueued, whoever has the address: its link leads to the
    /// new account, or the mail tells the owner of an old one. Neither password nor name are kept then, for whoever types
    /// them did not prove anything yet; whoever follows the link chooses.
    ///
    /// # Errors
    /// [`SignUpError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn sign_up(&self, command: SignUp, client: &Client) -> Result<SignedUp, SignUpError> {
        self.core.limiter.take_for_range(Limit::SignUpPerAddress, client).await?;
        let outcome = match self.core.policy.registration {
            RegistrationMode::Open => self.create_account(command, client).await,
            RegistrationMode::VerifyFirst => self.owe_link(command, client).await,
            RegistrationMode::Closed => Err(SignUpError::Closed),
        };
        self.core.recorder.refusal_of(self.core.recorder.event(AuditKind::SignUp, client), outcome).await
    }

    async fn create_account(&self, command: SignUp, client: &Client) -> Result<SignedUp, SignUpError> {
        let SignUp { email, password, full_name } = command;
        let owner = PasswordOwner { email: &email, full_name: full_name.as_ref() };
        let password_hash = self.core.passwords.hash("password", password, owner).await?;
        let user = User::new(UserId(self.core.secrets.id()), email, self.core.clock.now());
        let user = User { full_name, password_hash: Some(password_hash), ..user };
        let mut work = self.core.store.begin().await?;
        work.users().insert(&user).await?;
        self.core.mailer.enqueue_link(&mut *work, MailTemplate::VerifyAddress, user.id, &user.email).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::SignUp, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(SignedUp::Created(Box::new(user)))
    }

    async fn owe_link(&self, command: SignUp, client: &Client) -> Result<SignedUp, SignUpError> {
        let SignUp { email, full_name: _, password: _ } = command;
        self.core.limiter.take_for_mailbox(&email, Attempt::by(client)).await?;
        let message = self.core.mailer.message(MailTemplate::FinishSignUp, &email);
        let mut work = self.core.store.begin().await?;
        self.core.mailer.enqueue(&mut *work, &message).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::SignUp, client)).await?;
        work.commit().await?;
        Ok(SignedUp::LinkOwed)
    }
}
