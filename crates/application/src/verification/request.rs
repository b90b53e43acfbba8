//! Ask for the verification mail again.

use ironplate_domain::{Actor, MailTemplate};

use super::Verification;
use crate::{
    fault::{Fault, Kind},
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
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for RequestVerificationError {
    fn kind(&self) -> Kind {
        match self {
            Self::MailOff => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::MailOff => "mail_off",
            Self::Store(error) => error.code(),
        }
    }
}

impl Verification {
    /// Enqueues a mail with a new link for the actor's own address.
    ///
    /// # Errors
    /// See [`RequestVerificationError`]; nothing is enqueued.
    pub async fn request(&self, actor: Actor) -> Result<Requested, RequestVerificationError> {
        if !self.mailer.policy.sends_mail {
            return Err(RequestVerificationError::MailOff);
        }
        let mut work = self.store.begin().await?;
        let user = work.users().lock(actor.user).await?;
        let Some(user) = user.filter(|user| !user.is_verified) else { return Ok(Requested::AlreadyVerified) };
        self.mailer.enqueue_link(&mut *work, MailTemplate::VerifyAddress, user.id, &user.email).await?;
        work.commit().await?;
        Ok(Requested::Enqueued)
    }
}
