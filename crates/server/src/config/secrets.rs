//! Secrets that are none.

use std::collections::BTreeSet;

const MIN_KEY_BYTES: usize = 32;
const MIN_DISTINCT_BYTES: usize = 8;

/// What stands in examples, tutorials and templates.
const SAMPLES: &[&str] = &[
    "changethis",
    "change-this",
    "change_this",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "yoursecret",
    "secret-key",
    "secret_key",
    "supersecret",
    "super-secret",
    "replace-me",
    "replace_me",
    "replaceme",
    "example",
    "placeholder",
    "insecure",
    "password1",
    "12345678",
    "qwertyui",
    "admin123",
    "letmein",
];

/// Whether a text contains something that everybody knows.
pub(super) fn is_sample(text: &str) -> bool {
    let text = text.to_lowercase();
    SAMPLES.iter().any(|sample| text.contains(sample)) || ["password", "secret", "postgres"].contains(&&*text)
}

/// Why a key can't be relied on.
pub(super) fn weakness_of_key(key: &str) -> Option<&'static str> {
    if is_sample(key) {
        return Some("is a sample that everybody knows");
    }
    if key.len() < MIN_KEY_BYTES {
        return Some("is shorter than 32 bytes");
    }
    let distinct: BTreeSet<u8> = key.bytes().collect();
    (distinct.len() < MIN_DISTINCT_BYTES).then_some("repeats too few characters to be random")
}
