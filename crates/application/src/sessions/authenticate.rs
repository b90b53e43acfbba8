//! Authenticate a request: from a credential to the user behind it, as they are now.

use ironplate_domain::{Session, TokenSecret, User};
use secrecy::{ExposeSecret, SecretString};

use super::Sessions;
use crate::{
    fault::{Class, Fault, Kind},
    ports::{InvalidToken, SessionHolder, StoreError, StoreResult},
};

/// What a request shows of its session.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An access token.
    AccessToken(SecretString),
    /// What a cookie holds.
    Cookie(TokenSecret),
}

/// Somebody recognised.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who, as stored at this moment.
    pub user: User,
    /// By which session.
    pub session: Session,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The credential is not valid, or its session is over.
    #[error("Could not validate credentials")]
    InvalidToken,
    /// The token is valid, but its user is gone.
    #[error("User not found")]
    UserNotFound,
    /// The account is switched off.
    #[error("Inactive user")]
    Inactive,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidToken> for AuthenticateError {
    fn from(InvalidToken: InvalidToken) -> Self {
        Self::InvalidToken
    }
}

impl Fault for AuthenticateError {
    fn class(&self) -> Class {
        match self {
            Self::InvalidToken => Kind::Unauthenticated.coded("invalid_token"),
            Self::UserNotFound => Kind::NotFound.coded("user_not_found"),
            Self::Inactive => Kind::Invalid.coded("inactive_user"),
            Self::Store(error) => error.class(),
        }
    }
}

impl Sessions {
    /// The user and session that a credential stands for, in one statement: whatever was changed before this
    /// moment (logged out, deactivated, demoted, deleted) holds. Now and then a second one notes that it was used.
    ///
    /// # Errors
    /// See [`AuthenticateError`].
    pub async fn authenticate(&self, credential: &Credential) -> Result<Authenticated, AuthenticateError> {
        let now = self.clock.now();
        let SessionHolder { user, session } = match credential {
            Credential::AccessToken(token) => {
                let claims = self.tokens.verify(token.expose_secret(), now)?;
                let holder = self.store.read().await?.sessions().find_holder(claims.user, claims.session).await?;
                holder.ok_or(AuthenticateError::UserNotFound)?
            }
            Credential::Cookie(secret) => {
                let digest = self.secrets.digest(secret);
                let holder = self.store.read().await?.sessions().find_holder_of_cookie(digest).await?;
                holder.ok_or(AuthenticateError::InvalidToken)?
            }
        };
        if !user.is_active {
            return Err(AuthenticateError::Inactive);
        }
        let session = session.filter(|session| session.is_live(now)).ok_or(AuthenticateError::InvalidToken)?;
        if self.policy.sessions.spans.is_worth_noting(&session, now)
            && let Err(error) = self.note_use(&session).await
        {
            // The next request notes it.
            tracing::debug!(%error, "the use of a session was not noted");
        }
        Ok(Authenticated { user, session })
    }

    async fn note_use(&self, session: &Session) -> StoreResult<()> {
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        let expires_at = self.policy.sessions.spans.expiry(now, session.ends_at);
        work.sessions().note_use(session.id, now, expires_at).await?;
        work.commit().await
    }
}
