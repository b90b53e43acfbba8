//! Access tokens: JSON Web Tokens (RFC 7519), signed by HS256 (RFC 7515), bound to a session.
//!
//! The header is compared to the byte with the one that we write, so no header of others is ever interpreted: what is left of the
//! format is a payload and its HMAC.

use std::{borrow::Cow, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ironplate_application::ports::{AccessClaims, AccessTokens, InvalidToken, Secrets};
use ironplate_domain::{SessionId, Timestamp, UserId};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::OsSecrets;

const ISSUER: &str = "ironplate";
const AUDIENCE: &str = "ironplate-api";

/// Longer texts are not worth a look: ours have about 480 bytes.
const MAX_LENGTH: usize = 4_096;

/// Signs with one key; verifies with that and with previous ones.
pub struct JwtAccessTokens {
    signing: Key,
    previous: Vec<Key>,
    lifetime: Duration,
    tolerance: Duration,
}

struct Key {
    /// The header as it stands in a token, with the point behind it.
    header: String,
    hmac: hmac::Key,
}

#[derive(Serialize, Deserialize)]
struct Claims<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    #[serde(borrow)]
    aud: Cow<'a, str>,
    sub: Uuid,
    sid: Uuid,
    generation: u32,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl JwtAccessTokens {
    /// Tokens that hold for `lifetime`, signed with `secret`; those signed with a `previous` secret still verify, and so do
    /// those of another server whose clock is ahead by up to `tolerance`.
    #[must_use]
    pub fn new(secret: &SecretString, previous: &[SecretString], lifetime: Duration, tolerance: Duration) -> Self {
        let previous = previous.iter().map(Key::new).collect();
        Self { signing: Key::new(secret), previous, lifetime, tolerance }
    }

    /// The payload of a token that one of our keys signed.
    fn payload_of(&self, token: &str) -> Option<Vec<u8>> {
        let mut keys = std::iter::once(&self.signing).chain(&self.previous);
        let (key, rest) = keys.find_map(|key| Some((key, token.strip_prefix(&key.header)?)))?;
        let (payload, signature) = rest.split_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signed = &token[..key.header.len() + payload.len()];
        hmac::verify(&key.hmac, signed.as_bytes(), &signature).ok()?;
        BASE64_URL_SAFE_NO_PAD.decode(payload).ok()
    }
}

impl Key {
    fn new(secret: &SecretString) -> Self {
        let header = format!(r#"{{"typ":"JWT","alg":"HS256","kid":"{}"}}"#, key_id(secret));
        let header = format!("{}.", BASE64_URL_SAFE_NO_PAD.encode(header));
        Self { header, hmac: hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()) }
    }

    #[expect(clippy::expect_used, reason = "plain claims always serialise")]
    fn sign(&self, claims: &impl Serialize) -> String {
        let payload = serde_json::to_vec(claims).expect("claims");
        let mut token = self.header.clone();
        BASE64_URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = hmac::sign(&self.hmac, token.as_bytes());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// Names a secret key, and tells nothing of it.
pub(crate) fn key_id(secret: &SecretString) -> String {
    let mut digest = Sha256::new_with_prefix("key id");
    digest.update(secret.expose_secret());
    let id: Vec<u8> = digest.finalize().iter().copied().take(8).collect();
    BASE64_URL_SAFE_NO_PAD.encode(id)
}

impl AccessTokens for JwtAccessTokens {
    fn issue(&self, claims: &AccessClaims, now: Timestamp) -> SecretString {
        let issued = now.seconds();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: claims.user.0,
            sid: claims.session.0,
            generation: claims.generation,
            jti: OsSecrets.id(),
            iat: issued,
            nbf: issued,
            exp: now.after(self.lifetime).seconds(),
        };
        self.signing.sign(&claims).into()
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, InvalidToken> {
        if token.len() > MAX_LENGTH {
            return Err(InvalidToken);
        }
        let payload = self.payload_of(token).ok_or(InvalidToken)?;
        let claims: Claims<'_> = serde_json::from_slice(&payload).map_err(|_| InvalidToken)?;
        let latest = now.after(self.tolerance).seconds();
        let is_in_time = claims.iat.max(claims.nbf) <= latest && now.seconds() < claims.exp;
        if claims.iss != ISSUER || claims.aud != AUDIENCE || !is_in_time {
            return Err(InvalidToken);
        }
        Ok(AccessClaims { user: UserId(claims.sub), session: SessionId(claims.sid), generation: claims.generation })
    }

    fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SECRET: &str = "the key of today, long enough for HS256";
    const OLD_SECRET: &str = "the key of yesterday, long enough as well";
    const TOLERANCE: Duration = Duration::from_secs(10);

    fn tokens(secret: &str, previous: &[&str]) -> JwtAccessTokens {
        let previous: Vec<SecretString> = previous.iter().map(|&secret| secret.into()).collect();
        JwtAccessTokens::new(&secret.into(), &previous, Duration::from_mins(15), TOLERANCE)
    }

    fn claims() -> AccessClaims {
        AccessClaims { user: UserId(Uuid::from_u128(1)), session: SessionId(Uuid::from_u128(2)), generation: 7 }
    }

    /// The claims of a good token, to be spoilt.
    fn good() -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2),
            "generation": 7, "jti": Uuid::from_u128(3), "iat": NOW.seconds(), "nbf": NOW.seconds(), "exp": NOW.seconds() + 900,
        })
    }

    fn signed(claims: &impl Serialize) -> String {
        let header = Header { kid: Some(key_id(&SECRET.into())), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
    }

    fn segment(value: &Value) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
    }

    /// A token with this header, rightly signed with our key.
    fn with_header(header: &Value) -> String {
        let message = format!("{}.{}", segment(header), segment(&good()));
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    }

    #[test]
    fn what_is_issued_verifies_until_it_expires() {
        let tokens = tokens(SECRET, &[]);
        let token = tokens.issue(&claims(), NOW);
        let verify = |seconds| tokens.verify(token.expose_secret(), NOW.after(Duration::from_secs(seconds)));
        assert_eq!(verify(0), Ok(claims()));
        assert_eq!(verify(899), Ok(claims()));
        assert_eq!(verify(900), Err(InvalidToken));
    }

    /// By another implementation of the format.
    #[test]
    fn what_is_issued_is_a_token_to_others() {
        let token = tokens(SECRET, &[]).issue(&claims(), NOW);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        let read = jsonwebtoken::decode::<Value>(token.expose_secret(), &key, &validation).unwrap();
        assert_eq!(read.header.kid, Some(key_id(&SECRET.into())));
        assert_eq!((&read.claims["sub"], &read.claims["generation"]), (&json!(Uuid::from_u128(1)), &json!(7)));
    }

    /// The id of the key is by another implementation of SHA-256. Issuer and audience bear the product's name, whatever that is.
    #[test]
    fn what_an_older_version_issued_verifies() {
        let token = with_header(&json!({"typ": "JWT", "alg": "HS256", "kid": "eHFJ-kM-nOk"}));
        let verified = tokens(SECRET, &[]).verify(&token, NOW);
        assert_eq!(verified, Ok(claims()), "access tokens in use are refused: put the label of key ids back");
    }

    #[test]
    fn a_previous_key_verifies_and_a_forgotten_one_does_not() {
        let old = tokens(OLD_SECRET, &[]).issue(&claims(), NOW);
        assert_eq!(tokens(SECRET, &[OLD_SECRET]).verify(old.expose_secret(), NOW), Ok(claims()));
        assert_eq!(tokens(SECRET, &[]).verify(old.expose_secret(), NOW), Err(InvalidToken));
    }

    #[test]
    fn a_token_of_a_clock_that_is_ahead_verifies_as_far_as_that_is_tolerated() {
        let tokens = tokens(SECRET, &[]);
        let issued_in = |seconds| tokens.issue(&claims(), NOW.after(Duration::from_secs(seconds)));
        assert_eq!(tokens.verify(issued_in(10).expose_secret(), NOW), Ok(claims()));
        assert_eq!(tokens.verify(issued_in(11).expose_secret(), NOW), Err(InvalidToken));
    }

    #[test]
    fn every_claim_is_needed_with_its_type_and_value() {
        let tokens = tokens(SECRET, &[]);
        assert_eq!(tokens.verify(&signed(&good()), NOW), Ok(claims()));
        let spoilt = [
            ("iss", json!("somebody")),
            ("iss", json!([ISSUER])),
            ("aud", json!("another-api")),
            ("aud", json!([AUDIENCE, "another-api"])),
            ("sub", json!("ann@example.com")),
            ("sub", json!(1)),
            ("sid", json!("")),
            ("generation", json!("7")),
            ("generation", json!(-1)),
            ("jti", json!(7)),
            ("iat", json!("1800000000")),
            ("iat", json!(NOW.seconds() + 60)),
            ("nbf", json!(NOW.seconds() + 60)),
            ("nbf", json!(1.5)),
            ("exp", json!("never")),
            ("exp", json!(1e20)),
            ("exp", json!(NOW.seconds())),
        ];
        for (claim, value) in spoilt {
            let mut claims = good();
            claims[claim] = value.clone();
            assert_eq!(tokens.verify(&signed(&claims), NOW), Err(InvalidToken), "{claim}: {value}");
        }
        for claim in ["iss", "aud", "sub", "sid", "generation", "jti", "iat", "nbf", "exp"] {
            let mut claims = good();
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(tokens.verify(&signed(&claims), NOW), Err(InvalidToken), "without {claim}");
            claims[claim] = Value::Null;
            assert_eq!(tokens.verify(&signed(&claims), NOW), Err(InvalidToken), "{claim} null");
        }
    }

    #[test]
    fn only_our_own_header_is_accepted() {
        let tokens = tokens(SECRET, &[]);
        let kid = key_id(&SECRET.into());
        let ours = json!({"typ": "JWT", "alg": "HS256", "kid": kid});
        assert_eq!(tokens.verify(&with_header(&ours), NOW), Ok(claims()), "else the rows below prove nothing");
        let tricks = [
            json!({"typ": "JWT", "alg": "none", "kid": kid}),
            json!({"typ": "JWT", "alg": "HS384", "kid": kid}),
            json!({"typ": "JWT", "alg": "hs256", "kid": kid}),
            json!({"typ": "JWT", "alg": "RS256", "kid": kid}),
            json!({"typ": "JWT", "alg": "HS256"}),
            json!({"typ": "JWT", "alg": "HS256", "kid": "../../dev/null"}),
            json!({"typ": "JWT", "alg": "HS256", "kid": 1}),
            json!({"typ": "JWT", "alg": "HS256", "kid": kid, "jku": "https://evil.example/keys"}),
            json!({"typ": "JWT", "alg": "HS256", "kid": kid, "jwk": {"kty": "oct", "k": "AA"}}),
            json!({"typ": "JWT", "alg": "HS256", "kid": kid, "crit": ["exp"]}),
            json!({"typ": "JWT", "alg": "HS256", "kid": kid, "b64": false}),
        ];
        for header in tricks {
            assert_eq!(tokens.verify(&with_header(&header), NOW), Err(InvalidToken), "{header}");
        }
    }

    #[test]
    fn a_spoilt_text_is_no_token() {
        let tokens = tokens(SECRET, &[]);
        let token = signed(&good());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let spoilt = [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            message.to_owned(),
            format!("{message}."),
            format!("{message}.{}", signature.chars().rev().collect::<String>()),
            format!("{token}.{signature}"),
            format!("{token} "),
            "é".repeat(2_000),
            "a.".repeat(100_000),
        ];
        for text in spoilt {
            assert_eq!(tokens.verify(&text, NOW), Err(InvalidToken), "{text:.60}");
        }
    }
}
