//! Set a password by a mailed link.

use ironplate_domain::{MailTemplate, Password, TokenPurpose, TokenSecret, UserChanges};

use super::Recovery;
use crate::{
    fault::{Fault, Kind},
    ports::{HashingError, StoreError},
};

/// What the holder of the link wants.
#[derive(Debug)]
pub struct ResetPassword {
    /// The secret of the link.
    pub token: TokenSecret,
    /// What the password shall be.
    pub new_password: Password,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// No such token: never made, used, superseded, revoked or expired.
    #[error("Invalid token")]
    InvalidToken,
    /// The account is switched off. The token stays as it is.
    #[error("Inactive user")]
    Inactive,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl Fault for ResetPasswordError {
    fn kind(&self) -> Kind {
        match self {
            Self::InvalidToken | Self::Inactive => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Hashing(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidToken => "invalid_token",
            Self::Inactive => "inactive_user",
            Self::Store(error) => error.code(),
            Self::Hashing(error) => error.code(),
        }
    }
}

const PURPOSES: &[TokenPurpose] = &[TokenPurpose::ResetPassword, TokenPurpose::SetPassword, TokenPurpose::FinishSignUp];

impl Recovery {
    /// Uses up the token, sets the password, and counts the address as verified, for the link went there. All sessions
    /// and all other links of the user end, and the user is told.
    ///
    /// # Errors
    /// [`ResetPasswordError::InvalidToken`] for all but one of those who use a token at once.
    pub async fn reset_password(&self, command: ResetPassword) -> Result<(), ResetPasswordError> {
        self.set_password(command, PURPOSES).await
    }

    /// The same by a token of one of these purposes.
    pub(crate) async fn set_password(
        &self,
        command: ResetPassword,
        purposes: &[TokenPurpose],
    ) -> Result<(), ResetPasswordError> {
        let ResetPassword { token, new_password } = command;
        let digest = self.secrets.digest(&token);
        // Only to spare the hash; what counts is asked again below.
        let mut seen = self.store.read().await?;
        let token = seen.one_time_tokens().find(digest, purposes, self.clock.now()).await?;
        let token = token.ok_or(ResetPasswordError::InvalidToken)?;
        if seen.users().find(token.user).await?.is_some_and(|user| !user.is_active) {
            return Err(ResetPasswordError::Inactive);
        }
        drop(seen);
        let password_hash = self.hasher.hash(new_password).await?;

        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        let user = work.users().lock(token.user).await?.ok_or(ResetPasswordError::InvalidToken)?;
        if !user.is_active {
            return Err(ResetPasswordError::Inactive);
        }
        let token = work.one_time_tokens().consume(digest, purposes, now).await?;
        let token = token.ok_or(ResetPasswordError::InvalidToken)?;
        let proved = (token.email == user.email).then_some(true);
        let changes = UserChanges { password_hash: Some(password_hash), is_verified: proved, ..UserChanges::default() };
        work.users().update(user.id, &changes).await?;
        work.sessions().revoke_all_for(user.id, None, now).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        if user.password_hash.is_some() {
            let notice = self.mailer.message(MailTemplate::PasswordChanged, &user.email);
            self.mailer.enqueue(&mut *work, &notice).await?;
        }
        work.commit().await?;
        Ok(())
    }
}
