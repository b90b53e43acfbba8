//! Access tokens as only somebody could make them who has the key: rightly signed, and wrong in one thing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::Value;

use crate::SIGNING_KEY;

/// A token taken apart, to be spoilt and signed again.
#[derive(Debug, Clone)]
pub struct Forgery {
    header: Value,
    claims: Value,
}

impl Forgery {
    /// What a good token says.
    #[must_use]
    pub fn of(token: &str) -> Self {
        let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64"));
        let mut json = || serde_json::from_slice(&parts.next().expect("three parts")).expect("JSON");
        Self { header: json(), claims: json() }
    }

    /// With this in its header; nothing there for `null`.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: Value) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// With this claim; without it for `null`.
    #[must_use]
    pub fn with_claim(mut self, name: &str, value: Value) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    /// What a claim says.
    #[must_use]
    pub fn claim(&self, name: &str) -> &Value {
        &self.claims[name]
    }

    /// Signed with the server's key, as the server does.
    #[must_use]
    pub fn signed(&self) -> String {
        self.signed_with(SIGNING_KEY, Algorithm::HS256)
    }

    /// Signed with this key, in this way, whatever its header says.
    #[must_use]
    pub fn signed_with(&self, key: &str, algorithm: Algorithm) -> String {
        let message = self.message();
        let key = EncodingKey::from_secret(key.as_bytes());
        let signature = crypto::sign(message.as_bytes(), &key, algorithm).expect("a signature");
        format!("{message}.{signature}")
    }

    /// Not signed at all.
    #[must_use]
    pub fn unsigned(&self) -> String {
        format!("{}.", self.message())
    }

    fn message(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    let object = object.as_object_mut().expect("an object");
    if value.is_null() {
        object.shift_remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}
