mod another_make;
mod encoding;

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ciborium::Value;
use data_encoding::HEXLOWER;
use ironplate_application::ports::RelyingParty;
use ironplate_domain::CredentialId;

use super::*;

/// One passkey of the specification, made and used.
#[derive(Clone)]
struct Vector {
    made_for: TokenSecret,
    registration: Registration,
    used_for: TokenSecret,
    assertion: Assertion,
}

impl Vector {
    /// The same, but that the authenticator says this.
    fn made_by(&self, authenticator_data: &[u8]) -> Self {
        let entries = [
            ("fmt", Value::from("none")),
            ("attStmt", Value::Map(Vec::new())),
            ("authData", Value::Bytes(authenticator_data.to_vec())),
        ];
        let mut vector = self.clone();
        vector.registration.attestation_object = encoded(entries);
        vector
    }
}

/// That there is a passkey in it.
const MADE: u8 = 1 << 6;

/// What an authenticator says that made a passkey with this key.
fn made(flags: u8, key: &[u8], behind: &[u8]) -> Vec<u8> {
    [&Sha256::digest("example.org")[..], &[flags], &[0; 4], &[7; 16], &[0, 2], b"id", key, behind].concat()
}

fn encoded<K: Into<Value>>(entries: impl IntoIterator<Item = (K, Value)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
    ciborium::into_writer(&Value::Map(entries), &mut bytes).unwrap();
    bytes
}

fn vectors() -> BTreeMap<&'static str, Vector> {
    let text = include_str!("vectors.txt");
    text.split("\n\n").skip(1).map(vector).collect()
}

fn vector(section: &'static str) -> (&'static str, Vector) {
    let mut lines = section.lines();
    let name = lines.next().unwrap();
    let mut bytes = || HEXLOWER.decode(lines.next().unwrap().as_bytes()).unwrap();
    let secret = |bytes: Vec<u8>| TokenSecret::new(&BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let vector = Vector {
        made_for: secret(bytes()),
        registration: Registration { client_data: bytes(), attestation_object: bytes() },
        used_for: secret(bytes()),
        assertion: Assertion {
            credential: CredentialId::new(&[1]).unwrap(),
            client_data: bytes(),
            authenticator_data: bytes(),
            signature: bytes(),
            user_handle: None,
        },
    };
    (name, vector)
}

fn party() -> RelyingParty {
    let origins = vec!["https://elsewhere.example.org".to_owned(), "https://example.org".to_owned()];
    RelyingParty { id: "example.org".to_owned(), name: "Example".to_owned(), origins }
}

fn register(vector: &Vector, party: &RelyingParty, user: UserVerification) -> Result<Registered, Unverified> {
    WebAuthn.register(&vector.registration, Ceremony { party, challenge: &vector.made_for, user })
}

fn verify(
    vector: &Vector,
    key: &CoseKey,
    party: &RelyingParty,
    user: UserVerification,
) -> Result<Asserted, Unverified> {
    WebAuthn.verify(&vector.assertion, key, Ceremony { party, challenge: &vector.used_for, user })
}

/// That of the first one.
fn usual() -> (Vector, CoseKey) {
    let vector = vectors()["none-es256"].clone();
    let key = register(&vector, &party(), UserVerification::Preferred).unwrap().key;
    (vector, key)
}

#[test]
fn passkeys_of_the_specification_are_taken_if_their_algorithm_is() {
    for (name, vector) in vectors() {
        let registered = register(&vector, &party(), UserVerification::Preferred);
        match name {
            "packed-es384" | "packed-es512" | "packed-ed448" => {
                assert_eq!(registered, Err(Unverified::Algorithm), "{name}");
            }
            "none-es256-crossOrigin" | "none-es256-topOrigin" => {
                assert_eq!(registered, Err(Unverified::Origin), "{name}");
            }
            _ => {
                let registered = registered.unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(!registered.aaguid.is_nil() || name == "fido-u2f-es256", "{name}");
                let asserted = verify(&vector, &registered.key, &party(), UserVerification::Preferred);
                assert_eq!(asserted.map(|it| it.sign_count), Ok(0), "{name}");
            }
        }
    }
}

#[test]
fn the_challenge_is_read_of_what_the_browser_says() {
    let (vector, _) = usual();
    let challenge = WebAuthn.challenge(&vector.assertion.client_data).unwrap();
    assert_eq!(challenge.expose(), vector.used_for.expose());
    assert!(WebAuthn.challenge(b"{}").is_none());
    assert!(WebAuthn.challenge(&vec![b' '; MAX_BYTES + 1]).is_none());
}

#[test]
fn what_was_made_for_something_else_is_refused() {
    let (vector, key) = usual();
    let crossed = Vector {
        made_for: vector.used_for.clone(),
        registration: Registration {
            client_data: vector.assertion.client_data.clone(),
            attestation_object: vector.registration.attestation_object.clone(),
        },
        used_for: vector.made_for.clone(),
        assertion: Assertion { client_data: vector.registration.client_data.clone(), ..vector.assertion.clone() },
    };
    assert_eq!(register(&crossed, &party(), UserVerification::Preferred), Err(Unverified::Purpose));
    assert_eq!(verify(&crossed, &key, &party(), UserVerification::Preferred), Err(Unverified::Purpose));

    let other = Vector { made_for: vector.used_for.clone(), used_for: vector.made_for.clone(), ..vector.clone() };
    assert_eq!(register(&other, &party(), UserVerification::Preferred), Err(Unverified::Challenge));
    assert_eq!(verify(&other, &key, &party(), UserVerification::Preferred), Err(Unverified::Challenge));
}

#[test]
fn what_was_made_elsewhere_is_refused() {
    let (vector, key) = usual();
    for origin in
        ["https://example.org:444", "http://example.org", "https://example.org.evil.example", "https://example.org/"]
    {
        let party = RelyingParty { origins: vec![origin.to_owned()], ..party() };
        assert_eq!(register(&vector, &party, UserVerification::Preferred), Err(Unverified::Origin), "{origin}");
        assert_eq!(verify(&vector, &key, &party, UserVerification::Preferred), Err(Unverified::Origin), "{origin}");
    }
    let party = RelyingParty { id: "example.com".to_owned(), ..party() };
    assert_eq!(register(&vector, &party, UserVerification::Preferred), Err(Unverified::RelyingParty));
    assert_eq!(verify(&vector, &key, &party, UserVerification::Preferred), Err(Unverified::RelyingParty));
}

#[test]
fn a_user_is_there_and_is_seen_where_that_is_required() {
    let party = party();
    for (name, vector) in vectors() {
        let Ok(registered) = register(&vector, &party, UserVerification::Preferred) else { continue };
        let is_verified = vector.assertion.authenticator_data[32] & 4 != 0;
        let expected = if is_verified { Ok(()) } else { Err(Unverified::UserUnverified) };
        let verified = verify(&vector, &registered.key, &party, UserVerification::Required);
        assert_eq!(verified.map(drop), expected, "{name}");
    }
    let (mut vector, key) = usual();
    vector.assertion.authenticator_data[32] &= !1;
    assert_eq!(verify(&vector, &key, &party, UserVerification::Preferred), Err(Unverified::UserAbsent));
}

#[test]
fn a_user_is_there_and_is_seen_where_a_passkey_is_made() {
    let (vector, key) = usual();
    let register = |flags, user| register(&vector.made_by(&made(flags, &key.0, b"")), &party(), user).map(drop);
    assert_eq!(register(MADE | 4, UserVerification::Preferred), Err(Unverified::UserAbsent));
    assert_eq!(register(MADE | 1, UserVerification::Preferred), Ok(()));
    assert_eq!(register(MADE | 1, UserVerification::Required), Err(Unverified::UserUnverified));
    assert_eq!(register(MADE | 1 | 4, UserVerification::Required), Ok(()));
}

#[test]
fn no_byte_of_what_was_signed_can_be_another() {
    let (vector, key) = usual();
    for at in 0..vector.assertion.authenticator_data.len() {
        let mut forged = vector.clone();
        forged.assertion.authenticator_data[at] ^= 1 << 6;
        assert!(verify(&forged, &key, &party(), UserVerification::Preferred).is_err(), "{at}");
    }
    for at in 0..vector.assertion.client_data.len() {
        let mut forged = vector.clone();
        forged.assertion.client_data[at] ^= 1;
        assert!(verify(&forged, &key, &party(), UserVerification::Preferred).is_err(), "{at}");
    }
    for at in 0..vector.assertion.signature.len() {
        let mut forged = vector.clone();
        forged.assertion.signature[at] ^= 1;
        assert_eq!(verify(&forged, &key, &party(), UserVerification::Preferred), Err(Unverified::Signature), "{at}");
    }
    for (name, other) in vectors() {
        let Ok(registered) = register(&other, &party(), UserVerification::Preferred) else { continue };
        let verified = verify(&vector, &registered.key, &party(), UserVerification::Preferred);
        assert_eq!(verified.is_ok(), registered.key == key, "{name}");
    }
}
