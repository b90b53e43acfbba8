//! Ask for a link to reset a password.

use ironplate_domain::{AuditKind, Client, Email, MailTemplate};

use super::Recovery;
use crate::limits::{Attempt, Limit, LimitError};

impl Recovery {
    /// Enqueues a mail for whoever has this address. Nobody is looked up here: the worker that sends the mail does, and
    /// drops it when there is nobody. So an account can't be told from none, by words or by time. What is no address is
    /// nobody's.
    ///
    /// # Errors
    /// It was tried too often, from one place or for one address; or storage failed. Nothing is enqueued.
    pub async fn request(&self, email: Option<&Email>, client: &Client) -> Result<(), LimitError> {
        self.core.limiter.take_for_range(Limit::RecoveryPerAddress, client).await?;
        let Some(email) = email else { return Ok(()) };
        self.core.limiter.take_for_mailbox(email, Attempt::by(client)).await?;
        let message = self.core.mailer.message(MailTemplate::ResetPassword, email);
        let mut work = self.core.store.begin().await?;
        self.core.mailer.enqueue(&mut *work, &message).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::RecoveryRequested, client)).await?;
        Ok(work.commit().await?)
    }
}
