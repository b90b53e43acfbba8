//! Passwords on their way to being set: strong enough, then hashed.

use std::sync::Arc;

use ironplate_domain::{Email, FullName, Password, PasswordHash};

use crate::{
    core::Ports,
    fault::{Kind, faults},
    ports::{HashingError, ObviousWords, PasswordHasher, PasswordStrength, Weakness},
};

/// Why a password can't be set.
#[derive(Debug, thiserror::Error)]
pub enum NewPasswordError {
    /// It is easy to guess; what is weak about it is told.
    #[error("{weakness}")]
    Weak {
        /// The field that it was sent in.
        field: &'static str,
        /// What is weak about it.
        weakness: Weakness,
    },
    /// It could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

faults! { NewPasswordError:
    Weak { field, .. } => Kind::InvalidField(field).coded("weak_password").about(&["new_password", "password"]),
    Hashing(error) => error.class(),
}

/// The one way from a password to a hash that is stored, so that none gets by its strength.
#[derive(Clone)]
pub(crate) struct NewPasswords {
    strength: Arc<dyn PasswordStrength>,
    hasher: Arc<dyn PasswordHasher>,
}

/// Whose password it will be.
pub(crate) struct PasswordOwner<'a> {
    pub(crate) email: &'a Email,
    pub(crate) full_name: Option<&'a FullName>,
}

impl NewPasswords {
    pub(crate) fn new(ports: &Ports) -> Self {
        Self { strength: ports.strength.clone(), hasher: ports.hasher.clone() }
    }

    /// Hashes a password that was sent in this field.
    pub(crate) async fn hash(
        &self,
        field: &'static str,
        password: Password,
        owner: PasswordOwner<'_>,
    ) -> Result<PasswordHash, NewPasswordError> {
        let mut obvious = vec![owner.email.as_str().to_owned()];
        obvious.extend(owner.full_name.map(|name| name.as_str().to_owned()));
        if let Some(weakness) = self.strength.weakness(&password, &ObviousWords(obvious)).await {
            return Err(NewPasswordError::Weak { field, weakness });
        }
        Ok(self.hasher.hash(password).await?)
    }
}
