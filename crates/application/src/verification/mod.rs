//! Proving that an address is one's own.

mod link_sent;
mod request;
mod verify;

use std::sync::Arc;

pub use request::{RequestVerificationError, Requested};
pub use verify::{VerifyEmail, VerifyEmailError};

use crate::{
    Mailer,
    audit::Recorder,
    limits::Limiter,
    ports::{Clock, Secrets, Store},
    recovery::Recovery,
};

/// The service of addresses to be proved.
pub struct Verification {
    /// Where users, tokens and mail are kept.
    pub store: Arc<dyn Store>,
    /// Tells whether a link has expired.
    pub clock: Arc<dyn Clock>,
    /// Recognises the secrets of links.
    pub secrets: Arc<dyn Secrets>,
    /// Enqueues mail.
    pub mailer: Mailer,
    /// Sets the password of an account that has none yet.
    pub recovery: Recovery,
    /// Says how often one may try.
    pub limiter: Limiter,
    /// Records what happens.
    pub recorder: Recorder,
}
