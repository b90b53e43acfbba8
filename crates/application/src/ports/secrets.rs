//! Values that nobody can guess.

use ironplate_domain::{RefreshSalt, TokenDigest, TokenSecret};
use uuid::Uuid;

/// Makes unguessable values. Injected, so that tests can foresee them.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Secrets: Send + Sync {
    /// A new identifier: `UUIDv7`, sorted by time, with 74 random bits.
    fn id(&self) -> Uuid;

    /// A new secret for a link, 256 random bits as URL-safe text, and what recognises it.
    fn token(&self) -> (TokenSecret, TokenDigest);

    /// 160 random bits, for what people type: the secret of an authenticator app, or a recovery code.
    fn bits(&self) -> [u8; 20];

    /// Random bytes to derive a [successor](Self::successor) with.
    fn salt(&self) -> RefreshSalt;

    /// The secret of the refresh token that takes the place of this one, always the same for the same salt. 256 bits;
    /// neither the token nor the salt alone tells anything about it.
    fn successor(&self, token: &TokenSecret, salt: RefreshSalt) -> TokenSecret;

    /// What recognises this secret, whoever made it: SHA-256 of its text.
    fn digest(&self, secret: &TokenSecret) -> TokenDigest;
}
