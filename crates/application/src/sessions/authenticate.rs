//! Authenticate a request: from an access token to the user behind it, as they are now.

use ironplate_domain::{SessionId, User};

use super::Sessions;
use crate::{
    fault::{Fault, Kind},
    ports::{InvalidToken, SessionHolder, StoreError},
};

/// Somebody recognised.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who, as stored at this moment.
    pub user: User,
    /// By which session.
    pub session: SessionId,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token is not valid, or its session is over.
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
    fn kind(&self) -> Kind {
        match self {
            Self::InvalidToken => Kind::Unauthenticated,
            Self::UserNotFound => Kind::NotFound,
            Self::Inactive => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidToken => "invalid_token",
            Self::UserNotFound => "user_not_found",
            Self::Inactive => "inactive_user",
            Self::Store(error) => error.code(),
        }
    }
}

impl Sessions {
    /// The user and session that a token stands for, in one statement: whatever was changed before this
    /// moment (logged out, deactivated, demoted, deleted) holds.
    ///
    /// # Errors
    /// See [`AuthenticateError`].
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, AuthenticateError> {
        let now = self.clock.now();
        let claims = self.tokens.verify(token, now)?;
        let holder = self.store.read().await?.sessions().find_holder(claims.user, claims.session).await?;
        let SessionHolder { user, session } = holder.ok_or(AuthenticateError::UserNotFound)?;
        if !user.is_active {
            return Err(AuthenticateError::Inactive);
        }
        let session = session.filter(|session| session.is_live(now)).ok_or(AuthenticateError::InvalidToken)?;
        Ok(Authenticated { user, session: session.id })
    }
}
