//! An authenticator app: a program of somebody's that shows one-time codes.

use std::{fmt, time::Duration};

use crate::{Step, StoredText, TextError, Timestamp, UserId, bounded_text, id, shows_nothing, steers};

id! {
    /// Names an [`AuthenticatorApp`].
    AuthenticatorAppId
}
bounded_text! {
    /// What somebody calls their app or their passkey, 1 to 50 code points: one line in which something can be seen.
    FactorName, 1..=50, check_name
}

/// A program that somebody has on a phone, or elsewhere, and that shares a secret with us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorApp {
    /// Identity, never reused.
    pub id: AuthenticatorAppId,
    /// Whose it is. Deleting the user deletes the app.
    pub user: UserId,
    /// What they call it.
    pub name: FactorName,
    /// What its codes are made of.
    pub sealed_secret: SealedSecret,
    /// When its secret was told.
    pub created_at: Timestamp,
    /// When its first code was shown; `None` while that is waited for, and the app counts for nothing.
    pub confirmed_at: Option<Timestamp>,
    /// That of the last code that was taken. None of this step or an earlier one is taken again.
    pub last_step: Step,
    /// When that was.
    pub last_used_at: Option<Timestamp>,
}

impl AuthenticatorApp {
    /// So many a user has at the most.
    pub const MOST: usize = 5;

    /// So long one waits for its first code.
    pub const WAITS: Duration = Duration::from_mins(15);

    /// Its first code was shown, so its codes are asked for.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// A secret encrypted for one app, so that whoever reads the database can make no codes.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Which key did it.
    pub key: KeyId,
    /// The secret, encrypted.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SealedSecret({}, …)", self.key.0)
    }
}

/// Names a key, and tells nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub String);

impl StoredText for KeyId {
    fn as_stored(&self) -> &str {
        &self.0
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

fn check_name(name: &str) -> Result<(), TextError> {
    if shows_nothing(name) {
        return Err(TextError::Blank);
    }
    if name.contains(steers) { Err(TextError::Steering) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_line_in_which_something_can_be_seen() {
        assert!(FactorName::parse("Ann’s phone 📱").is_ok());
        assert_eq!(FactorName::parse(" \u{200b}"), Err(TextError::Blank));
        assert_eq!(FactorName::parse("phone\nhome"), Err(TextError::Steering));
    }

    #[test]
    fn no_secret_is_printed() {
        let sealed = SealedSecret { key: KeyId("k1".to_owned()), bytes: b"s3cret".to_vec() };
        assert_eq!(format!("{sealed:?}"), "SealedSecret(k1, …)");
    }
}
