//! Prove once more that it is the owner who sits there, before something that can't be undone.

use ironplate_domain::{AuditKind, Client, PasswordAttempt, User};

use super::Accounts;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{HashingError, Verdict},
};

/// Why it is not proved.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmPasswordError {
    /// The password is another one.
    #[error("Incorrect password")]
    Incorrect,
    /// The password could not be checked.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

faults! { ConfirmPasswordError:
    Incorrect => Kind::Invalid.coded("incorrect_password").about(&["current_password", "password"]),
    Hashing(error) => error.class(),
    Limit(error) => error.class(),
}

impl Accounts {
    /// Compares the password of the user, before they do something of this kind: a wrong one is recorded as a failure to. Tries
    /// cost the same permits as those to change it.
    ///
    /// # Errors
    /// See [`ConfirmPasswordError`].
    pub async fn confirm_password(
        &self,
        user: &User,
        password: PasswordAttempt,
        before: AuditKind,
        client: &Client,
    ) -> Result<(), ConfirmPasswordError> {
        self.core.limiter.take_for_user(Limit::PasswordChangePerAccount, user.id, client).await?;
        let outcome = match self.core.hasher.verify(password, user.password_hash.clone()).await? {
            Verdict::Mismatch => Err(ConfirmPasswordError::Incorrect),
            _ => Ok(()),
        };
        self.core.recorder.refusal_of(self.core.recorder.event(before, client).by_and_on(user.id), outcome).await
    }
}
