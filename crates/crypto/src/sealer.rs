//! Encryption of the links that wait in the outbox.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use ironplate_application::ports::{TokenSealer, Unsealable};
use ironplate_domain::{MessageId, SealedToken, TokenSecret};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::secrets::random;

/// Names what the key is for, so that the same secret key can serve for other things as well.
const PURPOSE: &[u8] = b"ironplate outbox token sealing 1";

/// The first byte of what is stored: how the rest was made. Authenticated like all else.
const VERSION: u8 = 1;

const NONCE_LENGTH: usize = 24;

/// Seals with one key; opens with that and with previous ones.
///
/// A sealed token is a version byte, a random nonce of 24 bytes, and the ciphertext of XChaCha20-Poly1305 with its tag.
/// Version and message id are authenticated with it, so it opens for its own message alone.
pub struct AeadTokenSealer {
    sealing: XChaCha20Poly1305,
    previous: Vec<XChaCha20Poly1305>,
}

impl AeadTokenSealer {
    /// Seals with a key derived from `secret_key`; what was sealed with one of a `previous` secret key still opens.
    #[must_use]
    pub fn new(secret_key: &SecretString, previous: &[SecretString]) -> Self {
        Self { sealing: cipher(secret_key), previous: previous.iter().map(cipher).collect() }
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8160 bytes, and 32 are asked for")]
fn cipher(secret_key: &SecretString) -> XChaCha20Poly1305 {
    let mut key = chacha20poly1305::Key::default();
    let derivation = Hkdf::<Sha256>::new(None, secret_key.expose_secret().as_bytes());
    derivation.expand(PURPOSE, &mut key).expect("a key of 32 bytes");
    XChaCha20Poly1305::new(&key)
}

/// What the ciphertext is bound to besides its key.
fn bound_to(message: MessageId) -> [u8; 17] {
    let mut bound = [VERSION; 17];
    for (place, byte) in bound.iter_mut().skip(1).zip(message.0.as_bytes()) {
        *place = *byte;
    }
    bound
}

impl TokenSealer for AeadTokenSealer {
    #[expect(clippy::expect_used, reason = "it refuses only texts of more than 256 GiB")]
    fn seal(&self, message: MessageId, secret: &TokenSecret) -> SealedToken {
        let nonce = random::<NONCE_LENGTH>();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: &bound_to(message) };
        let ciphertext = self.sealing.encrypt(&XNonce::from(nonce), payload).expect("a ciphertext");
        SealedToken([&[VERSION][..], &nonce, &ciphertext].concat())
    }

    fn open(&self, message: MessageId, sealed: &SealedToken) -> Result<TokenSecret, Unsealable> {
        let Some((&VERSION, rest)) = sealed.0.split_first() else { return Err(Unsealable) };
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(Unsealable)?;
        let (nonce, bound) = (XNonce::from(*nonce), bound_to(message));
        let opened = std::iter::once(&self.sealing)
            .chain(&self.previous)
            .find_map(|key| key.decrypt(&nonce, Payload { msg: ciphertext, aad: &bound }).ok())
            .ok_or(Unsealable)?;
        std::str::from_utf8(&opened).map(TokenSecret::new).map_err(|_| Unsealable)
    }
}

impl fmt::Debug for AeadTokenSealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AeadTokenSealer(…)")
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
        let sealed = "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWF4jVrMONFIQjTq9JmmwUJnx3Txq0HKrpdxZqFzlUqTrEgKOtx7R3dCNF4Kc_hSoxvMKA\
            I1kwErvLlSRL";
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
    }
}
