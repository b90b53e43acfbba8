//! Encryption of secrets that are stored: of links that wait in the outbox, and of authenticator apps.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use ironplate_application::ports::{SecretSealer, TokenSealer, Unsealable};
use ironplate_domain::{AuthenticatorAppId, KeyId, MessageId, SealedSecret, SealedToken, TokenSecret, TotpSecret};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha2::Sha256;
use uuid::Uuid;

use crate::{secrets::random, tokens::key_id};

/// The first byte of what is stored: how the rest was made. Authenticated like all else.
const VERSION: u8 = 1;

const NONCE_LENGTH: usize = 24;

/// Seals with one key; opens with that and with previous ones.
///
/// What is sealed is a version byte, a random nonce of 24 bytes, and the ciphertext of XChaCha20-Poly1305 with its tag.
/// Version and id are authenticated with it, so it opens for what has that id alone.
struct Sealer {
    sealing: XChaCha20Poly1305,
    previous: Vec<XChaCha20Poly1305>,
}

impl Sealer {
    /// The purpose names what the keys are for, so that the same secret key serves for several things.
    fn new(purpose: &[u8], secret_key: &SecretString, previous: &[SecretString]) -> Self {
        let previous = previous.iter().map(|secret_key| cipher(purpose, secret_key)).collect();
        Self { sealing: cipher(purpose, secret_key), previous }
    }

    #[expect(clippy::expect_used, reason = "it refuses only texts of more than 256 GiB")]
    fn seal(&self, id: Uuid, secret: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_LENGTH>();
        let payload = Payload { msg: secret, aad: &bound_to(id) };
        let ciphertext = self.sealing.encrypt(&XNonce::from(nonce), payload).expect("a ciphertext");
        [&[VERSION][..], &nonce, &ciphertext].concat()
    }

    fn open(&self, id: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let Some((&VERSION, rest)) = sealed.split_first() else { return Err(Unsealable) };
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(Unsealable)?;
        let (nonce, bound) = (XNonce::from(*nonce), bound_to(id));
        std::iter::once(&self.sealing)
            .chain(&self.previous)
            .find_map(|key| key.decrypt(&nonce, Payload { msg: ciphertext, aad: &bound }).ok())
            .map(Zeroizing::new)
            .ok_or(Unsealable)
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8160 bytes, and 32 are asked for")]
fn cipher(purpose: &[u8], secret_key: &SecretString) -> XChaCha20Poly1305 {
    let mut key = chacha20poly1305::Key::default();
    let derivation = Hkdf::<Sha256>::new(None, secret_key.expose_secret().as_bytes());
    derivation.expand(purpose, &mut key).expect("a key of 32 bytes");
    XChaCha20Poly1305::new(&key)
}

/// What the ciphertext is bound to besides its key.
fn bound_to(id: Uuid) -> [u8; 17] {
    let mut bound = [VERSION; 17];
    for (place, byte) in bound.iter_mut().skip(1).zip(id.as_bytes()) {
        *place = *byte;
    }
    bound
}

/// Encrypts the secrets of links, each for its message.
pub struct AeadTokenSealer(Sealer);

impl AeadTokenSealer {
    /// Seals with a key derived from `secret_key`; what was sealed with one of a `previous` secret key still opens.
    #[must_use]
    pub fn new(secret_key: &SecretString, previous: &[SecretString]) -> Self {
        Self(Sealer::new(b"outbox token sealing 1", secret_key, previous))
    }
}

impl TokenSealer for AeadTokenSealer {
    fn seal(&self, message: MessageId, secret: &TokenSecret) -> SealedToken {
        SealedToken(self.0.seal(message.0, secret.expose().as_bytes()))
    }

    fn open(&self, message: MessageId, sealed: &SealedToken) -> Result<TokenSecret, Unsealable> {
        let opened = self.0.open(message.0, &sealed.0)?;
        std::str::from_utf8(&opened).map(TokenSecret::new).map_err(|_| Unsealable)
    }
}

impl fmt::Debug for AeadTokenSealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AeadTokenSealer(…)")
    }
}

/// Encrypts the secrets of authenticator apps, each for its app.
pub struct AeadSecretSealer {
    sealer: Sealer,
    key: KeyId,
}

impl AeadSecretSealer {
    /// Seals with a key derived from `secret_key`; what was sealed with one of a `previous` secret key still opens.
    #[must_use]
    pub fn new(secret_key: &SecretString, previous: &[SecretString]) -> Self {
        let sealer = Sealer::new(b"authenticator app sealing 1", secret_key, previous);
        Self { sealer, key: KeyId(key_id(secret_key)) }
    }
}

impl SecretSealer for AeadSecretSealer {
    fn key(&self) -> KeyId {
        self.key.clone()
    }

    fn seal(&self, app: AuthenticatorAppId, secret: &TotpSecret) -> SealedSecret {
        SealedSecret { key: self.key(), bytes: self.sealer.seal(app.0, secret.expose()) }
    }

    fn open(&self, app: AuthenticatorAppId, sealed: &SealedSecret) -> Result<TotpSecret, Unsealable> {
        let opened = self.sealer.open(app.0, &sealed.bytes)?;
        <[u8; TotpSecret::BYTES]>::try_from(&opened[..]).map(TotpSecret::new).map_err(|_| Unsealable)
    }
}

impl fmt::Debug for AeadSecretSealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AeadSecretSealer(…)")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use uuid::Uuid;

    use super::*;

    const SECRET_KEY: &str = "the key of today, long enough for anything";
    const OLD_SECRET_KEY: &str = "the key of yesterday, long enough as well";
    const MESSAGE: MessageId = MessageId(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab));
    const TOKEN: &str = "zSvM0f2v5yZbNw6f0tYkqk3xw1Zr0xq6cJ7mA9d2h3Q";

    fn sealer(secret_key: &str, previous: &[&str]) -> AeadTokenSealer {
        let previous: Vec<SecretString> = previous.iter().map(|&secret_key| secret_key.into()).collect();
        AeadTokenSealer::new(&secret_key.into(), &previous)
    }

    fn sealed(secret_key: &str) -> SealedToken {
        sealer(secret_key, &[]).seal(MESSAGE, &TokenSecret::new(TOKEN))
    }

    fn opened(keys: &AeadTokenSealer, message: MessageId, sealed: &SealedToken) -> Option<String> {
        keys.open(message, sealed).ok().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn what_is_sealed_opens_for_its_message() {
        let keys = sealer(SECRET_KEY, &[]);
        for text in [TOKEN, "", "Grüße"] {
            let sealed = keys.seal(MESSAGE, &TokenSecret::new(text));
            assert_eq!(opened(&keys, MESSAGE, &sealed).as_deref(), Some(text));
        }
    }

    /// By another implementation of XChaCha20-Poly1305.
    #[test]
    fn what_an_older_version_sealed_opens() {
        let sealed = "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFy8fXantHI2gAe2urvE-KO0-_2YFU3Py0N7f5CKtHcAZtwwy09ou5hIipe2ZuiJSoj5K\
            0v93Mt4qWngj";
        let sealed = SealedToken(BASE64_URL_SAFE_NO_PAD.decode(sealed).unwrap());
        let opened = opened(&sealer(SECRET_KEY, &[]), MESSAGE, &sealed);
        let damage =
            "mail that waits can't be sent any more: put the label of sealing back, or go on opening what it sealed";
        assert_eq!(opened.as_deref(), Some(TOKEN), "{damage}");
    }

    #[test]
    fn another_message_can_not_open_it() {
        let other = MessageId(Uuid::from_u128(MESSAGE.0.as_u128() ^ 1));
        assert_eq!(opened(&sealer(SECRET_KEY, &[]), other, &sealed(SECRET_KEY)), None);
    }

    #[test]
    fn a_previous_key_opens_and_a_forgotten_one_does_not() {
        let old = sealed(OLD_SECRET_KEY);
        let current = sealer(SECRET_KEY, &["unrelated", OLD_SECRET_KEY]);
        assert_eq!(opened(&current, MESSAGE, &old).as_deref(), Some(TOKEN));
        assert_eq!(opened(&sealer(SECRET_KEY, &[]), MESSAGE, &old), None);
        let new = current.seal(MESSAGE, &TokenSecret::new(TOKEN));
        assert_eq!(opened(&sealer(OLD_SECRET_KEY, &[]), MESSAGE, &new), None, "only the current key seals");
    }

    #[test]
    fn one_flipped_bit_anywhere_spoils_it() {
        let (sealer, good) = (sealer(SECRET_KEY, &[OLD_SECRET_KEY]), sealed(SECRET_KEY));
        for at in 0..good.0.len() * 8 {
            let mut spoilt = good.clone();
            spoilt.0[at / 8] ^= 1 << (at % 8);
            assert_eq!(opened(&sealer, MESSAGE, &spoilt), None, "bit {at}");
        }
    }

    #[test]
    fn a_part_of_it_is_worth_nothing() {
        let (sealer, good) = (sealer(SECRET_KEY, &[]), sealed(SECRET_KEY));
        for length in 0..good.0.len() {
            assert_eq!(opened(&sealer, MESSAGE, &SealedToken(good.0[..length].to_vec())), None, "{length} bytes");
        }
        let longer = SealedToken([good.0, vec![0]].concat());
        assert_eq!(opened(&sealer, MESSAGE, &longer), None);
    }

    #[test]
    fn it_never_looks_the_same_and_shows_nothing() {
        let (one, other) = (sealed(SECRET_KEY), sealed(SECRET_KEY));
        assert_ne!(one, other);
        assert!(!one.0.windows(8).any(|part| TOKEN.as_bytes().windows(8).any(|clear| clear == part)));
    }

    #[test]
    fn no_key_is_printed() {
        assert_eq!(format!("{:?}", sealer(SECRET_KEY, &[OLD_SECRET_KEY])), "AeadTokenSealer(…)");
        assert_eq!(format!("{:?}", secret_sealer(SECRET_KEY, &[OLD_SECRET_KEY])), "AeadSecretSealer(…)");
    }

    const APP: AuthenticatorAppId = AuthenticatorAppId(MESSAGE.0);

    fn secret_sealer(secret_key: &str, previous: &[&str]) -> AeadSecretSealer {
        let previous: Vec<SecretString> = previous.iter().map(|&secret_key| secret_key.into()).collect();
        AeadSecretSealer::new(&secret_key.into(), &previous)
    }

    #[test]
    fn the_secret_of_an_app_opens_for_it_alone_and_with_previous_keys() {
        let (secret, sealer) = (TotpSecret::new([7; 20]), secret_sealer(SECRET_KEY, &[]));
        let kept = sealer.seal(APP, &secret);
        assert_eq!(sealer.open(APP, &kept), Ok(secret.clone()));
        assert!(!kept.bytes.windows(4).any(|part| part == [7; 4]));
        let other = AuthenticatorAppId(Uuid::from_u128(1));
        assert_eq!(sealer.open(other, &kept), Err(Unsealable));
        let later = secret_sealer("the key of tomorrow, which is long enough, too", &[SECRET_KEY]);
        assert_eq!(later.open(APP, &kept), Ok(secret.clone()));
        assert_eq!(secret_sealer(OLD_SECRET_KEY, &[]).open(APP, &kept), Err(Unsealable));
        assert_eq!((kept.key == sealer.key(), kept.key == later.key()), (true, false));
        assert_eq!(later.seal(APP, &secret).key, later.key());
    }

    /// The same secret key, and the same id.
    #[test]
    fn what_is_sealed_for_one_purpose_opens_for_no_other() {
        let app = secret_sealer(SECRET_KEY, &[]).seal(APP, &TotpSecret::new(*b"a secret of twenty b"));
        assert_eq!(opened(&sealer(SECRET_KEY, &[]), MESSAGE, &SealedToken(app.bytes)), None);
        let link = sealer(SECRET_KEY, &[]).seal(MESSAGE, &TokenSecret::new("a link of twenty let"));
        let link = SealedSecret { key: KeyId(String::new()), bytes: link.0 };
        assert_eq!(secret_sealer(SECRET_KEY, &[]).open(APP, &link), Err(Unsealable));
    }

    /// By another implementation of XChaCha20-Poly1305.
    #[test]
    fn the_secret_of_an_app_that_an_older_version_sealed_opens() {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(SEALED_BEFORE).unwrap();
        let sealed = SealedSecret { key: KeyId(String::new()), bytes };
        let damage =
            "nobody's authenticator app works any more: put the label of sealing back, or go on opening what it sealed";
        assert_eq!(
            secret_sealer(SECRET_KEY, &[]).open(APP, &sealed),
            Ok(TotpSecret::new(*b"12345678901234567890")),
            "{damage}"
        );
    }

    const SEALED_BEFORE: &str = "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWF6d1leo7UuVElWK3RuQRMxPOn0qu8nZJisT9q05eufBm7RMwNw";
}
