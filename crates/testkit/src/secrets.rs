//! Identifiers that a test can foresee.

use std::sync::atomic::{AtomicU64, Ordering};

use ironplate_application::ports::Secrets;
use uuid::{Builder, Uuid};

/// Makes the same ids in the same order for the same seed. They look like `UUIDv7`, and each is greater than the one
/// before it.
#[derive(Debug)]
pub struct SeededSecrets {
    seed: u64,
    made: AtomicU64,
}

/// 2026-01-02T03:04:05.678Z, the first id's time.
const FIRST_MILLIS: u64 = 1_767_323_045_678;

impl SeededSecrets {
    /// Two with the same seed make the same ids.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, made: AtomicU64::new(0) }
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
}
