//! CBOR as authenticators write it (RFC 8949): one item, and nothing behind it.

use ciborium::Value;
use ironplate_application::ports::Unverified;

/// No answer of an authenticator nests deeper.
const MAX_DEPTH: usize = 16;

/// No map of theirs has more entries. Each key is compared with each.
const MAX_ENTRIES: usize = 64;

/// A map whose keys are each there once.
#[derive(Debug)]
pub(super) struct Map(Vec<(Value, Value)>);

impl Map {
    /// The bytes, all of them.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unverified> {
        let (map, rest) = Self::begin(bytes)?;
        if rest.is_empty() { Ok(map) } else { Err(Unverified::Malformed) }
    }

    /// The first item, and what is behind it.
    pub(super) fn begin(bytes: &[u8]) -> Result<(Self, &[u8]), Unverified> {
        let mut rest = bytes;
        let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_DEPTH);
        Ok((Self::of(value.map_err(|_| Unverified::Malformed)?)?, rest))
    }

    /// What was decoded as part of something.
    pub(super) fn of(value: Value) -> Result<Self, Unverified> {
        let entries = value.into_map().map_err(|_| Unverified::Malformed)?;
        let is_twice =
            |(at, (key, _)): (usize, &(Value, Value))| entries.iter().take(at).any(|(other, _)| other == key);
        if entries.len() > MAX_ENTRIES || entries.iter().enumerate().any(is_twice) {
            return Err(Unverified::Malformed);
        }
        Ok(Self(entries))
    }

    /// What this key stands for; it is not there any more.
    pub(super) fn take(&mut self, key: impl Into<Value>) -> Result<Value, Unverified> {
        let key = key.into();
        let at = self.0.iter().position(|(known, _)| *known == key).ok_or(Unverified::Malformed)?;
        Ok(self.0.swap_remove(at).1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(super) fn bytes(value: Value) -> Result<Vec<u8>, Unverified> {
    value.into_bytes().map_err(|_| Unverified::Malformed)
}

pub(super) fn text(value: Value) -> Result<String, Unverified> {
    value.into_text().map_err(|_| Unverified::Malformed)
}

pub(super) fn number(value: Value) -> Result<i64, Unverified> {
    value.into_integer().ok().and_then(|number| i64::try_from(number).ok()).ok_or(Unverified::Malformed)
}
