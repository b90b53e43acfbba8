//! See to it that there is a superuser: the operator's way in, without an actor.

use ironplate_domain::{AuditKind, Email, Password};

use super::{CreateUser, CreateUserError, Users, Welcome};
use crate::operator::Operator;

/// Who shall be superuser.
#[derive(Debug)]
pub struct EnsureSuperuser {
    /// Their address.
    pub email: Email,
    /// Their password, if the account has to be made.
    pub password: Password,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ensured {
    /// The account was made.
    Created,
    /// Somebody has that address already; nothing about them was changed.
    AlreadyThere,
}

impl Users {
    /// Makes an active, verified superuser unless the address has an account. Several servers may do this at once.
    ///
    /// For start-up and the command line only: it asks no permission. The event names the operator.
    ///
    /// # Errors
    /// The password is weak; storage or hashing failed.
    pub async fn ensure_superuser(&self, command: EnsureSuperuser, by: &Operator) -> Result<Ensured, CreateUserError> {
        let EnsureSuperuser { email, password } = command;
        // Only to spare the hash; the insert below decides.
        if self.core.store.read().await?.users().find_by_email(&email).await?.is_some() {
            return Ok(Ensured::AlreadyThere);
        }
        let command =
            CreateUser { password: Some(password), is_superuser: true, is_verified: true, ..CreateUser::new(email) };
        let event = by.does(self.core.recorder.event(AuditKind::UserCreated, &by.client));
        match self.insert(None, command, Welcome::Silence, event).await {
            Ok(_) => Ok(Ensured::Created),
            Err(CreateUserError::EmailTaken) => Ok(Ensured::AlreadyThere),
            Err(error) => Err(error),
        }
    }
}
