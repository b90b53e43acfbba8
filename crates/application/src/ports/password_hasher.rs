//! Password hashing, slow on purpose.

use async_trait::async_trait;
use ironplate_domain::{Password, PasswordAttempt, PasswordHash};

use super::BoxError;

/// Why there is no hash or verdict.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many passwords wait already; nothing was done.
    #[error("password hashing is at its limit")]
    Busy,
    /// The algorithm or its thread failed.
    #[error("password hashing failed")]
    Failed(#[source] BoxError),
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or a hash that can't be trusted.
    Mismatch,
    /// The password, as far as its hash tells. A hash that does not tell all of it stays until a new password is set.
    Match,
    /// The password, all of it, but its hash is weaker than what is made today, or of another spelling.
    MatchButWeak,
}

/// Makes and checks password hashes. Work is queued up to a bound, so a flood costs no memory and
/// starves nobody else.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a new password with a fresh salt and the parameters in force.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError>;

    /// Compares with what was typed, and then with its one spelling, where that is another text; `None` costs the same work as a hash of today's parameters and is a mismatch, so that
    /// an unknown account can't be told from a wrong password by its time.
    async fn verify(&self, attempt: PasswordAttempt, hash: Option<PasswordHash>) -> Result<Verdict, HashingError>;
}
