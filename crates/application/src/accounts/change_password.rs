//! Change one's own password, knowing the current one.

use ironplate_domain::{AuditKind, Client, MailTemplate, Password, PasswordAttempt, SessionId, User};

use super::Accounts;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    new_passwords::{NewPasswordError, PasswordOwner},
    ports::{HashingError, StoreError, Verdict},
};

/// What the user wants.
#[derive(Debug)]
pub struct ChangePassword {
    /// What they say their password is.
    pub current: PasswordAttempt,
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
    /// The session was ended meanwhile.
    #[error("Could not validate credentials")]
    SessionOver,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new password is weak, or could not be hashed.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
    /// The current password could not be checked.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

faults! { ChangePasswordError:
    Incorrect => Kind::Invalid.coded("incorrect_password").about(&["current_password", "password"]),
    Unchanged => Kind::Invalid.coded("password_unchanged").about(&["new_password", "password"]),
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    Store(error) => error.class(),
    Password(error) => error.class(),
    Hashing(error) => error.class(),
    Limit(error) => error.class(),
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
        client: &Client,
    ) -> Result<(), ChangePasswordError> {
        self.core.limiter.take_for_user(Limit::PasswordChangePerAccount, user.id, client).await?;
        let outcome = self.try_change_password(user, session, command, client).await;
        let event = self.core.recorder.event(AuditKind::PasswordChanged, client).by_and_on(user.id);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_change_password(
        &self,
        user: &User,
        session: SessionId,
        command: ChangePassword,
        client: &Client,
    ) -> Result<(), ChangePasswordError> {
        let ChangePassword { current, new } = command;
        let unchanged = current.expose() == new.expose();
        if self.core.hasher.verify(current, user.password_hash.clone(), client.range()).await? == Verdict::Mismatch {
            return Err(ChangePasswordError::Incorrect);
        }
        if unchanged {
            return Err(ChangePasswordError::Unchanged);
        }
        let Some(current) = &user.password_hash else { return Err(ChangePasswordError::Incorrect) };
        let owner = PasswordOwner { email: &user.email, full_name: user.full_name.as_ref() };
        let next = self.core.passwords.hash("new_password", new, owner).await?;

        let mut work = self.core.store.begin().await?;
        work.users().lock(user.id).await?;
        if !self.core.is_still_there(&mut *work, user.actor().by(session)).await? {
            return Err(ChangePasswordError::SessionOver);
        }
        if !work.users().replace_password_hash(user.id, current, &next).await? {
            return Err(ChangePasswordError::Incorrect);
        }
        self.core.log_out_everywhere(&mut *work, user.id, Some(session)).await?;
        work.one_time_tokens().revoke_all_for(user.id).await?;
        let notice = self.core.mailer.message(MailTemplate::PasswordChanged, &user.email).about(user.id);
        self.core.mailer.enqueue(&mut *work, &notice).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::PasswordChanged, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(())
    }
}
