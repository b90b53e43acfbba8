//! What the browser says of a request (<https://www.w3.org/TR/webauthn-3/#dictdef-collectedclientdata>).

use ironplate_application::ports::{Ceremony, Unverified};
use serde::Deserialize;
use subtle::ConstantTimeEq;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    r#type: String,
    pub(super) challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    pub(super) fn parse(json: &[u8]) -> Result<Self, Unverified> {
        // A mark of the byte order is no part of the text.
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        serde_json::from_slice(json).map_err(|_| Unverified::Malformed)
    }

    pub(super) fn check(&self, purpose: &str, expected: Ceremony<'_>) -> Result<(), Unverified> {
        if self.r#type != purpose {
            return Err(Unverified::Purpose);
        }
        if !bool::from(self.challenge.as_bytes().ct_eq(expected.challenge.expose().as_bytes())) {
            return Err(Unverified::Challenge);
        }
        let is_framed = self.cross_origin || self.top_origin.is_some();
        if is_framed || !expected.party.origins.contains(&self.origin) {
            return Err(Unverified::Origin);
        }
        Ok(())
    }
}
