//! Ask for the verification mail again.

use ironplate_domain::{Actor, MailTemplate};

use super::Verification;
use crate::ports::StoreError;

/// What became of the wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// A mail is under way; older links are worthless.
    Enqueued,
    /// The address is verified; nothing was sent.
    AlreadyVerified,
}

impl Verification {
    /// Enqueues a mail with a new link for the actor's own address.
    ///
    /// # Errors
    /// Storage failed; nothing is enqueued.
    pub async fn request(&self, actor: Actor) -> Result<Requested, StoreError> {
        let mut work = self.store.begin().await?;
        let user = work.users().lock(actor.user).await?;
        let Some(user) = user.filter(|user| !user.is_verified) else { return Ok(Requested::AlreadyVerified) };
        self.mailer.enqueue_link(&mut *work, MailTemplate::VerifyAddress, user.id, &user.email).await?;
        work.commit().await?;
        Ok(Requested::Enqueued)
    }
}
