//! Passwords and their hashes: values that neither print nor serialise.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::text::{TextError, check_length};

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct PasswordError(#[from] pub TextError);

/// A password that may be set: 8 to 128 code points, otherwise as typed. Wiped from memory on drop.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The least number of code points.
    pub const MIN: usize = 8;
    /// The greatest number of code points.
    pub const MAX: usize = 128;

    /// Takes the password as it is: no trimming, no normalisation.
    ///
    /// # Errors
    /// [`PasswordError`] when the length is out of bounds.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        check_length(text, Self::MIN, Self::MAX)?;
        Ok(Self(text.into()))
    }

    /// The clear text, for the hasher and the judge of its strength alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}

/// What somebody typed as their password; may be anything. Wiped from memory on drop.
#[derive(Clone)]
pub struct PasswordAttempt(SecretString);

impl PasswordAttempt {
    /// Any text will do: a wrong one is found out by the hash.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The clear text, for the hasher alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<Password> for PasswordAttempt {
    fn from(password: Password) -> Self {
        Self(password.0)
    }
}

impl fmt::Debug for PasswordAttempt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordAttempt(…)")
    }
}

/// A stored hash, in PHC string or modular crypt form. Opaque here; the hasher reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps what a hasher made or storage held.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The hash, for the hasher and for storage alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_has_8_to_128_code_points() {
        assert_eq!(Password::parse("1234567").unwrap_err().0, TextError::TooShort { min: 8 });
        assert!(Password::parse("ÄÖÜäöü😀😀").is_ok());
        assert!(Password::parse(&"😀".repeat(128)).is_ok());
        assert_eq!(Password::parse(&"x".repeat(129)).unwrap_err().0, TextError::TooLong { max: 128 });
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!(
            "{:?} {:?} {:?}",
            Password::parse("hunter2hunter2").unwrap(),
            PasswordAttempt::new("hunter2hunter2"),
            PasswordHash::new("$argon2id$hunter2".to_owned()),
        );
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
