//! Getting back in without the password.

mod look;
mod preview;
mod request;
mod reset_password;

use std::sync::Arc;

pub use preview::PreviewError;
pub use reset_password::{ResetPassword, ResetPasswordError};

use crate::{
    Links, Mailer,
    audit::Recorder,
    limits::Limiter,
    new_passwords::NewPasswords,
    ports::{Clock, MailRenderer, Secrets, Store},
};

/// The service of forgotten passwords.
#[derive(Clone)]
pub struct Recovery {
    /// Where users, tokens and mail are kept.
    pub store: Arc<dyn Store>,
    /// Hashes new passwords that are strong enough.
    pub passwords: NewPasswords,
    /// Dates what happens.
    pub clock: Arc<dyn Clock>,
    /// Recognises the secrets of links.
    pub secrets: Arc<dyn Secrets>,
    /// Shows what a mail looks like.
    pub renderer: Arc<dyn MailRenderer>,
    /// Enqueues mail.
    pub mailer: Mailer,
    /// Knows where links lead.
    pub links: Links,
    /// Says how often one may try.
    pub limiter: Limiter,
    /// Records what happens.
    pub recorder: Recorder,
}
