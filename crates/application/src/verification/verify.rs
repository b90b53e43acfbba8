//! Follow a link that proves an address.

use ironplate_domain::{
    AuditKind, Client, Fact, MailTemplate, OneTimeToken, Password, TokenPurpose, TokenSecret, User, UserChanges,
};

use super::Verification;
use crate::{
    RegistrationMode,
    fault::{Class, Fault, Kind},
    limits::{Limit, LimitError},
    new_passwords::NewPasswordError,
    ports::{Constraint, StoreError, StoreResult, UnitOfWork},
    recovery::{ResetPassword, ResetPasswordError},
    unclaimed,
};

/// What the holder of the link has.
#[derive(Debug)]
pub struct VerifyEmail {
    /// The secret of the link.
    pub token: TokenSecret,
    /// The password to set, where the link asks for one.
    pub new_password: Option<Password>,
}

/// Why nothing is verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// No such token: never made, used, superseded, revoked or expired.
    #[error("Invalid token")]
    InvalidToken,
    /// The account is switched off. The token stays as it is.
    #[error("Inactive user")]
    Inactive,
    /// The link finishes a sign-up or an invitation. The token stays as it is.
    #[error("Choose a password to finish: send it as new_password")]
    PasswordRequired,
    /// Somebody else took the new address meanwhile.
    #[error("User with this email already exists")]
    EmailTaken,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
    /// The password is weak, or could not be hashed. The token stays as it is.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl From<StoreError> for VerifyEmailError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

impl From<ResetPasswordError> for VerifyEmailError {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::InvalidToken => Self::InvalidToken,
            ResetPasswordError::Inactive => Self::Inactive,
            ResetPasswordError::Store(error) => Self::Store(error),
            ResetPasswordError::Password(error) => Self::Password(error),
            ResetPasswordError::Limit(error) => Self::Limit(error),
        }
    }
}

impl Fault for VerifyEmailError {
    fn class(&self) -> Class {
        match self {
            Self::InvalidToken => Kind::Invalid.coded("invalid_token"),
            Self::Inactive => Kind::Invalid.coded("inactive_user"),
            Self::PasswordRequired => Kind::Invalid.coded("password_required"),
            Self::EmailTaken => Kind::Conflict.coded("email_taken"),
            Self::Store(error) => error.class(),
            Self::Password(error) => error.class(),
            Self::Limit(error) => error.class(),
        }
    }
}

const PURPOSES: &[TokenPurpose] =
    &[TokenPurpose::VerifyEmail, TokenPurpose::ConfirmEmail, TokenPurpose::SetPassword, TokenPurpose::FinishSignUp];

impl Verification {
    /// Uses up the token and counts the address that its link went to as verified. For a change of address that waited
    /// for it, the change takes place. Where a password is needed, `new_password` is set as a reset sets it.
    ///
    /// # Errors
    /// [`VerifyEmailError::InvalidToken`] for all but one of those who use a token at once.
    pub async fn verify(&self, command: VerifyEmail, client: &Client) -> Result<(), VerifyEmailError> {
        self.limiter.take_for_range(Limit::VerificationPerAddress, client).await?;
        let VerifyEmail { token: secret, new_password } = command;
        let digest = self.secrets.digest(&secret);
        let token = self.store.read().await?.one_time_tokens().find(digest, PURPOSES, self.clock.now()).await?;
        let event = self.recorder.event(AuditKind::EmailVerified, client);
        let Some(token) = token else {
            return self.recorder.refusal_of(event, Err(VerifyEmailError::InvalidToken)).await;
        };
        let event = event.on(token.user);
        if self.needs_password(&token).await? {
            let Some(new_password) = new_password else {
                return self.recorder.refusal_of(event, Err(VerifyEmailError::PasswordRequired)).await;
            };
            let command = ResetPassword { token: secret, new_password };
            // Records by itself how that ended.
            return Ok(self.recovery.set_password(command, &[token.purpose], client).await?);
        }
        let outcome = self.follow(token, client).await;
        self.recorder.refusal_of(event, outcome).await
    }

    async fn follow(&self, token: OneTimeToken, client: &Client) -> Result<(), VerifyEmailError> {
        let (digest, now) = (token.digest, self.clock.now());
        let mut work = self.store.begin().await?;
        let user = work.users().lock(token.user).await?.ok_or(VerifyEmailError::InvalidToken)?;
        if !user.is_active {
            return Err(VerifyEmailError::Inactive);
        }
        let token = work.one_time_tokens().consume(digest, &[token.purpose], now).await?;
        let token = token.ok_or(VerifyEmailError::InvalidToken)?;
        match token.purpose {
            TokenPurpose::ConfirmEmail => self.change_address(&mut *work, &user, token, client).await?,
            _ if token.email == user.email => {
                let verified = UserChanges { is_verified: Some(true), ..UserChanges::default() };
                work.users().update(user.id, &verified).await?;
            }
            _ => return Err(VerifyEmailError::InvalidToken),
        }
        work.audit().record(&self.recorder.event(AuditKind::EmailVerified, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(())
    }

    /// Whether whoever follows the link has to set a password, too: for an account that was signed up for, and, where
    /// addresses are verified first, for one that was made before that was so: somebody else may know its password.
    async fn needs_password(&self, token: &OneTimeToken) -> StoreResult<bool> {
        Ok(match token.purpose {
            TokenPurpose::SetPassword | TokenPurpose::FinishSignUp => true,
            TokenPurpose::VerifyEmail if self.mailer.policy.registration == RegistrationMode::VerifyFirst => {
                let user = self.store.read().await?.users().find(token.user).await?;
                user.is_some_and(|user| !user.is_verified)
            }
            _ => false,
        })
    }

    async fn change_address(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        token: OneTimeToken,
        client: &Client,
    ) -> Result<(), VerifyEmailError> {
        let notice = self.mailer.message(MailTemplate::AddressChanged, &user.email).about(user.id);
        let notice = notice.saying(Fact::NewAddress, token.email.as_str());
        let given_way = self.recorder.event(AuditKind::UnclaimedRemoved, client).by(user.id);
        unclaimed::give_way(work, &token.email, given_way).await?;
        let changes = UserChanges { email: Some(token.email), is_verified: Some(true), ..UserChanges::default() };
        work.users().update(user.id, &changes).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        Ok(self.mailer.enqueue(work, &notice).await?)
    }
}
