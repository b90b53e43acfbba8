//! Proving that an address is one's own.

mod link_sent;
mod request;
mod verify;

pub use request::{RequestVerificationError, Requested};
pub use verify::{VerifyEmail, VerifyEmailError};

use crate::{core::Core, recovery::Recovery};

/// The service of addresses to be proved.
pub struct Verification {
    core: Core,
    /// Sets the password of an account that has none yet.
    recovery: Recovery,
}

impl Verification {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone(), recovery: Recovery::new(core) }
    }
}
