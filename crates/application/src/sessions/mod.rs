//! Logging in, staying recognised, logging out.

mod authenticate;
mod log_in;
mod log_out;

use std::sync::Arc;

pub use authenticate::{AuthenticateError, Authenticated};
pub use log_in::{LogIn, LogInError, LoggedIn};

use crate::ports::{AccessTokens, Clock, PasswordHasher, Secrets, Store};

/// The service of sessions.
pub struct Sessions {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// Checks passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs and checks access tokens.
    pub tokens: Arc<dyn AccessTokens>,
    /// Dates what happens.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub secrets: Arc<dyn Secrets>,
}
