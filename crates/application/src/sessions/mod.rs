//! Logging in, staying recognised, logging out.

mod admit;
mod authenticate;
mod by_passkey;
mod confirm;
mod end;
mod list;
mod log_in;
mod log_out;
mod open;
mod operate;
mod prove;
mod recipes;
mod refresh;
mod refresh_token;
mod revoke;
mod trust;
mod trusted_devices;

pub use authenticate::{AuthenticateError, Authenticated, Credential, Intent, Reach};
pub use confirm::{ConfirmSessionError, SessionProof};
pub use list::SessionsError;
pub use log_in::{CookieOpened, LogIn, LogInError, LoggedIn, PendingLogIn};
pub use prove::{ProveLogIn, Proved};
pub use refresh::RefreshError;
pub use trust::{DeviceTrust, DeviceTrusted, HeldCookies};
pub use trusted_devices::RemoveTrustedDeviceError;

use crate::core::service;

service! {
    /// The service of sessions.
    Sessions
}
