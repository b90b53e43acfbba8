//! Encryption of the secrets of authenticator apps.

use ironplate_domain::{AuthenticatorAppId, KeyId, SealedSecret, TotpSecret};

use super::Unsealable;

/// Encrypts what an app makes its codes of for as long as it is stored: it can't be digested, as it has to be known to check a code.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SecretSealer: Send + Sync {
    /// Names the key that seals. What another one sealed still opens while that is a previous key, and should be sealed anew.
    fn key(&self) -> KeyId;

    /// Encrypts and authenticates, for this app alone: moved to another one it can't be opened.
    fn seal(&self, app: AuthenticatorAppId, secret: &TotpSecret) -> SealedSecret;

    /// Decrypts what [`seal`](Self::seal) made, also with a previous key.
    ///
    /// # Errors
    /// [`Unsealable`]: no key fits, or it was sealed for another app.
    fn open(&self, app: AuthenticatorAppId, sealed: &SealedSecret) -> Result<TotpSecret, Unsealable>;
}
