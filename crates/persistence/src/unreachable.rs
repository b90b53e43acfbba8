//! Why there is no way to a database, and what is in the way.

use crate::OpenError;

/// Why there is no way to a database.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Unreachable {
    pub(crate) why: String,
    /// Whether there may be one a little later: nobody answers yet, or the database is just starting.
    pub may_pass: bool,
    /// What has to be mended.
    pub obstacle: Obstacle,
}

/// The certificates that the address asks for are not there.
impl From<OpenError> for Unreachable {
    fn from(error: OpenError) -> Self {
        Self { why: error.to_string(), may_pass: false, obstacle: Obstacle::Tls }
    }
}

/// What is in the way to a database; each is mended elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Nobody listens there, or the name leads nowhere.
    Absence,
    /// No answer in time.
    Silence,
    /// The certificate is not trusted, or there is none.
    Tls,
    /// The server knows no such user, or not by this password.
    LogIn,
    /// The server has no such database.
    NoDatabase,
    /// The role may not connect to the database.
    NoConnectRight,
    /// The role, the database or the server has all the connections that it may.
    Full,
    /// A pooler loses prepared statements.
    Pooler,
    /// Anything else.
    Other,
}
