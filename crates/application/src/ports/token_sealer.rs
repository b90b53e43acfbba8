//! Encryption of what waits in the outbox.

use ironplate_domain::{MessageId, SealedToken, TokenSecret};

/// What none of the keys opens, or what was sealed for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was encrypted with a key that is not known any more")]
pub struct Unsealable;

/// Encrypts the secret of a link while its message waits, so that whoever reads the database can't use it.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait TokenSealer: Send + Sync {
    /// Encrypts and authenticates, for this message alone: moved to another one it can't be opened.
    fn seal(&self, message: MessageId, secret: &TokenSecret) -> SealedToken;

    /// Decrypts what [`seal`](Self::seal) made, also with a previous key.
    ///
    /// # Errors
    /// [`Unsealable`]: no key fits, or it was sealed for another message.
    fn open(&self, message: MessageId, sealed: &SealedToken) -> Result<TokenSecret, Unsealable>;
}
