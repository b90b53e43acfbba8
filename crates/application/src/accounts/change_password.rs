//! Change one's own password, knowing the current one.

use ironplate_domain::{MailTemplate, Password, PasswordAttempt, SessionId, User};

use super::Accounts;
use crate::{
    fault::{Fault, Kind},
    ports::{HashingError, StoreError, Verdict},
};

/// What the user wants.
#[derive(Debug)]
pub struct ChangePassword {
    /// What they say their password is.
    pub current: Password,
    /// What it shall be.
    pub new: Password,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another one.
    #[error("Incorrect password")]
    Incorrect,
    /// The new password is the current one.
    #[error("New password cannot be the same as the current one")]
    Unchanged,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl Fault for ChangePasswordError {
    fn kind(&self) -> Kind {
        match self {
            Self::Incorrect | Self::Unchanged => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Incorrect => "incorrect_password",
            Self::Unchanged => "password_unchanged",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

impl Accounts {
    /// Sets a new password, ends all sessions of the user but this one and all their mailed links, and tells them.
    ///
    /// # Errors
    /// [`ChangePasswordError::Incorrect`] also when the password was changed by somebody else meanwhile.
    pub async fn change_password(
        &self,
        user: &User,
        session: SessionId,
        command: ChangePassword,
    ) -> Result<(), ChangePasswordError> {
        let ChangePassword { current, new } = command;
        let unchanged = current.expose() == new.expose();
        let attempt = PasswordAttempt::from(current);
        if self.hasher.verify(attempt, user.password_hash.clone()).await? == Verdict::Mismatch {
            return Err(ChangePasswordError::Incorrect);
        }
        if unchanged {
            return Err(ChangePasswordError::Unchanged);
        }
        let Some(current) = &user.password_hash else { return Err(ChangePasswordError::Incorrect) };
        let next = self.hasher.hash(new).await?;

        let mut work = self.store.begin().await?;
        if !work.users().replace_password_hash(user.id, current, &next).await? {
            return Err(ChangePasswordError::Incorrect);
        }
        work.sessions().revoke_all_for(user.id, Some(session), self.clock.now()).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        let notice = self.mailer.message(MailTemplate::PasswordChanged, &user.email);
        self.mailer.enqueue(&mut *work, &notice).await?;
        work.commit().await?;
        Ok(())
    }
}
