//! What an authenticator says of a request (<https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data>).

use ironplate_application::ports::Unverified;
use ironplate_domain::CredentialId;
use uuid::Uuid;

use super::cbor::Map;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const MAY_BE_BACKED_UP: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const MADE: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

#[derive(Debug)]
pub(super) struct AuthenticatorData {
    /// SHA-256 of its id.
    pub(super) relying_party: [u8; 32],
    pub(super) is_user_present: bool,
    pub(super) is_user_verified: bool,
    pub(super) is_backed_up: bool,
    pub(super) sign_count: u32,
    /// The passkey, where one was made.
    pub(super) made: Option<Made>,
}

#[derive(Debug)]
pub(super) struct Made {
    pub(super) aaguid: Uuid,
    pub(super) credential: CredentialId,
    /// As it is encoded.
    pub(super) key: Vec<u8>,
}

impl AuthenticatorData {
    /// The bytes, all of them.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unverified> {
        let (relying_party, rest) = take(bytes)?;
        let ([flags], rest) = take(rest)?;
        let (sign_count, rest) = take(rest)?;
        let has = |flag| flags & flag != 0;
        let (made, rest) =
            if has(MADE) { Made::begin(rest).map(|(made, rest)| (Some(made), rest))? } else { (None, rest) };
        let rest = if has(EXTENDED) { Map::begin(rest)?.1 } else { rest };
        let is_contradictory = has(BACKED_UP) && !has(MAY_BE_BACKED_UP);
        if !rest.is_empty() || is_contradictory {
            return Err(Unverified::Malformed);
        }
        Ok(Self {
            relying_party,
            is_user_present: has(USER_PRESENT),
            is_user_verified: has(USER_VERIFIED),
            is_backed_up: has(BACKED_UP),
            sign_count: u32::from_be_bytes(sign_count),
            made,
        })
    }
}

impl Made {
    fn begin(bytes: &[u8]) -> Result<(Self, &[u8]), Unverified> {
        let (aaguid, rest) = take(bytes)?;
        let (length, rest) = take(rest)?;
        let (credential, rest) =
            rest.split_at_checked(usize::from(u16::from_be_bytes(length))).ok_or(Unverified::Malformed)?;
        let behind = Map::begin(rest)?.1;
        let key = rest.strip_suffix(behind).ok_or(Unverified::Malformed)?.to_vec();
        let credential = CredentialId::new(credential).ok_or(Unverified::Malformed)?;
        Ok((Self { aaguid: Uuid::from_bytes(aaguid), credential, key }, behind))
    }
}

fn take<const LENGTH: usize>(bytes: &[u8]) -> Result<([u8; LENGTH], &[u8]), Unverified> {
    bytes.split_first_chunk().map(|(first, rest)| (*first, rest)).ok_or(Unverified::Malformed)
}
