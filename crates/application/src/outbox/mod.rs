//! Mail that is owed: sending it, and looking after what could not be sent.

mod attendance;
mod deliver;
mod failures;
mod operate;
mod oversee;
mod resolve;
mod send_test_mail;

use std::sync::Arc;

pub use attendance::{SAID_EVERY, is_silent};
pub use deliver::{Delivery, Prepared, Sending};
pub use failures::Failures;
pub use oversee::{MessageLook, OutboxListing, OverseeError};
pub use send_test_mail::SendTestMailError;

use crate::{
    Links, Mailer, Policy,
    audit::Recorder,
    ports::{Clock, MailRenderer, MailTransport, Secrets, Store, TokenSealer},
};

/// The service of the outbox.
pub struct Outbox {
    /// Where messages wait.
    pub store: Arc<dyn Store>,
    /// Tells what is due.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of accounts that a sign-up mail begins.
    pub secrets: Arc<dyn Secrets>,
    /// Opens what use cases sealed.
    pub sealer: Arc<dyn TokenSealer>,
    /// Makes mail from templates.
    pub renderer: Arc<dyn MailRenderer>,
    /// Sends mail.
    pub transport: Arc<dyn MailTransport>,
    /// Makes tokens for those who are looked up only now.
    pub mailer: Mailer,
    /// Knows where links lead.
    pub links: Links,
    /// Says when to try again and when to give up.
    pub policy: Arc<Policy>,
    /// Records what happens, and asks the access rules.
    pub recorder: Recorder,
    /// What was told already of mail that was not sent.
    pub failures: Failures,
}
