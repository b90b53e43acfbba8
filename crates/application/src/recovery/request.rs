//! Ask for a link to reset a password.

use ironplate_domain::{Email, MailTemplate};

use super::Recovery;
use crate::ports::StoreError;

impl Recovery {
    /// Enqueues a mail for whoever has this address. Nobody is looked up here: the worker that sends the mail does, and
    /// drops it when there is nobody. So an account can't be told from none, by words or by time.
    ///
    /// # Errors
    /// Storage failed; nothing is enqueued.
    pub async fn request(&self, email: &Email) -> Result<(), StoreError> {
        let message = self.mailer.message(MailTemplate::ResetPassword, email);
        let mut work = self.store.begin().await?;
        self.mailer.enqueue(&mut *work, &message).await?;
        work.commit().await
    }
}
