//! A passkey, as somebody has it on their phone, and the browser in front of it; both lie where a test wants.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

/// Somebody touched it.
pub const USER_PRESENT: u8 = 1;
/// It saw who that is.
pub const USER_VERIFIED: u8 = 1 << 2;
/// Copies of it may be kept elsewhere.
pub const MAY_BE_BACKED_UP: u8 = 1 << 3;
/// They are.
pub const BACKED_UP: u8 = 1 << 4;
/// Behind the flags stands a passkey that was made.
const MADE: u8 = 1 << 6;

/// As DER has a public key of P-256 (RFC 5480), up to its point.
const SUBJECT_PUBLIC_KEY: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

/// A key pair of ES256. Cloned, it is a passkey of which two have the key. All fields can be set, and the next answer has it so.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// How it is named.
    pub id: Vec<u8>,
    /// Where the page is that asks, as the browser says: `https://app.example.test`.
    pub origin: String,
    /// What the authenticator says of its user: [`USER_PRESENT`] and [`USER_VERIFIED`], unless it is set.
    pub flags: u8,
    /// How often it signed, as it says. It does not count by itself.
    pub sign_count: u32,
    /// Whose it is: of the options that it was made by, until it is set. `None` is not told.
    pub user_handle: Option<Vec<u8>>,
    /// In place of the relying party that asks.
    pub relying_party: Option<String>,
    /// In place of the challenge that is to be signed, as the browser says it.
    pub challenge: Option<String>,
    /// In place of `webauthn.create` or `webauthn.get`.
    pub kind: Option<String>,
    /// What else the browser says, such as `crossOrigin`: an object.
    pub also: Value,
    /// PKCS #8.
    key: Vec<u8>,
}

impl Passkey {
    /// A key pair that nobody knows yet, asked by pages at this origin.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key pair");
        let mut id = vec![0; 16];
        random.fill(&mut id).expect("randomness");
        Self {
            id,
            origin: origin.to_owned(),
            flags: USER_PRESENT | USER_VERIFIED,
            sign_count: 0,
            user_handle: None,
            relying_party: None,
            challenge: None,
            kind: None,
            also: json!({}),
            key: key.as_ref().to_vec(),
        }
    }

    /// How it is named in JSON.
    #[must_use]
    pub fn text_id(&self) -> String {
        text(&self.id)
    }

    /// Answers a `PublicKeyCredentialCreationOptionsJSON` by a `RegistrationResponseJSON`, and remembers whose it is.
    pub fn register(&mut self, options: &Value) -> Value {
        self.user_handle = Some(bytes(&options["user"]["id"]));
        let point = self.key_pair().public_key().as_ref().to_vec();
        let id_length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        // AAGUID, id and COSE key.
        let made = [&[0; 16][..], &id_length, &self.id, &cose(&point)].concat();
        let data = self.authenticator_data(&options["rp"]["id"], MADE, &made);
        self.answer(&json!({
            "clientDataJSON": text(&self.client_data("webauthn.create", options)),
            "attestationObject": text(&attestation_object(&data)),
            "authenticatorData": text(&data),
            "publicKey": text(&[SUBJECT_PUBLIC_KEY, &point].concat()),
            "publicKeyAlgorithm": -7,
            "transports": ["internal", "hybrid"],
        }))
    }

    /// Answers a `PublicKeyCredentialRequestOptionsJSON` by an `AuthenticationResponseJSON`.
    #[must_use]
    pub fn sign(&self, options: &Value) -> Value {
        let data = self.authenticator_data(&options["rpId"], 0, &[]);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key_pair().sign(&SystemRandom::new(), &signed).expect("a signature");
        self.answer(&json!({
            "clientDataJSON": text(&client_data),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": self.user_handle.as_deref().map(text),
        }))
    }

    fn key_pair(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key, &SystemRandom::new()).expect("a key pair")
    }

    /// What the authenticator says (WebAuthn Level 3, section 6.1).
    fn authenticator_data(&self, party: &Value, flags: u8, behind: &[u8]) -> Vec<u8> {
        let party = self.relying_party.as_deref().or(party.as_str()).expect("a relying party");
        let party = digest(&SHA256, party.as_bytes());
        [party.as_ref(), &[self.flags | flags], &self.sign_count.to_be_bytes(), behind].concat()
    }

    /// What the browser says.
    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = self.challenge.as_deref().or(options["challenge"].as_str()).expect("a challenge");
        let mut said = json!({
            "type": self.kind.as_deref().unwrap_or(kind),
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": false,
        });
        let also = self.also.as_object().expect("an object").clone();
        said.as_object_mut().expect("an object").extend(also);
        said.to_string().into_bytes()
    }

    fn answer(&self, response: &Value) -> Value {
        json!({
            "id": self.text_id(),
            "rawId": self.text_id(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }
}

/// A public key of ES256 (RFC 9053).
fn cose(point: &[u8]) -> Vec<u8> {
    let (x, y) = point.strip_prefix(&[4]).expect("an uncompressed point").split_at(32);
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], x, b"\x22\x58\x20", y].concat()
}

/// With no attestation in it.
fn attestation_object(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("short data").to_be_bytes();
    // {"fmt": "none", "attStmt": {}, "authData": data}
    [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &length, data].concat()
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

#[cfg(test)]
mod tests {
    use ironplate_application::ports::{
        Asserted, Assertion, Ceremony, PasskeyVerifier, Registered, Registration, RelyingParty, Unverified,
        UserVerification,
    };
    use ironplate_crypto::WebAuthn;
    use ironplate_domain::{CoseKey, CredentialId, TokenSecret};

    use super::*;

    const ORIGIN: &str = "https://app.example.test";
    const CHALLENGE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn party() -> RelyingParty {
        RelyingParty { id: "example.test".to_owned(), name: "Example".to_owned(), origins: vec![ORIGIN.to_owned()] }
    }

    fn register(passkey: &mut Passkey) -> Result<Registered, Unverified> {
        let answer = passkey.register(&json!({
            "rp": { "id": "example.test", "name": "Example" },
            "user": { "id": "AAECAwQFBgcICQoLDA0ODw", "name": "ann@example.com", "displayName": "Ann" },
            "challenge": CHALLENGE,
        }));
        let part = |name: &str| bytes(&answer["response"][name]);
        let registration =
            Registration { client_data: part("clientDataJSON"), attestation_object: part("attestationObject") };
        let expected =
            Ceremony { party: &party(), challenge: &TokenSecret::new(CHALLENGE), user: UserVerification::Required };
        WebAuthn.register(&registration, expected)
    }

    fn verify(passkey: &Passkey, key: &CoseKey) -> Result<Asserted, Unverified> {
        let answer = passkey.sign(&json!({ "rpId": "example.test", "challenge": CHALLENGE }));
        let part = |name: &str| bytes(&answer["response"][name]);
        let assertion = Assertion {
            credential: CredentialId::new(&bytes(&answer["rawId"])).expect("an id"),
            client_data: part("clientDataJSON"),
            authenticator_data: part("authenticatorData"),
            signature: part("signature"),
            user_handle: Some(part("userHandle")),
        };
        let expected =
            Ceremony { party: &party(), challenge: &TokenSecret::new(CHALLENGE), user: UserVerification::Required };
        WebAuthn.verify(&assertion, key, expected)
    }

    #[test]
    fn a_passkey_is_registered_and_signs() {
        let mut passkey = Passkey::at(ORIGIN);
        let registered = register(&mut passkey).expect("a passkey");
        assert_eq!(registered.credential.bytes(), passkey.id);
        assert_eq!(passkey.user_handle, Some((0..16).collect()));
        passkey.sign_count = 7;
        passkey.flags |= MAY_BE_BACKED_UP | BACKED_UP;
        assert_eq!(verify(&passkey, &registered.key), Ok(Asserted { sign_count: 7, is_backed_up: true }));
        assert_eq!(verify(&Passkey::at(ORIGIN).of("ann"), &registered.key), Err(Unverified::Signature));
    }

    type Lie = fn(&mut Passkey);

    #[test]
    fn a_lie_is_told_as_it_was_set() {
        let honest = Passkey::at(ORIGIN);
        let lies: [(Lie, Unverified); 8] = [
            (|it| it.flags = 0, Unverified::UserAbsent),
            (|it| it.flags = USER_PRESENT, Unverified::UserUnverified),
            (|it| it.flags |= BACKED_UP, Unverified::Malformed),
            (|it| "https://evil.example.test".clone_into(&mut it.origin), Unverified::Origin),
            (|it| it.also = json!({ "crossOrigin": true }), Unverified::Origin),
            (|it| it.relying_party = Some("evil.test".to_owned()), Unverified::RelyingParty),
            (|it| it.challenge = Some("AAAA".to_owned()), Unverified::Challenge),
            (|it| it.kind = Some("payment.get".to_owned()), Unverified::Purpose),
        ];
        let key = register(&mut honest.clone()).expect("a passkey").key;
        for (lie, refused) in lies {
            let mut liar = honest.clone().of("ann");
            lie(&mut liar);
            assert_eq!(verify(&liar, &key), Err(refused));
            assert_eq!(register(&mut liar).map(drop), Err(refused));
        }
    }

    impl Passkey {
        fn of(self, user: &str) -> Self {
            Self { user_handle: Some(user.as_bytes().to_vec()), ..self }
        }
    }
}
