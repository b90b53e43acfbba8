//! Find out whether mail works.

use ironplate_domain::{Action, Actor, Email, MailTemplate, Resource, can};

use super::Outbox;
use crate::{
    fault::{Fault, Kind},
    ports::StoreError,
};

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendTestMailError {
    /// Only superusers send test mail.
    #[error("The user doesn't have enough privileges")]
    Denied,
    /// The operator switched mail off.
    #[error("Mail is switched off in the configuration")]
    MailOff,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for SendTestMailError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied => Kind::Denied,
            Self::MailOff => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::MailOff => "mail_off",
            Self::Store(error) => error.code(),
        }
    }
}

impl Outbox {
    /// Enqueues a mail that says that mail works.
    ///
    /// # Errors
    /// See [`SendTestMailError`]. Whether it could be sent, the outbox tells.
    pub async fn send_test_mail(&self, actor: Actor, to: &Email) -> Result<(), SendTestMailError> {
        if !can(actor, Action::Administer, Resource::Users) {
            return Err(SendTestMailError::Denied);
        }
        if !self.policy.sends_mail {
            return Err(SendTestMailError::MailOff);
        }
        let message = self.mailer.message(MailTemplate::TestMail, to);
        let mut work = self.store.begin().await?;
        self.mailer.enqueue(&mut *work, &message).await?;
        work.commit().await?;
        Ok(())
    }
}
