//! Authenticators that sign what anybody can write, and who believes them.

use ironplate_application::ports::{
    Asserted, Assertion, Ceremony, PasskeyVerifier, Registered, Registration, RelyingParty, Unverified,
    UserVerification,
};
use ironplate_domain::{CoseKey, CredentialId, TokenSecret, UserId};
use uuid::Uuid;

/// For whom passkeys of a [`World`](crate::World) sign.
#[must_use]
pub fn relying_party() -> RelyingParty {
    RelyingParty {
        id: "example.com".to_owned(),
        name: "Ironplate".to_owned(),
        origins: vec!["https://app.example.com".to_owned()],
    }
}

/// What an authenticator says that saw who uses it.
const VERIFIED: &str = "verified";

/// A passkey on a phone. Its fields say what it does next.
#[derive(Debug, Clone)]
pub struct FakePasskey {
    /// How it names itself, without blanks.
    pub credential: String,
    /// Whose it is, if it knows.
    pub user: Option<UserId>,
    /// How often it signed; [`sign`](Self::sign) counts, unless it is 0.
    pub sign_count: u32,
    /// Whether it sees who uses it.
    pub verifies_user: bool,
    /// Where the page is that asks it.
    pub origin: String,
}

impl FakePasskey {
    /// One of this name, on a phone that does not count.
    #[must_use]
    pub fn new(credential: &str, user: UserId) -> Self {
        let origin = relying_party().origins.remove(0);
        Self { credential: credential.to_owned(), user: Some(user), sign_count: 0, verifies_user: true, origin }
    }

    /// What is stored of its name.
    #[must_use]
    pub fn credential_id(&self) -> CredentialId {
        CredentialId::new(self.credential.as_bytes()).unwrap_or_else(|| panic!("{self:?} has no name"))
    }

    /// The public half of its key.
    #[must_use]
    pub fn key(&self) -> CoseKey {
        CoseKey(format!("key of {}", self.credential).into_bytes())
    }

    /// What a browser answers once it is made.
    #[must_use]
    pub fn register(&self, challenge: &TokenSecret) -> Registration {
        let Self { credential, .. } = self;
        Registration {
            client_data: self.client_data("create", challenge),
            attestation_object: format!("{} {credential}", self.says()).into_bytes(),
        }
    }

    /// What a browser answers once it signed.
    #[must_use]
    pub fn sign(&mut self, challenge: &TokenSecret) -> Assertion {
        if self.sign_count > 0 {
            self.sign_count += 1;
        }
        Assertion {
            credential: self.credential_id(),
            client_data: self.client_data("get", challenge),
            authenticator_data: self.says().into_bytes(),
            signature: self.key().0,
            user_handle: self.user.map(|user| user.0.as_bytes().to_vec()),
        }
    }

    fn client_data(&self, purpose: &str, challenge: &TokenSecret) -> Vec<u8> {
        format!("{purpose} {} {}", challenge.expose(), self.origin).into_bytes()
    }

    fn says(&self) -> String {
        format!("{} {}", if self.verifies_user { VERIFIED } else { "present" }, self.sign_count)
    }
}

/// Believes what a [`FakePasskey`] says: a signature is the key.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakePasskeyVerifier;

impl PasskeyVerifier for FakePasskeyVerifier {
    fn challenge(&self, client_data: &[u8]) -> Option<TokenSecret> {
        words(client_data).ok().map(|[_, challenge, _]| TokenSecret::new(challenge))
    }

    fn register(&self, registration: &Registration, expected: Ceremony<'_>) -> Result<Registered, Unverified> {
        check_client_data(&registration.client_data, "create", expected)?;
        let [verified, count, credential] = words(&registration.attestation_object)?;
        check_user(verified, expected)?;
        let credential = CredentialId::new(credential.as_bytes()).ok_or(Unverified::Malformed)?;
        let key = CoseKey([&b"key of "[..], credential.bytes()].concat());
        let sign_count = count.parse().map_err(|_| Unverified::Malformed)?;
        let verifies_user = verified == VERIFIED;
        Ok(Registered { credential, key, sign_count, aaguid: Uuid::nil(), is_backed_up: false, verifies_user })
    }

    fn verify(&self, assertion: &Assertion, key: &CoseKey, expected: Ceremony<'_>) -> Result<Asserted, Unverified> {
        check_client_data(&assertion.client_data, "get", expected)?;
        let [verified, count] = words(&assertion.authenticator_data)?;
        check_user(verified, expected)?;
        if assertion.signature != key.0 {
            return Err(Unverified::Signature);
        }
        let sign_count = count.parse().map_err(|_| Unverified::Malformed)?;
        Ok(Asserted { sign_count, is_backed_up: true })
    }
}

fn words<const COUNT: usize>(bytes: &[u8]) -> Result<[&str; COUNT], Unverified> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unverified::Malformed)?;
    text.split(' ').collect::<Vec<_>>().try_into().map_err(|_| Unverified::Malformed)
}

fn check_client_data(bytes: &[u8], purpose: &str, expected: Ceremony<'_>) -> Result<(), Unverified> {
    let [said, challenge, origin] = words(bytes)?;
    if said != purpose {
        return Err(Unverified::Purpose);
    }
    if challenge != expected.challenge.expose() {
        return Err(Unverified::Challenge);
    }
    if expected.party.origins.iter().any(|known| known == origin) { Ok(()) } else { Err(Unverified::Origin) }
}

fn check_user(said: &str, expected: Ceremony<'_>) -> Result<(), Unverified> {
    let is_enough = said == VERIFIED || expected.user == UserVerification::Preferred;
    if is_enough { Ok(()) } else { Err(Unverified::UserUnverified) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_believes_its_own_passkeys_alone() {
        let (party, challenge, user) = (relying_party(), TokenSecret::new("c"), UserVerification::Required);
        let expected = Ceremony { party: &party, challenge: &challenge, user };
        let mut passkey = FakePasskey { sign_count: 7, ..FakePasskey::new("phone", UserId(Uuid::nil())) };
        let registered = FakePasskeyVerifier.register(&passkey.register(&challenge), expected).unwrap();
        assert_eq!((registered.credential, registered.sign_count), (passkey.credential_id(), 7));
        let assertion = passkey.sign(&challenge);
        let verify = |assertion: &Assertion, expected| FakePasskeyVerifier.verify(assertion, &registered.key, expected);
        assert_eq!(verify(&assertion, expected).map(|it| it.sign_count), Ok(8));
        let other = TokenSecret::new("d");
        assert_eq!(verify(&assertion, Ceremony { challenge: &other, ..expected }), Err(Unverified::Challenge));
        let mut elsewhere = FakePasskey { origin: "https://example.org".to_owned(), ..passkey.clone() };
        assert_eq!(verify(&elsewhere.sign(&challenge), expected), Err(Unverified::Origin));
        let mut alone = FakePasskey { verifies_user: false, ..passkey.clone() };
        assert_eq!(verify(&alone.sign(&challenge), expected), Err(Unverified::UserUnverified));
        let mut forged = FakePasskey { credential: "other".to_owned(), ..passkey };
        assert_eq!(verify(&forged.sign(&challenge), expected), Err(Unverified::Signature));
    }
}
