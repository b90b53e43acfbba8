//! Randomness from the operating system.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use ironplate_application::ports::{Clock, Secrets};
use ironplate_domain::{RefreshSalt, TokenDigest, TokenSecret};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::SystemClock;

/// Makes ids from the machine's time and randomness, and the secrets of links from randomness alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSecrets;

impl Secrets for OsSecrets {
    fn id(&self) -> Uuid {
        let millis = u64::try_from(SystemClock.now().micros() / 1_000).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
    }

    fn token(&self) -> (TokenSecret, TokenDigest) {
        let secret = TokenSecret::new(random_text::<32>().expose_secret());
        let digest = self.digest(&secret);
        (secret, digest)
    }

    fn bits(&self) -> [u8; 20] {
        random()
    }

    fn salt(&self) -> RefreshSalt {
        RefreshSalt(random())
    }

    fn successor(&self, token: &TokenSecret, salt: RefreshSalt) -> TokenSecret {
        let mut bytes = [0; 32];
        let derived = Hkdf::<Sha256>::new(Some(&salt.0), token.expose().as_bytes());
        // Fails for lengths beyond 255 digests only.
        let _ = derived.expand(b"refresh token", &mut bytes);
        TokenSecret::new(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    fn digest(&self, secret: &TokenSecret) -> TokenDigest {
        TokenDigest(Sha256::digest(secret.expose()).into())
    }
}

/// URL-safe text that holds `BYTES` random bytes: 32 make a key, 12 a password that can be typed.
#[must_use]
pub fn random_text<const BYTES: usize>() -> SecretString {
    BASE64_URL_SAFE_NO_PAD.encode(random::<BYTES>()).into()
}

/// # Panics
/// When the operating system has no randomness: then nothing that is built on it may go on.
#[expect(clippy::disallowed_methods, reason = "this is where randomness comes in")]
pub(crate) fn random<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no randomness: {error}");
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_version_7_and_differ() {
        let ids: HashSet<Uuid> = (0..1_000).map(|_| OsSecrets.id()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn a_token_is_256_bits_of_text_for_a_link_and_never_the_same() {
        let tokens: HashSet<String> = (0..1_000).map(|_| OsSecrets.token().0.expose().to_owned()).collect();
        assert_eq!(tokens.len(), 1_000);
        for token in tokens {
            assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&token).unwrap().len(), 32);
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
        }
    }

    #[test]
    fn a_successor_follows_from_token_and_salt_together() {
        let ((token, _), salt) = (OsSecrets.token(), OsSecrets.salt());
        let successor = |token: &TokenSecret, salt| OsSecrets.successor(token, salt).expose().to_owned();
        let first = successor(&token, salt);
        assert_eq!(successor(&token, salt), first);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&first).unwrap().len(), 32);
        assert_ne!(successor(&token, OsSecrets.salt()), first);
        assert_ne!(successor(&OsSecrets.token().0, salt), first);
        assert_ne!(first, token.expose());
    }

    /// By another implementation of RFC 5869.
    #[test]
    fn versions_that_run_side_by_side_agree_on_a_successor() {
        let successor = OsSecrets.successor(&TokenSecret::new("abc"), RefreshSalt([7; 32]));
        assert_eq!(
            successor.expose(),
            "MgDMrCfDEY7720_gDlmnduJGxlzCILqM2anzEilDLro",
            "clients that lost the answer to a refresh are logged out: put the label of refresh tokens back"
        );
    }

    #[test]
    fn a_token_comes_with_the_sha_256_of_its_text() {
        let (secret, digest) = OsSecrets.token();
        assert_eq!(OsSecrets.digest(&secret), digest);
        // The standard's own example: FIPS 180-4, the text "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let TokenDigest(bytes) = OsSecrets.digest(&TokenSecret::new("abc"));
        assert_eq!(bytes.map(|byte| format!("{byte:02x}")).concat(), expected);
    }
}
