//! Access tokens: short-lived, signed, bound to a session.

use std::time::Duration;

use ironplate_domain::{SessionId, Timestamp, UserId};
use secrecy::SecretString;

/// What an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose it is (`sub`).
    pub user: UserId,
    /// The log-in it belongs to (`sid`).
    pub session: SessionId,
    /// Which of the session's refresh tokens it came with (`generation`).
    pub generation: u32,
}

/// A token that is forged, malformed, expired or not for us. Which of them is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not valid")]
pub struct InvalidToken;

/// Signs and checks access tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AccessTokens: Send + Sync {
    /// A token that holds from `now` for [`lifetime`](Self::lifetime).
    fn issue(&self, claims: &AccessClaims, now: Timestamp) -> SecretString;

    /// What the token says, if it is ours and holds at `now`.
    ///
    /// # Errors
    /// [`InvalidToken`] for everything else, whatever the text.
    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, InvalidToken>;

    /// How long a token holds.
    fn lifetime(&self) -> Duration;
}
