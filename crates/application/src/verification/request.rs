//! Ask for the verification mail again.

use ironplate_domain::{Actor, AuditKind, Client, MailTemplate};

use super::Verification;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::StoreError,
};

/// What became of the wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// A mail is under way; older links are worthless.
    Enqueued,
    /// The address is verified; nothing was sent.
    AlreadyVerified,
}

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum RequestVerificationError {
    /// The operator switched mail off.
    #[error("Mail is switched off in the configuration")]
    MailOff,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RequestVerificationError:
    MailOff => Kind::Conflict.coded("mail_off").about_no_field(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl Verification {
    /// Enqueues a mail with a new link for the actor's own address.
    ///
    /// # Errors
    /// See [`RequestVerificationError`]; nothing is enqueued.
    pub async fn request(&self, actor: Actor, client: &Client) -> Result<Requested, RequestVerificationError> {
        if !self.core.policy.sends_mail {
            return Err(RequestVerificationError::MailOff);
        }
        self.core.limiter.take_for_user(Limit::VerificationPerAccount, actor.user, client).await?;
        let mut work = self.core.store.begin().await?;
        let user = work.users().lock(actor.user).await?;
        let Some(user) = user.filter(|user| !user.is_verified) else { return Ok(Requested::AlreadyVerified) };
        self.core.mailer.enqueue_link(&mut *work, MailTemplate::VerifyAddress, user.id, &user.email).await?;
        work.audit()
            .record(&self.core.recorder.event(AuditKind::VerificationRequested, client).by_and_on(user.id))
            .await?;
        work.commit().await?;
        Ok(Requested::Enqueued)
    }
}
