//! Password hashing, slow on purpose.

use async_trait::async_trait;
use ironplate_domain::{AddressRange, Password, PasswordAttempt, PasswordHash, PasswordRecipe};

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

/// Why no password can be compared with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableHash {
    /// It is of another algorithm, or of none.
    #[error("unknown format")]
    UnknownFormat,
    /// It begins like one of a known algorithm, and does not go on like one.
    #[error("malformed")]
    Malformed,
    /// A comparison would take more memory or time than is ever spent.
    #[error("parameters beyond what is ever run")]
    TooDear,
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

    /// Compares with what was typed, and then with its one spelling, where that is another text. `None` is a mismatch. A
    /// mismatch costs one comparison with each recipe that is known, whichever the hash was made by, so that neither an
    /// unknown account nor one from another system can be told by its time. Attempts that come `from` where a right password came
    /// lately go before others, whosever account they are on, and find room where others do not.
    async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<PasswordHash>,
        from: Option<AddressRange>,
    ) -> Result<Verdict, HashingError>;

    /// Whether passwords can be compared with this hash, which another system made.
    ///
    /// # Errors
    /// No password would match it: it is not understood, or would never be run.
    fn check(&self, hash: &PasswordHash) -> Result<(), UnusableHash>;

    /// Takes notice of the recipes by which stored hashes were made, in place of those that it knew. Today's is always known.
    fn know(&self, recipes: &[PasswordRecipe]);
}
