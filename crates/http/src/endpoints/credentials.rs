//! What browsers answer for passkeys, as fields of bodies; and what they are asked, as the document describes it.

use ironplate_application::ports::{Assertion, Registration};
use ironplate_domain::Transports;
use ironplate_web::{MAX_BASE64URL, UnreadableCredential, parse_assertion, parse_registration};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Type},
};

use crate::{
    input::{FieldValue, text_of},
    problem::ValueFault,
};

/// What a browser answers when a passkey was made: a `RegistrationResponseJSON`.
pub(super) struct SomeRegistration(pub(super) Registration, pub(super) Transports);

/// What a browser answers when a passkey signed: an `AuthenticationResponseJSON`.
pub(super) struct SomeAssertion(pub(super) Assertion);

impl From<UnreadableCredential> for ValueFault {
    fn from(fault: UnreadableCredential) -> Self {
        Self::value(&fault.to_string())
    }
}

impl FieldValue for SomeRegistration {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        let (registration, transports) = parse_registration(value)?;
        Ok(Self(registration, transports))
    }

    fn schema() -> ObjectBuilder {
        let transports = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
        let response = object(&["clientDataJSON", "attestationObject"]).property("transports", transports);
        ObjectBuilder::new().schema_type(Type::Object).property("response", response).required("response")
    }
}

impl FieldValue for SomeAssertion {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        Ok(Self(parse_assertion(value)?))
    }

    fn schema() -> ObjectBuilder {
        let response = object(&["clientDataJSON", "authenticatorData", "signature"]);
        let response = response.property("userHandle", base64url(0, MAX_BASE64URL));
        // 1023 bytes.
        object(&[])
            .property("id", base64url(2, 1364))
            .required("id")
            .property("response", response)
            .required("response")
    }
}

/// With these members, which are bytes and have to be there.
fn object(members: &[&str]) -> ObjectBuilder {
    let object = ObjectBuilder::new().schema_type(Type::Object);
    members
        .iter()
        .fold(object, |object, member| object.property(*member, base64url(0, MAX_BASE64URL)).required(*member))
}

fn base64url(min: usize, max: usize) -> ObjectBuilder {
    text_of(min, max).pattern(Some("^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$"))
}

/// What `navigator.credentials.get` takes as `publicKey`: a `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, section 5.1.10).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `request_options` writes")]
#[schema(example = json!({
    "challenge": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "rpId": "example.com", "timeout": 300_000,
    "allowCredentials": [], "userVerification": "required"
}))]
pub(super) struct PasskeyRequestOptions {
    /// In base64url.
    challenge: String,
    /// The domain that passkeys are of.
    rp_id: String,
    /// Milliseconds that the challenge is good.
    timeout: u64,
    /// Those that may sign; none: whichever there is.
    allow_credentials: Vec<PasskeyDescriptor>,
    user_verification: String,
}

/// A passkey, as browsers are told of it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `request_options` writes")]
struct PasskeyDescriptor {
    r#type: String,
    /// In base64url.
    id: String,
    transports: Vec<String>,
}

/// What `navigator.credentials.create` takes as `publicKey`: a `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, section
/// 5.1.8).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `creation_options` writes")]
#[schema(example = json!({
    "rp": {"id": "example.com", "name": "Ironplate"},
    "user": {"id": "AZqzwn0efESx8FoNbR88EQ", "name": "ann@example.com", "displayName": "Ann"},
    "challenge": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw",
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}], "timeout": 300_000, "excludeCredentials": [],
    "authenticatorSelection": {"residentKey": "preferred", "requireResidentKey": false, "userVerification": "preferred"},
    "attestation": "none"
}))]
pub(super) struct PasskeyCreationOptions {
    #[schema(value_type = Object)]
    rp: Value,
    #[schema(value_type = Object)]
    user: Value,
    /// In base64url.
    challenge: String,
    #[schema(value_type = Vec<Object>)]
    pub_key_cred_params: Value,
    /// Milliseconds that the challenge is good.
    timeout: u64,
    /// One's own, beside which no authenticator makes a second one.
    exclude_credentials: Vec<PasskeyDescriptor>,
    #[schema(value_type = Object)]
    authenticator_selection: Value,
    attestation: String,
}
