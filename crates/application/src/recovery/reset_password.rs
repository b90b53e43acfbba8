//! Set a password by a mailed link.

use ironplate_domain::{
    AuditKind, Client, KnownClient, MailTemplate, Password, TokenPurpose, TokenSecret, UserChanges,
};

use super::Recovery;
use crate::{
    fault::{Kind, faults, logged},
    limits::{Limit, LimitError},
    new_passwords::{NewPasswordError, PasswordOwner},
    ports::StoreError,
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
    /// The password is weak, or could not be hashed. The token stays as it is.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

faults! { ResetPasswordError:
    InvalidToken => Kind::Invalid.coded("invalid_token").about_no_field(),
    Inactive => Kind::Invalid.coded("inactive_user").about_no_field(),
    Store(error) => error.class(),
    Password(error) => error.class(),
    Limit(error) => error.class(),
}

const PURPOSES: &[TokenPurpose] = &[TokenPurpose::ResetPassword, TokenPurpose::SetPassword, TokenPurpose::FinishSignUp];

impl Recovery {
    /// Uses up the token, sets the password, and counts the address as verified, for the link went there. All sessions
    /// and all other links of the user end, and the user is told. Second factors stay, but for those of an account whose address
    /// was nobody's until then.
    ///
    /// # Errors
    /// [`ResetPasswordError::InvalidToken`] for all but one of those who use a token at once.
    pub async fn reset_password(&self, command: ResetPassword, client: &Client) -> Result<(), ResetPasswordError> {
        self.core.limiter.take_for_range(Limit::ResetPerAddress, client).await?;
        self.set_password(command, PURPOSES, client).await
    }

    /// The same by a token of one of these purposes.
    pub(crate) async fn set_password(
        &self,
        command: ResetPassword,
        purposes: &[TokenPurpose],
        client: &Client,
    ) -> Result<(), ResetPasswordError> {
        let outcome = self.try_set_password(command, purposes, client).await;
        self.core.recorder.refusal_of(self.core.recorder.event(AuditKind::PasswordReset, client), outcome).await
    }

    async fn try_set_password(
        &self,
        command: ResetPassword,
        purposes: &[TokenPurpose],
        client: &Client,
    ) -> Result<(), ResetPasswordError> {
        let ResetPassword { token, new_password } = command;
        let digest = self.core.secrets.digest(&token);
        // Only to spare the hash; what counts is asked again below.
        let mut seen = self.core.store.read().await?;
        let token = seen.one_time_tokens().find(digest, purposes, self.core.clock.now()).await?;
        let token = token.ok_or(ResetPasswordError::InvalidToken)?;
        let holder = seen.users().find(token.user).await?.ok_or(ResetPasswordError::InvalidToken)?;
        drop(seen);
        if !holder.is_active {
            return Err(ResetPasswordError::Inactive);
        }
        let owner = PasswordOwner { email: &token.email, full_name: holder.full_name.as_ref() };
        let password_hash = self.core.passwords.hash("new_password", new_password, owner).await?;

        let now = self.core.clock.now();
        let mut work = self.core.store.begin().await?;
        let user = work.users().lock(token.user).await?.ok_or(ResetPasswordError::InvalidToken)?;
        if !user.is_active {
            return Err(ResetPasswordError::Inactive);
        }
        let token = work.one_time_tokens().consume(digest, purposes, now).await?;
        let token = token.ok_or(ResetPasswordError::InvalidToken)?;
        let proved = (token.email == user.email).then_some(true);
        let changes = UserChanges { password_hash: Some(password_hash), is_verified: proved, ..UserChanges::default() };
        work.users().update(user.id, &changes).await?;
        self.core.log_out_everywhere(&mut *work, user.id, None).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        if proved.is_some() && !user.is_verified {
            // Whoever added them may never have had the mailbox, and would get in by them whatever the password is.
            let forgotten = self.core.recorder.event(AuditKind::SecondFactorsReset, client).by_and_on(user.id);
            self.core.forget_second_factors(&mut *work, &user, Some(&user), &forgotten).await?;
        }
        if user.password_hash.is_some() {
            let notice = self.core.mailer.message(MailTemplate::PasswordChanged, &user.email).about(user.id);
            self.core.mailer.enqueue(&mut *work, &notice).await?;
        }
        // Whoever reads the mailbox is the owner: attempts of others don't count against them here.
        work.known_clients().remember(user.id, &KnownClient::of(client, now)).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::PasswordReset, client).by_and_on(user.id)).await?;
        work.commit().await?;
        if let Err(error) = self.core.limiter.refill(Limit::LogInPerAccount, user.email.canonical()).await {
            // The password is set; what is left comes back by itself.
            tracing::warn!(error = logged(&error), "the log-ins of an account stay limited");
        }
        Ok(())
    }
}
