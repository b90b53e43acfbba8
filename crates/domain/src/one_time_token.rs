//! One-time tokens: what a mailed link carries, and what is stored of it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::{Email, Timestamp, UserId, named_enum};

named_enum! {
    /// What a token is good for. Each user has at most one token of each purpose.
    pub enum TokenPurpose {
        /// Set a new password in place of a forgotten one.
        ResetPassword = "reset_password",
        /// Set the first password of an account that an administrator made.
        SetPassword = "set_password",
        /// Set the first password of an account that was signed up for.
        FinishSignUp = "finish_sign_up",
        /// Prove that the account's address is one's own.
        VerifyEmail = "verify_email",
        /// Prove that a new address is one's own, and change to it.
        ConfirmEmail = "confirm_email",
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
    fn no_token_is_printed() {
        let printed = format!("{:?} {:?}", TokenSecret::new("s3cret"), SealedToken(b"s3cret".to_vec()));
        assert!(!printed.contains("s3cret") && !printed.contains("115"), "{printed}");
    }
}
