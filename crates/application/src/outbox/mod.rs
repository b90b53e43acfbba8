//! Mail that is owed: sending it, and looking after what could not be sent.

mod deliver;
mod failures;
mod heartbeat;
mod operate;
mod oversee;
mod resolve;
mod send_test_mail;

pub use deliver::{Delivery, Prepared, Sending};
pub use heartbeat::{HEARTBEAT_INTERVAL, is_silent};
pub use oversee::{MessageDetails, OutboxListing, OverseeError};
pub use send_test_mail::SendTestMailError;

use failures::Failures;

use crate::core::Core;

/// The service of the outbox.
pub struct Outbox {
    core: Core,
    /// What was logged already of mail that was not sent.
    failures: Failures,
}

impl Outbox {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone(), failures: Failures::default() }
    }
}
