//! What a relying party checks (<https://www.w3.org/TR/webauthn-3/#sctn-rp-operations>). No attestation is asked for, and none is
//! believed.

mod authenticator_data;
mod cbor;
mod client_data;
mod cose;
#[cfg(test)]
mod tests;

use ironplate_application::ports::{
    Asserted, Assertion, Ceremony, PasskeyVerifier, Registered, Registration, Unverified, UserVerification,
};
use ironplate_domain::{CoseKey, TokenSecret};
use sha2::{Digest, Sha256};

use self::{authenticator_data::AuthenticatorData, cbor::Map, client_data::ClientData, cose::PublicKey};

/// More than any part of an answer needs, attestations with their certificates included.
const MAX_BYTES: usize = 16 * 1024;

/// Checks answers of authenticators by themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebAuthn;

impl PasskeyVerifier for WebAuthn {
    fn challenge(&self, client_data: &[u8]) -> Option<TokenSecret> {
        ClientData::parse(bounded(client_data).ok()?).ok().map(|it| TokenSecret::new(&it.challenge))
    }

    fn register(&self, registration: &Registration, expected: Ceremony<'_>) -> Result<Registered, Unverified> {
        ClientData::parse(bounded(&registration.client_data)?)?.check("webauthn.create", expected)?;
        let mut object = Map::parse(bounded(&registration.attestation_object)?)?;
        let authenticator_data = object.take("authData").and_then(cbor::bytes)?;
        let statement = object.take("attStmt").and_then(Map::of)?;
        // Other formats come although none was asked for; whatever they state, it is not believed.
        if object.take("fmt").and_then(cbor::text)? == "none" && !statement.is_empty() {
            return Err(Unverified::Malformed);
        }
        let data = AuthenticatorData::parse(&authenticator_data)?;
        check(&data, expected)?;
        let made = data.made.ok_or(Unverified::Malformed)?;
        PublicKey::parse(&made.key)?;
        Ok(Registered {
            credential: made.credential,
            key: CoseKey(made.key),
            sign_count: data.sign_count,
            aaguid: made.aaguid,
            is_backed_up: data.is_backed_up,
            verifies_user: data.is_user_verified,
        })
    }

    fn verify(&self, assertion: &Assertion, key: &CoseKey, expected: Ceremony<'_>) -> Result<Asserted, Unverified> {
        let client_data = bounded(&assertion.client_data)?;
        ClientData::parse(client_data)?.check("webauthn.get", expected)?;
        let signed = bounded(&assertion.authenticator_data)?;
        let data = AuthenticatorData::parse(signed)?;
        check(&data, expected)?;
        if data.made.is_some() {
            return Err(Unverified::Malformed);
        }
        let signed = [signed, &Sha256::digest(client_data)].concat();
        PublicKey::parse(&key.0)?.verify(&signed, bounded(&assertion.signature)?)?;
        Ok(Asserted { sign_count: data.sign_count, is_backed_up: data.is_backed_up })
    }
}

fn check(data: &AuthenticatorData, expected: Ceremony<'_>) -> Result<(), Unverified> {
    if data.relying_party != <[u8; 32]>::from(Sha256::digest(&expected.party.id)) {
        return Err(Unverified::RelyingParty);
    }
    if !data.is_user_present {
        return Err(Unverified::UserAbsent);
    }
    if expected.user == UserVerification::Required && !data.is_user_verified {
        return Err(Unverified::UserUnverified);
    }
    Ok(())
}

fn bounded(bytes: &[u8]) -> Result<&[u8], Unverified> {
    if bytes.len() > MAX_BYTES { Err(Unverified::Malformed) } else { Ok(bytes) }
}
