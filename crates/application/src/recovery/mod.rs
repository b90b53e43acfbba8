//! Getting back in without the password.

mod look;
mod preview;
mod request;
mod reset_password;

pub use preview::PreviewError;
pub use reset_password::{ResetPassword, ResetPasswordError};

use crate::core::service;

service! {
    /// The service of forgotten passwords.
    #[derive(Clone)]
    Recovery
}
