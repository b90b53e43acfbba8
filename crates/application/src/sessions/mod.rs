//! Logging in, staying recognised, logging out.

mod admit;
mod authenticate;
mod list;
mod log_in;
mod log_out;
mod recipes;
mod refresh;
mod refresh_token;
mod revoke;

use std::sync::Arc;

pub use authenticate::{AuthenticateError, Authenticated, Credential};
pub use list::SessionsError;
pub use log_in::{CookieOpened, LogIn, LogInError, LoggedIn};
pub use refresh::RefreshError;

use crate::{
    Mailer, Policy,
    audit::Recorder,
    limits::Limiter,
    ports::{AccessTokens, Clock, PasswordHasher, Secrets, Store},
};

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
    /// Makes ids and secrets.
    pub secrets: Arc<dyn Secrets>,
    /// Tells users what they should know.
    pub mailer: Mailer,
    /// Says how often one may try.
    pub limiter: Limiter,
    /// Records what happens.
    pub recorder: Recorder,
    /// Says how long sessions last.
    pub policy: Arc<Policy>,
}
