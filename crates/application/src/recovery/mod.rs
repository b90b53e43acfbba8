//! Getting back in without the password.

mod look;
mod preview;
mod request;
mod reset_password;

pub use preview::PreviewError;
pub use reset_password::{ResetPassword, ResetPasswordError};

use crate::core::Core;

/// The service of forgotten passwords.
#[derive(Clone)]
pub struct Recovery {
    core: Core,
}

impl Recovery {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone() }
    }
}
