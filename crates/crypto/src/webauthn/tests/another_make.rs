//! An authenticator that is not ours, and the browser in front of it (<https://github.com/1Password/passkey-rs>).

use async_trait::async_trait;
use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData};
use passkey_types::{
    Passkey,
    ctap2::{Aaguid, Ctap2Error},
};
use serde_json::{Value, json};
use url::Url;

use super::*;

const ORIGIN: &str = "https://example.org";

/// A phone with room for one passkey, and whoever holds it.
struct Phone {
    passkey: Option<Passkey>,
    knows_its_user: bool,
    counts: bool,
}

impl Phone {
    fn authenticator(&self) -> Authenticator<Option<Passkey>, Holder> {
        let holder = Holder { is_known: self.knows_its_user };
        let mut authenticator = Authenticator::new(Aaguid::from([7; 16]), self.passkey.clone(), holder);
        authenticator.set_make_credentials_with_signature_counter(self.counts);
        authenticator
    }

    /// Makes a passkey, as a page at this origin asks.
    async fn make(&mut self, origin: &str, party: &str, challenge: &TokenSecret) -> Registration {
        let options = json!({ "publicKey": {
            "rp": { "id": party, "name": "Example" },
            "user": { "id": "AAECAwQFBgcICQoLDA0ODw", "name": "ann@example.org", "displayName": "Ann" },
            "challenge": challenge.expose(),
            "pubKeyCredParams": [
                { "type": "public-key", "alg": -7 },
                { "type": "public-key", "alg": -8 },
                { "type": "public-key", "alg": -257 },
            ],
            "authenticatorSelection": { "residentKey": "required", "userVerification": self.verification() },
            "attestation": "none",
        }});
        let options = serde_json::from_value(options).unwrap();
        let mut browser = Client::new(self.authenticator());
        let made = browser.register(&Url::parse(origin).unwrap(), options, DefaultClientData).await.unwrap();
        self.passkey.clone_from(browser.authenticator().store());
        let answer = made.response;
        Registration {
            client_data: answer.client_data_json.into(),
            attestation_object: answer.attestation_object.into(),
        }
    }

    /// Signs, as a page at this origin asks.
    async fn sign(&mut self, origin: &str, party: &str, challenge: &TokenSecret) -> Assertion {
        let options = json!({ "publicKey": {
            "rpId": party,
            "challenge": challenge.expose(),
            "userVerification": self.verification(),
        }});
        let options = serde_json::from_value(options).unwrap();
        let mut browser = Client::new(self.authenticator());
        let signed = browser.authenticate(&Url::parse(origin).unwrap(), options, DefaultClientData).await.unwrap();
        self.passkey.clone_from(browser.authenticator().store());
        let answer = signed.response;
        Assertion {
            credential: CredentialId::new(&signed.raw_id).unwrap(),
            client_data: answer.client_data_json.into(),
            authenticator_data: answer.authenticator_data.into(),
            signature: answer.signature.into(),
            user_handle: answer.user_handle.map(Into::into),
        }
    }

    fn verification(&self) -> Value {
        if self.knows_its_user { json!("required") } else { json!("discouraged") }
    }
}

struct Holder {
    is_known: bool,
}

#[async_trait]
impl UserValidationMethod for Holder {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification: verification && self.is_known })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(self.is_known)
    }
}

const PHONE: Phone = Phone { passkey: None, knows_its_user: true, counts: false };

fn challenge(byte: u8) -> TokenSecret {
    TokenSecret::new(&BASE64_URL_SAFE_NO_PAD.encode([byte; 32]))
}

fn register(made: &Registration, challenge: &TokenSecret, user: UserVerification) -> Result<Registered, Unverified> {
    WebAuthn.register(made, Ceremony { party: &party(), challenge, user })
}

fn verify(
    signed: &Assertion,
    key: &CoseKey,
    challenge: &TokenSecret,
    user: UserVerification,
) -> Result<Asserted, Unverified> {
    WebAuthn.verify(signed, key, Ceremony { party: &party(), challenge, user })
}

/// A passkey that was made, and its key.
async fn registered(mut phone: Phone) -> (Phone, Registered) {
    let made = phone.make(ORIGIN, "example.org", &challenge(1)).await;
    let registered = register(&made, &challenge(1), UserVerification::Preferred).unwrap();
    (phone, registered)
}

#[tokio::test]
async fn a_passkey_is_made_and_signs() {
    for user in [UserVerification::Required, UserVerification::Preferred] {
        let mut phone = PHONE;
        let made = phone.make(ORIGIN, "example.org", &challenge(1)).await;
        assert_eq!(WebAuthn.challenge(&made.client_data).unwrap().expose(), challenge(1).expose());
        let registered = register(&made, &challenge(1), user).unwrap();
        assert_eq!(registered.aaguid.into_bytes(), [7; 16]);

        let signed = phone.sign(ORIGIN, "example.org", &challenge(2)).await;
        assert_eq!(signed.credential, registered.credential);
        assert_eq!(signed.user_handle.as_deref(), Some(&(0..16).collect::<Vec<u8>>()[..]));
        verify(&signed, &registered.key, &challenge(2), user).unwrap();
    }
}

#[tokio::test]
async fn who_uses_it_is_seen_where_that_is_required() {
    let mut phone = Phone { knows_its_user: false, ..PHONE };
    let made = phone.make(ORIGIN, "example.org", &challenge(1)).await;
    assert_eq!(register(&made, &challenge(1), UserVerification::Required), Err(Unverified::UserUnverified));
    let key = register(&made, &challenge(1), UserVerification::Preferred).unwrap().key;

    let signed = phone.sign(ORIGIN, "example.org", &challenge(2)).await;
    assert_eq!(verify(&signed, &key, &challenge(2), UserVerification::Required), Err(Unverified::UserUnverified));
    verify(&signed, &key, &challenge(2), UserVerification::Preferred).unwrap();
}

#[tokio::test]
async fn how_often_it_signed_is_told_where_it_counts() {
    for (counts, expected) in [(true, [0, 1, 2]), (false, [0, 0, 0])] {
        let (mut phone, registered) = registered(Phone { counts, ..PHONE }).await;
        let mut told = vec![registered.sign_count];
        for byte in [2, 3] {
            let signed = phone.sign(ORIGIN, "example.org", &challenge(byte)).await;
            let asserted = verify(&signed, &registered.key, &challenge(byte), UserVerification::Required).unwrap();
            told.push(asserted.sign_count);
        }
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn what_answers_another_challenge_is_refused() {
    let (mut phone, registered) = registered(PHONE).await;
    let signed = phone.sign(ORIGIN, "example.org", &challenge(2)).await;
    let replayed = verify(&signed, &registered.key, &challenge(3), UserVerification::Required);
    assert_eq!(replayed, Err(Unverified::Challenge));

    let made = phone.make(ORIGIN, "example.org", &challenge(4)).await;
    assert_eq!(register(&made, &challenge(5), UserVerification::Required), Err(Unverified::Challenge));
}

#[tokio::test]
async fn what_a_page_elsewhere_asked_for_is_refused() {
    let (phone, registered) = registered(PHONE).await;
    // Within the domain, so that the browser lets it ask; but no page of ours. And one of ours that asks for itself.
    let elsewhere = [
        ("https://old.example.org", "example.org", Unverified::Origin),
        ("https://example.org:8443", "example.org", Unverified::Origin),
        ("https://elsewhere.example.org", "elsewhere.example.org", Unverified::RelyingParty),
    ];
    for (origin, id, refused) in elsewhere {
        let mut phone = Phone { passkey: phone.passkey.clone(), ..PHONE };
        let signed = phone.sign(origin, id, &challenge(2)).await;
        let verified = verify(&signed, &registered.key, &challenge(2), UserVerification::Required);
        assert_eq!(verified, Err(refused), "{origin}");
        let made = phone.make(origin, id, &challenge(3)).await;
        assert_eq!(register(&made, &challenge(3), UserVerification::Required), Err(refused), "{origin}");
    }
}

#[tokio::test]
async fn one_passkey_does_not_sign_for_another() {
    let (mut phone, _) = registered(PHONE).await;
    let (_, other) = registered(PHONE).await;
    let signed = phone.sign(ORIGIN, "example.org", &challenge(2)).await;
    let verified = verify(&signed, &other.key, &challenge(2), UserVerification::Required);
    assert_eq!(verified, Err(Unverified::Signature));
}
