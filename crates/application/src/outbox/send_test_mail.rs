//! Find out whether mail works.

use ironplate_domain::{Action, Actor, AuditKind, Client, Email, MailTemplate, Resource};

use super::Outbox;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendTestMailError {
    /// Only superusers send test mail.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The operator switched mail off.
    #[error("Mail is switched off in the configuration")]
    MailOff,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { SendTestMailError:
    Denied(denied) => denied.class(),
    MailOff => Kind::Conflict.coded("mail_off").about_no_field(),
    Store(error) => error.class(),
}

impl Outbox {
    /// Enqueues a mail that says that mail works.
    ///
    /// # Errors
    /// See [`SendTestMailError`]. Whether it could be sent, the outbox tells.
    pub async fn send_test_mail(&self, actor: Actor, to: &Email, client: &Client) -> Result<(), SendTestMailError> {
        self.core.permit(actor, Action::Administer, Resource::Outbox, client).await?;
        if !self.core.policy.sends_mail {
            return Err(SendTestMailError::MailOff);
        }
        let message = self.core.mailer.message(MailTemplate::TestMail, to);
        let mut work =
            self.core.begin::<SendTestMailError>(actor, Action::Administer, Resource::Outbox, client).await?;
        self.core.mailer.enqueue(&mut *work, &message).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::TestMailRequested, client).by(actor.user)).await?;
        work.commit().await?;
        Ok(())
    }
}
