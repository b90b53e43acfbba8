//! One-time tokens: what a mailed link carries, and what is stored of it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::{Email, Timestamp, UserId};

/// What a token is good for. Each user has at most one token of each purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenPurpose {
    /// Set a new password in place of a forgotten one.
    ResetPassword,
    /// Set the first password of an account that an administrator made.
    SetPassword,
    /// Set the first password of an account that was signed up for.
    FinishSignUp,
    /// Prove that the account's address is one's own.
    VerifyEmail,
    /// Prove that a new address is one's own, and change to it.
    ConfirmEmail,
}

impl TokenPurpose {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::ResetPassword, Self::SetPassword, Self::FinishSignUp, Self::VerifyEmail, Self::ConfirmEmail];

    /// The name by which it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::SetPassword => "set_password",
            Self::FinishSignUp => "finish_sign_up",
            Self::VerifyEmail => "verify_email",
            Self::ConfirmEmail => "confirm_email",
        }
    }

    /// The purpose of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A token as stored: whoever reads it can't make the link of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeToken {
    /// Recognises the secret.
    pub digest: TokenDigest,
    /// Whose account it acts on. Deleting the user deletes the token.
    pub user: UserId,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// The address that the link went to, and whose ownership it proves.
    pub email: Email,
    /// When the mail was caused that carries it.
    pub created_at: Timestamp,
    /// From here on it is good for nothing.
    pub expires_at: Timestamp,
}

/// The secret of a link. Neither prints nor serialises.
#[derive(Clone)]
pub struct TokenSecret(SecretString);

impl TokenSecret {
    /// Wraps what was made, or what somebody sent as a token.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The clear text, for the link, the seal and the digest alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenSecret(…)")
    }
}

/// SHA-256 of a secret. A secret has 256 random bits, so no salt and no slow hash is needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub [u8; 32]);

impl fmt::Debug for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenDigest(…)")
    }
}

/// A secret encrypted for one message, so that a queue of unsent mail holds no usable link.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedToken(pub Vec<u8>);

impl fmt::Debug for SealedToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SealedToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_known_by_their_names() {
        for purpose in TokenPurpose::ALL {
            assert_eq!(TokenPurpose::from_name(purpose.name()), Some(purpose));
        }
        assert_eq!(TokenPurpose::from_name("log_in"), None);
    }

    #[test]
    fn no_token_is_printed() {
        let printed = format!("{:?} {:?}", TokenSecret::new("s3cret"), SealedToken(b"s3cret".to_vec()));
        assert!(!printed.contains("s3cret") && !printed.contains("115"), "{printed}");
    }
}
