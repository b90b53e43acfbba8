//! Follow a link that proves an address.

use ironplate_domain::{
    Actor, AuditKind, Client, Fact, MailTemplate, OneTimeToken, Password, TokenPurpose, TokenSecret, User, UserChanges,
};

use super::Verification;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    new_passwords::NewPasswordError,
    ports::{Constraint, StoreError, UnitOfWork},
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
    /// The link finishes a sign-up or an invitation, or was followed outside of a session of its account. The token stays
    /// as it is.
    #[error("Choose a password to finish: send it as new_password")]
    PasswordRequired,
    /// The link changes the address of an account, and was followed outside of a session of it. The token stays as it is.
    #[error("Log in to the account whose address this is to be, and follow the link again")]
    SessionRequired,
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

faults! { VerifyEmailError:
    InvalidToken => Kind::Invalid.coded("invalid_token").about_no_field(),
    Inactive => Kind::Invalid.coded("inactive_user").about_no_field(),
    PasswordRequired => Kind::Invalid.coded("password_required").about(&["password"]),
    SessionRequired => Kind::Invalid.coded("session_required").about_no_field(),
    EmailTaken => Kind::Conflict.coded("email_taken").about(&["email"]),
    Store(error) => error.class(),
    Password(error) => error.class(),
    Limit(error) => error.class(),
}

const PURPOSES: &[TokenPurpose] =
    &[TokenPurpose::VerifyEmail, TokenPurpose::ConfirmEmail, TokenPurpose::SetPassword, TokenPurpose::FinishSignUp];

impl Verification {
    /// Uses up the token and counts the address that its link went to as verified. For a change of address that waited
    /// for it, the change takes place.
    ///
    /// A link proves an address, and that alone: whoever follows it may have been given the account by a stranger, who knows
    /// its password and has sessions in it. So it is followed inside a session of its account, which `by` acts by; or a
    /// `new_password` is set with it, as a reset sets it. A change of address is confirmed inside a session alone, for the
    /// account is not that of whoever has the new address, should it be mistyped.
    ///
    /// # Errors
    /// [`VerifyEmailError::InvalidToken`] for all but one of those who use a token at once.
    pub async fn verify(
        &self,
        command: VerifyEmail,
        by: Option<Actor>,
        client: &Client,
    ) -> Result<(), VerifyEmailError> {
        self.core.limiter.take_for_range(Limit::VerificationPerAddress, client).await?;
        let VerifyEmail { token: secret, new_password } = command;
        let digest = self.core.secrets.digest(&secret);
        let token =
            self.core.store.read().await?.one_time_tokens().find(digest, PURPOSES, self.core.clock.now()).await?;
        let event = self.core.recorder.event(AuditKind::EmailVerified, client);
        let Some(token) = token else {
            return self.core.recorder.refusal_of(event, Err(VerifyEmailError::InvalidToken)).await;
        };
        let event = event.on(token.user);
        let owner = by.filter(|by| by.user == token.user);
        let outcome = match (token.purpose, owner, new_password) {
            (TokenPurpose::ConfirmEmail, Some(owner), _) | (TokenPurpose::VerifyEmail, Some(owner), None) => {
                self.follow(token, owner, client).await
            }
            (TokenPurpose::ConfirmEmail, None, _) => Err(VerifyEmailError::SessionRequired),
            (_, _, None) => Err(VerifyEmailError::PasswordRequired),
            (purpose, _, Some(new_password)) => {
                let command = ResetPassword { token: secret, new_password };
                // Records by itself how that ended.
                return Ok(self.recovery.set_password(command, &[purpose], client).await?);
            }
        };
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn follow(&self, token: OneTimeToken, owner: Actor, client: &Client) -> Result<(), VerifyEmailError> {
        let (digest, now) = (token.digest, self.core.clock.now());
        let mut work = self.core.store.begin().await?;
        let user = work.users().lock(token.user).await?.ok_or(VerifyEmailError::InvalidToken)?;
        if !user.is_active {
            return Err(VerifyEmailError::Inactive);
        }
        if !self.core.is_still_there(&mut *work, owner).await? {
            return Err(VerifyEmailError::SessionRequired);
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
        work.audit().record(&self.core.recorder.event(AuditKind::EmailVerified, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(())
    }

    async fn change_address(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        token: OneTimeToken,
        client: &Client,
    ) -> Result<(), VerifyEmailError> {
        let notice = self.core.mailer.message(MailTemplate::AddressChanged, &user.email).about(user.id);
        let notice = notice.saying(Fact::NewAddress, token.email.as_str());
        let given_way = self.core.recorder.event(AuditKind::UnclaimedRemoved, client).by(user.id);
        unclaimed::give_way(work, &token.email, given_way).await?;
        let changes = UserChanges { email: Some(token.email), is_verified: Some(true), ..UserChanges::default() };
        work.users().update(user.id, &changes).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        Ok(self.core.mailer.enqueue(work, &notice).await?)
    }
}
