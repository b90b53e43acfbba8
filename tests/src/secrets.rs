//! What must be found nowhere.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Secrets to look for in what was stored and logged, each under a name that a failure can tell.
#[derive(Default)]
pub struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Looks for this, as it is and in hexadecimal.
    pub fn add(&mut self, name: &str, secret: &[u8]) {
        let digits = secret.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hexadecimal = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        self.0.push((name.to_owned(), latin(secret)));
        self.0.push((format!("{name}, in hexadecimal"), hexadecimal));
    }

    /// Looks for a token of 256 bits, as its text and as its bits.
    pub fn add_token(&mut self, name: &str, token: &str) {
        assert_eq!(token.len(), 43, "256 bits: {token}");
        self.add(name, token.as_bytes());
        self.add(&format!("{name}, decoded"), &URL_SAFE_NO_PAD.decode(token).expect("base64"));
    }

    /// Asserts that none of them is here.
    pub fn assert_absent(&self, place: &str, bytes: &[u8]) {
        let text = latin(bytes);
        let found: Vec<_> = self.0.iter().filter(|(_, secret)| text.contains(secret)).map(|(name, _)| name).collect();
        assert!(found.is_empty(), "{place}: {found:?}");
    }
}

/// Bytes as text in which each is a letter of its own, for texts are searched quickly.
#[must_use]
pub fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
