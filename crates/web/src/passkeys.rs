//! Passkeys as browsers read and write them: the JSON forms of WebAuthn Level 3 (section 5.1).

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_URL_SAFE_NO_PAD,
};
use ironplate_application::{
    ports::{Assertion, Registration, UserVerification},
    second_factors::{KnownPasskey, PasskeyCreation, PasskeyRequest},
};
use ironplate_domain::{CredentialId, FullName, Transports};
use serde_json::{Value, json};

/// Of each part that is bytes. Authenticators write far less, also where they vouch for their make.
const MAX_BYTES: usize = 16 * 1024;

/// Of base64url so many characters at the most.
pub const MAX_BASE64URL: usize = MAX_BYTES.div_ceil(3) * 4;

/// As browsers write it, and as lax as they read it.
const LAX: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// ES256, EdDSA and RS256 (RFC 9053, RFC 8812), the one that is wanted most first.
const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// Transports that are read; there are six.
const MOST_TRANSPORTS: usize = 20;

/// What can't be read of what a browser answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{member}` {reason}")]
pub struct UnreadableCredential {
    /// Which member of the object it is about.
    pub member: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Bytes as text: base64url without padding.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// `PublicKeyCredentialCreationOptionsJSON`: what `navigator.credentials.create` takes as `publicKey`.
#[must_use]
pub fn creation_options(creation: &PasskeyCreation) -> Value {
    let PasskeyCreation { challenge, party, user, email, full_name, excluded, expires_in } = creation;
    json!({
        "rp": { "id": party.id, "name": party.name },
        "user": {
            "id": base64url(user.0.as_bytes()),
            "name": email.as_str(),
            "displayName": full_name.as_ref().map_or(email.as_str(), FullName::as_str),
        },
        "challenge": challenge.expose(),
        "pubKeyCredParams": ALGORITHMS.map(|algorithm| json!({ "type": "public-key", "alg": algorithm })),
        "timeout": expires_in.as_secs() * 1_000,
        "excludeCredentials": descriptors(excluded),
        "authenticatorSelection": {
            "residentKey": "preferred", "requireResidentKey": false, "userVerification": "preferred",
        },
        "attestation": "none",
    })
}

/// `PublicKeyCredentialRequestOptionsJSON`: what `navigator.credentials.get` takes as `publicKey`.
#[must_use]
pub fn request_options(request: &PasskeyRequest) -> Value {
    let PasskeyRequest { challenge, party, allowed, user, expires_in } = request;
    let verification = match user {
        UserVerification::Required => "required",
        UserVerification::Preferred => "preferred",
    };
    json!({
        "challenge": challenge.expose(),
        "rpId": party,
        "timeout": expires_in.as_secs() * 1_000,
        "allowCredentials": descriptors(allowed),
        "userVerification": verification,
    })
}

fn descriptors(passkeys: &[KnownPasskey]) -> Vec<Value> {
    let descriptor = |KnownPasskey { credential, transports }: &KnownPasskey| {
        json!({
            "type": "public-key",
            "id": base64url(credential.bytes()),
            "transports": transports.names().collect::<Vec<_>>(),
        })
    };
    passkeys.iter().map(descriptor).collect()
}

/// Reads a `RegistrationResponseJSON`; members that are not known don't matter.
///
/// # Errors
/// A member is missing, or can't be read.
pub fn parse_registration(value: &Value) -> Result<(Registration, Transports), UnreadableCredential> {
    let registration = Registration {
        client_data: bytes(value, "response.clientDataJSON")?,
        attestation_object: bytes(value, "response.attestationObject")?,
    };
    let transports = find(value, "response.transports").and_then(Value::as_array).into_iter().flatten();
    Ok((registration, Transports::named(transports.filter_map(Value::as_str).take(MOST_TRANSPORTS))))
}

/// Reads an `AuthenticationResponseJSON`; members that are not known don't matter.
///
/// # Errors
/// A member is missing, or can't be read.
pub fn parse_assertion(value: &Value) -> Result<Assertion, UnreadableCredential> {
    let (member, reason) = ("id", "should be 1 to 1023 bytes");
    let credential = CredentialId::new(&bytes(value, member)?).ok_or(UnreadableCredential { member, reason })?;
    Ok(Assertion {
        credential,
        client_data: bytes(value, "response.clientDataJSON")?,
        authenticator_data: bytes(value, "response.authenticatorData")?,
        signature: bytes(value, "response.signature")?,
        user_handle: match find(value, "response.userHandle") {
            None | Some(Value::Null) => None,
            Some(_) => Some(bytes(value, "response.userHandle")?),
        },
    })
}

fn find<'a>(value: &'a Value, member: &str) -> Option<&'a Value> {
    member.split('.').try_fold(value, |value, name| value.get(name))
}

fn bytes(value: &Value, member: &'static str) -> Result<Vec<u8>, UnreadableCredential> {
    let wrong = |reason| UnreadableCredential { member, reason };
    let text = find(value, member).ok_or_else(|| wrong("is missing"))?;
    let text = text.as_str().ok_or_else(|| wrong("should be a text in base64url"))?;
    if text.len() > MAX_BASE64URL {
        return Err(wrong("is longer than 16 KiB"));
    }
    LAX.decode(text).map_err(|_| wrong("should be a text in base64url"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ironplate_domain::TokenSecret;

    use super::*;

    fn assertion() -> Value {
        json!({
            "id": "AQID", "rawId": "AQID", "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": { "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "-_8", "userHandle": "BA" },
        })
    }

    fn without(mut value: Value, member: &str) -> Value {
        let (parent, name) = member.rsplit_once('.').unwrap_or(("", member));
        let parent = if parent.is_empty() { &mut value } else { value.get_mut(parent).unwrap() };
        parent.as_object_mut().unwrap().remove(name);
        value
    }

    #[test]
    fn an_assertion_is_read_as_browsers_write_it() {
        let read = parse_assertion(&assertion()).unwrap();
        assert_eq!((read.credential.bytes(), &*read.client_data), (&[1, 2, 3][..], &b"{}"[..]));
        assert_eq!((&*read.authenticator_data, &*read.signature), (&[0][..], &[0xfb, 0xff][..]));
        assert_eq!(read.user_handle.as_deref(), Some(&[4][..]));
        assert_eq!(parse_assertion(&without(assertion(), "response.userHandle")).unwrap().user_handle, None);
    }

    #[test]
    fn what_is_missing_is_named() {
        for member in ["id", "response.clientDataJSON", "response.authenticatorData", "response.signature"] {
            let error = parse_assertion(&without(assertion(), member)).unwrap_err();
            assert_eq!((error.member, error.reason), (member, "is missing"));
        }
        for value in [json!(null), json!("x"), json!([]), json!({})] {
            assert_eq!(parse_assertion(&value).unwrap_err().member, "id", "{value}");
            assert_eq!(parse_registration(&value).unwrap_err().member, "response.clientDataJSON", "{value}");
        }
    }

    #[test]
    fn what_is_no_base64url_or_too_long_is_refused() {
        for wrong in [json!(1), json!("a"), json!("a b"), json!("AQ+/"), json!("A".repeat(MAX_BASE64URL + 1))] {
            let mut value = assertion();
            value["response"]["signature"] = wrong.clone();
            assert_eq!(parse_assertion(&value).unwrap_err().member, "response.signature", "{wrong}");
        }
        let mut value = assertion();
        value["id"] = json!("");
        assert_eq!(parse_assertion(&value).unwrap_err().reason, "should be 1 to 1023 bytes");
    }

    #[test]
    fn a_registration_says_how_its_authenticator_is_reached() {
        let mut value = json!({ "response": { "clientDataJSON": "e30", "attestationObject": "oA" } });
        assert_eq!(parse_registration(&value).unwrap().1, Transports::default());
        value["response"]["transports"] = json!(["usb", 1, "telepathy", "nfc"]);
        assert_eq!(parse_registration(&value).unwrap().1, Transports::named(["nfc", "usb"]));
    }

    #[test]
    fn a_request_tells_whose_passkey_may_sign_what() {
        let credential = CredentialId::new(&[0xfb, 0xff]).unwrap();
        let allowed = vec![KnownPasskey { credential, transports: Transports::named(["usb"]) }];
        let (challenge, party) = (TokenSecret::new("challenge"), "example.com".to_owned());
        let (user, expires_in) = (UserVerification::Preferred, Duration::from_mins(5));
        let request = PasskeyRequest { challenge, party, allowed, user, expires_in };
        assert_eq!(
            request_options(&request),
            json!({
                "challenge": "challenge", "rpId": "example.com", "timeout": 300_000, "userVerification": "preferred",
                "allowCredentials": [{ "type": "public-key", "id": "-_8", "transports": ["usb"] }],
            })
        );
    }
}
