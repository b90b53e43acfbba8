//! Logging in, staying recognised, logging out.

mod admit;
mod authenticate;
mod list;
mod log_in;
mod log_out;
mod operate;
mod recipes;
mod refresh;
mod refresh_token;
mod revoke;

pub use authenticate::{AuthenticateError, Authenticated, Credential};
pub use list::SessionsError;
pub use log_in::{CookieOpened, LogIn, LogInError, LoggedIn};
pub use refresh::RefreshError;

use crate::core::service;

service! {
    /// The service of sessions.
    Sessions
}
