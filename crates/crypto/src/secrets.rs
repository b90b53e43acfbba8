//! Randomness from the operating system.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ironplate_application::ports::{Clock, Secrets};
use secrecy::SecretString;
use uuid::{Builder, Uuid};

use crate::SystemClock;

/// Makes ids from the machine's time and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSecrets;

impl Secrets for OsSecrets {
    fn id(&self) -> Uuid {
        let millis = u64::try_from(SystemClock.now().micros() / 1_000).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
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
}
