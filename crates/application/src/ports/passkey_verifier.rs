//! Checks of what authenticators say and sign.

use ironplate_domain::{CoseKey, CredentialId, TokenSecret};
use uuid::Uuid;

/// For whom passkeys sign: this product, at these addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// A domain. A passkey is of it for good: under another one, none of them is found any more.
    pub id: String,
    /// What people read when a browser asks them.
    pub name: String,
    /// Where pages may be that ask for a passkey, as `https://app.example.com`.
    pub origins: Vec<String>,
}

/// Whether the authenticator must have seen who uses it: by a finger, a face or a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserVerification {
    /// The passkey is all that is shown.
    Required,
    /// Something else is shown as well, such as a password.
    Preferred,
}

/// A ceremony that was begun (WebAuthn Level 3, section 4): what an answer of an authenticator is held against.
#[derive(Debug, Clone, Copy)]
pub struct Ceremony<'a> {
    /// Whom it signed for.
    pub party: &'a RelyingParty,
    /// What it was to sign.
    pub challenge: &'a TokenSecret,
    /// Whether it must have seen who uses it.
    pub user: UserVerification,
}

/// What a browser answers when a passkey was made, not looked at yet.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What the browser says of the request: JSON.
    pub client_data: Vec<u8>,
    /// What the authenticator says: CBOR.
    pub attestation_object: Vec<u8>,
}

/// What a browser answers when a passkey signed, not looked at yet.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Which passkey.
    pub credential: CredentialId,
    /// What the browser says of the request: JSON.
    pub client_data: Vec<u8>,
    /// What the authenticator says: bytes of its own.
    pub authenticator_data: Vec<u8>,
    /// Of both.
    pub signature: Vec<u8>,
    /// Whose passkey it is, as the authenticator was told when it was made.
    pub user_handle: Option<Vec<u8>>,
}

/// A passkey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// How the authenticator names it.
    pub credential: CredentialId,
    /// What its signatures are checked with.
    pub key: CoseKey,
    /// How often it signed.
    pub sign_count: u32,
    /// Of which make it is.
    pub aaguid: Uuid,
    /// Whether copies of it are kept elsewhere.
    pub is_backed_up: bool,
    /// Whether its authenticator saw who uses it.
    pub verifies_user: bool,
}

/// A passkey that signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asserted {
    /// How often it signed, this time among them.
    pub sign_count: u32,
    /// Whether copies of it are kept elsewhere by now.
    pub is_backed_up: bool,
}

/// Why an answer of an authenticator is worth nothing. For the log: whoever sent it is told that it did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Nothing that a browser sends, or too much of it.
    #[error("it can't be read")]
    Malformed,
    /// Made for something else: registering is no log-in.
    #[error("it was made for something else")]
    Purpose,
    /// Not what was asked.
    #[error("it answers another challenge")]
    Challenge,
    /// The page that asked is elsewhere, or is shown within one that is.
    #[error("a page elsewhere asked for it")]
    Origin,
    /// It is for another product.
    #[error("it is of another relying party")]
    RelyingParty,
    /// Nobody touched it.
    #[error("nobody was there")]
    UserAbsent,
    /// It did not see who uses it.
    #[error("it did not see who uses it")]
    UserUnverified,
    /// A key that we asked for none of.
    #[error("its key is of no algorithm that was asked for")]
    Algorithm,
    /// The key did not sign this.
    #[error("the signature is wrong")]
    Signature,
}

/// Checks what authenticators say and sign, as WebAuthn Level 3 has a relying party do (sections 7.1 and 7.2): without a clock,
/// without storage, and without trust in any make of authenticators.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[expect(clippy::elidable_lifetime_names, reason = "mocks need them named")]
pub trait PasskeyVerifier: Send + Sync {
    /// What the browser says that was asked. Proves nothing; the challenge is looked up by it.
    fn challenge(&self, client_data: &[u8]) -> Option<TokenSecret>;

    /// Looks at a passkey that was made.
    ///
    /// # Errors
    /// [`Unverified`]: it is not to be registered.
    fn register<'a>(&self, registration: &Registration, expected: Ceremony<'a>) -> Result<Registered, Unverified>;

    /// Looks at what the passkey signed that has this key.
    ///
    /// # Errors
    /// [`Unverified`]: it proves nothing.
    fn verify<'a>(&self, assertion: &Assertion, key: &CoseKey, expected: Ceremony<'a>) -> Result<Asserted, Unverified>;
}
