//! Identifiers and secrets that a test can foresee.

use std::sync::atomic::{AtomicU64, Ordering};

use ironplate_application::ports::Secrets;
use ironplate_domain::{RefreshSalt, TokenDigest, TokenSecret};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// Makes the same ids in the same order for the same seed. They look like `UUIDv7`, and each is greater than the one
/// before it. So it does with the secrets of links, which look like real ones; ids and secrets do not push one another on.
#[derive(Debug)]
pub struct SeededSecrets {
    seed: u64,
    made: AtomicU64,
    tokens_made: AtomicU64,
}

/// 2026-01-02T03:04:05.678Z, the first id's time.
const FIRST_MILLIS: u64 = 1_767_323_045_678;

/// What may stand in a link's secret.
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl SeededSecrets {
    /// Two with the same seed make the same ids and the same secrets.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, made: AtomicU64::new(0), tokens_made: AtomicU64::new(0) }
    }
}

impl Secrets for SeededSecrets {
    fn id(&self) -> Uuid {
        let nth = self.made.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        for (byte, scrambled) in random.iter_mut().zip(scramble(self.seed ^ scramble(nth)).to_le_bytes()) {
            *byte = scrambled;
        }
        Builder::from_unix_timestamp_millis(FIRST_MILLIS + nth, &random).into_uuid()
    }

    fn token(&self) -> (TokenSecret, TokenDigest) {
        let nth = self.tokens_made.fetch_add(1, Ordering::SeqCst);
        // 256 bits are 43 characters of six.
        let character = |at| {
            let scrambled = scramble(scramble(self.seed ^ scramble(nth)) ^ at).to_le_bytes();
            char::from(URL_SAFE[usize::from(scrambled[0] % 64)])
        };
        let secret = TokenSecret::new(&(0..43).map(character).collect::<String>());
        let digest = self.digest(&secret);
        (secret, digest)
    }

    fn bits(&self) -> [u8; 20] {
        let [bits @ .., _, _, _, _, _, _, _, _, _, _, _, _] = self.token().1.0;
        bits
    }

    fn salt(&self) -> RefreshSalt {
        RefreshSalt(self.token().1.0)
    }

    fn successor(&self, token: &TokenSecret, salt: RefreshSalt) -> TokenSecret {
        let derived = Sha256::new().chain_update(salt.0).chain_update(token.expose()).finalize();
        // 43 characters, as real ones have.
        let characters = derived.iter().chain(derived.iter()).take(43);
        TokenSecret::new(&characters.map(|byte| char::from(URL_SAFE[usize::from(byte % 64)])).collect::<String>())
    }

    fn digest(&self, secret: &TokenSecret) -> TokenDigest {
        TokenDigest(Sha256::digest(secret.expose()).into())
    }
}

/// The finalizer of `SplitMix64`: neighbours come out far apart.
fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_increase_and_repeat_with_the_seed() {
        let ids = |seed| {
            let secrets = SeededSecrets::new(seed);
            (0..100).map(|_| secrets.id()).collect::<Vec<_>>()
        };
        assert!(ids(1).is_sorted());
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
        assert!(ids(1).iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn tokens_differ_and_repeat_with_the_seed() {
        let tokens = |seed| {
            let secrets = SeededSecrets::new(seed);
            let token = |_| {
                secrets.id();
                secrets.token().0.expose().to_owned()
            };
            (0..100).map(token).collect::<Vec<_>>()
        };
        assert_eq!(tokens(1), tokens(1));
        assert_eq!(tokens(1).iter().chain(&tokens(2)).collect::<HashSet<_>>().len(), 200);
        assert!(tokens(1).iter().all(|token| token.len() == 43));
        assert_eq!(SeededSecrets::new(1).token().0.expose(), tokens(1)[0], "whatever ids were made before");
    }

    #[test]
    fn a_digest_is_of_the_secret_alone() {
        let (secret, digest) = SeededSecrets::new(1).token();
        assert_eq!(SeededSecrets::new(2).digest(&secret), digest);
        assert_ne!(SeededSecrets::new(1).digest(&TokenSecret::new("another")), digest);
    }
}
