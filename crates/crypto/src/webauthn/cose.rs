//! Public keys (RFC 9052 and 9053; RFC 8812 for RSA), and their signatures.

use std::ops::RangeInclusive;

use ironplate_application::ports::Unverified;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::cbor::{self, Map};

// Labels of a key's parts.
const TYPE: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const RSA_N: i64 = -1;
const RSA_E: i64 = -2;

// Types, algorithms and curves.
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;
const P_256: i64 = 1;
const ED25519_CURVE: i64 = 6;

/// In bits: at the least, and no more than are checked in good time.
const RSA_BITS: RangeInclusive<usize> = 2048..=4096;

/// A key of one of the algorithms that are asked for: ES256, EdDSA and RS256.
#[derive(Debug)]
pub(super) enum PublicKey {
    /// A point, as SEC 1 writes it uncompressed.
    Es256([u8; 65]),
    EdDsa([u8; 32]),
    Rs256 {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

impl PublicKey {
    pub(super) fn parse(cose: &[u8]) -> Result<Self, Unverified> {
        let mut key = Map::parse(cose)?;
        let public_key = Self::of(&mut key)?;
        // Nor may a key have other parameters (WebAuthn Level 3, section 6.5.1.1): what is stored is no bigger than it must be.
        if key.is_empty() { Ok(public_key) } else { Err(Unverified::Malformed) }
    }

    fn of(key: &mut Map) -> Result<Self, Unverified> {
        let mut number = |label: i64| key.take(label).and_then(cbor::number);
        match (number(TYPE)?, number(ALGORITHM)?) {
            (EC2, ES256) if number(CURVE)? == P_256 => {
                let mut point = [4; 65];
                let (_, coordinates) = point.split_at_mut(1);
                coordinates.copy_from_slice(&[coordinate(key, X)?, coordinate(key, Y)?].concat());
                Ok(Self::Es256(point))
            }
            (OKP, EDDSA) if number(CURVE)? == ED25519_CURVE => coordinate(key, X).map(Self::EdDsa),
            (RSA, RS256) => {
                let (n, e) = (key.take(RSA_N).and_then(cbor::bytes)?, key.take(RSA_E).and_then(cbor::bytes)?);
                let zeros = n.first().map_or(0, |first| first.leading_zeros() as usize);
                if RSA_BITS.contains(&(n.len() * 8 - zeros)) {
                    Ok(Self::Rs256 { n, e })
                } else {
                    Err(Unverified::Algorithm)
                }
            }
            _ => Err(Unverified::Algorithm),
        }
    }

    /// # Errors
    /// [`Unverified::Signature`], also for a key that is none: a point off its curve.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Unverified> {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Unverified::Signature)
    }
}

fn coordinate(key: &mut Map, label: i64) -> Result<[u8; 32], Unverified> {
    key.take(label).and_then(cbor::bytes)?.try_into().map_err(|_| Unverified::Malformed)
}
