//! Passwords and their hashes: values that neither print nor serialise.

use std::fmt;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use unicode_normalization::UnicodeNormalization;

use crate::text::{TextError, check_length};

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct PasswordError(#[from] pub TextError);

/// The one spelling of a password, whatever keyboard or system it was typed on: composed (NFC), and with U+0020 for every
/// other space. That is what RFC 8265 calls `OpaqueString`, and what NIST SP 800-63B-4 asks for.
fn spelled(typed: &str) -> SecretString {
    // No code point grows beyond three times its bytes, so no copy is left behind by growing.
    let mut spelled = Zeroizing::new(String::with_capacity(3 * typed.len()));
    spelled.extend(typed.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc());
    spelled.as_str().into()
}

/// The general category Zs.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// A password that may be set: 8 to 128 code points in its one spelling. Wiped from memory on drop.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The least number of code points.
    pub const MIN: usize = 8;
    /// The greatest number of code points.
    pub const MAX: usize = 128;

    /// Takes the password in its one spelling, untrimmed: a letter and its accent typed apart are one letter.
    ///
    /// # Errors
    /// [`PasswordError`] when the length of that is out of bounds.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let password = spelled(text);
        check_length(password.expose_secret(), Self::MIN, Self::MAX)?;
        Ok(Self(password))
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
pub struct PasswordAttempt {
    typed: SecretString,
    spelled: SecretString,
}

impl PasswordAttempt {
    /// Any text will do: a wrong one is found out by the hash.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { typed: text.into(), spelled: spelled(text) }
    }

    /// The texts that may be the password, for the hasher alone: as typed, for hashes of other systems, and, where that
    /// is another text, as passwords are spelled here.
    pub fn candidates(&self) -> impl Iterator<Item = &str> {
        let (typed, spelled) = (self.typed.expose_secret(), self.spelled.expose_secret());
        [typed, spelled].into_iter().take(if typed == spelled { 1 } else { 2 })
    }

    /// As passwords are spelled here, for the hasher alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.spelled.expose_secret()
    }
}

impl From<Password> for PasswordAttempt {
    fn from(Password(spelled): Password) -> Self {
        Self { typed: spelled.clone(), spelled }
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

/// What a stored hash says of how it was made: all of it but for salt and output. No secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordRecipe(pub String);

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
    fn a_password_is_the_same_on_every_keyboard() {
        for (one, other) in [
            ("pa\u{df}w\u{f6}rter", "pa\u{df}wo\u{308}rter"),
            ("\u{ac01}\u{ac02} sesame", "\u{1100}\u{1161}\u{11a8}\u{1100}\u{1161}\u{11a9} sesame"),
            ("open sesame", "open\u{a0}sesame"),
            ("open sesame", "open\u{3000}sesame"),
            ("\u{c5}ngstr\u{f6}m unit", "\u{212b}ngstro\u{308}m\u{2000}unit"),
        ] {
            assert_eq!(Password::parse(one).unwrap().expose(), Password::parse(other).unwrap().expose(), "{one}");
            assert_eq!(PasswordAttempt::new(other).candidates().collect::<Vec<_>>(), [other, one]);
            assert_eq!(PasswordAttempt::new(one).candidates().collect::<Vec<_>>(), [one]);
        }
        for (one, other) in
            [("open sesame", "Open sesame"), ("\u{fb01}nd a way", "find a way"), ("open  sesame", "open sesame")]
        {
            assert_ne!(Password::parse(one).unwrap().expose(), Password::parse(other).unwrap().expose(), "{one}");
        }
    }

    #[test]
    fn a_letter_with_its_accent_counts_once() {
        let apart = |count| "o\u{308}".repeat(count);
        assert_eq!(Password::parse(&apart(7)).unwrap_err().0, TextError::TooShort { min: 8 });
        assert!(Password::parse(&apart(128)).is_ok());
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
