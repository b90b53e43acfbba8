//! Log in: address and password for a session and its access token.

use std::time::Duration;

use ironplate_domain::{Email, Password, PasswordAttempt, Session, SessionId, User};
use secrecy::SecretString;

use super::Sessions;
use crate::{
    fault::{Fault, Kind},
    ports::{AccessClaims, HashingError, StoreError, StoreResult, Verdict},
};

/// What somebody typed.
#[derive(Debug)]
pub struct LogIn {
    /// Their address; `None` when what was typed is none. Finding that out costs the caller no less.
    pub email: Option<Email>,
    /// Their password.
    pub password: PasswordAttempt,
}

/// A new session.
#[derive(Debug)]
pub struct LoggedIn {
    /// Stands for the session until it expires.
    pub access_token: SecretString,
    /// How long the access token holds.
    pub expires_in: Duration,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Nobody has this address, or not this password. Which of them is not told, by words or by time.
    #[error("Incorrect email or password")]
    Incorrect,
    /// The password is right, but the account is switched off.
    #[error("Inactive user")]
    Inactive,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password could not be checked.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl Fault for LogInError {
    fn kind(&self) -> Kind {
        match self {
            Self::Incorrect | Self::Inactive => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Incorrect => "incorrect_credentials",
            Self::Inactive => "inactive_user",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

impl Sessions {
    /// Opens a session. A hash weaker than today's is replaced on the way.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn log_in(&self, command: LogIn) -> Result<LoggedIn, LogInError> {
        let LogIn { email, password } = command;
        let user = match &email {
            Some(email) => self.find_user(email).await?,
            None => None,
        };
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verdict = self.hasher.verify(password.clone(), hash).await?;
        let Some(mut user) = user.filter(|_| verdict != Verdict::Mismatch) else {
            return Err(LogInError::Incorrect);
        };
        if !user.is_active {
            return Err(LogInError::Inactive);
        }
        if verdict == Verdict::MatchButWeak {
            self.strengthen_hash(&mut user, &password).await?;
        }
        self.open_session(&user).await
    }

    /// The connection goes back to its pool before the slow work begins.
    async fn find_user(&self, email: &Email) -> StoreResult<Option<User>> {
        self.store.read().await?.users().find_by_email(email).await
    }

    async fn strengthen_hash(&self, user: &mut User, password: &PasswordAttempt) -> Result<(), LogInError> {
        // Passwords outside today's bounds came from another system; their hash stays.
        let Ok(password) = Password::parse(password.expose()) else { return Ok(()) };
        let stronger = match self.hasher.hash(password).await {
            Ok(stronger) => stronger,
            // The right password was given; a better hash can wait for the next log-in.
            Err(HashingError::Busy) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Some(current) = &user.password_hash else { return Ok(()) };
        let mut work = self.store.begin().await?;
        if work.users().replace_password_hash(user.id, current, &stronger).await? {
            user.password_hash = Some(stronger);
        }
        work.commit().await?;
        Ok(())
    }

    /// The user is looked at again under a lock: a password changed or an account closed while the hash was
    /// computed must not leave a session behind.
    async fn open_session(&self, user: &User) -> Result<LoggedIn, LogInError> {
        let now = self.clock.now();
        let expires_in = self.tokens.lifetime();
        let session = Session {
            id: SessionId(self.secrets.id()),
            user: user.id,
            created_at: now,
            expires_at: now.after(expires_in),
            revoked_at: None,
        };
        let mut work = self.store.begin().await?;
        let current = work.users().lock(user.id).await?;
        let Some(current) = current.filter(|current| current.password_hash == user.password_hash) else {
            return Err(LogInError::Incorrect);
        };
        if !current.is_active {
            return Err(LogInError::Inactive);
        }
        work.sessions().insert(&session).await?;
        work.commit().await?;
        let access_token = self.tokens.issue(&AccessClaims { user: user.id, session: session.id }, now);
        Ok(LoggedIn { access_token, expires_in })
    }
}
