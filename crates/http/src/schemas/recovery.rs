//! Mailed links: asking for them, and following them.

use ironplate_application::{recovery::ResetPassword, verification::VerifyEmail};
use utoipa::ToSchema;

use crate::input::{Fields, FromFields, Refused, SomeAddress, parse};

/// Whose password is forgotten.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.com"}))]
#[expect(dead_code, reason = "describes what `SomeAddress` is read from")]
pub(crate) struct PasswordRecovery {
    /// Any text; what is no address is nobody's.
    email: String,
}

impl FromFields for SomeAddress {
    const HAS_SECRETS: bool = false;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        fields.required("email", parse::some_address).map(Self)
    }
}

/// The token of a mailed link, and the password to set.
#[derive(ToSchema)]
#[schema(example = json!({
    "token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "new_password": "staple battery horse"
}))]
#[expect(dead_code, reason = "describes what `ResetPassword` is read from")]
pub(crate) struct NewPassword {
    token: String,
    #[schema(min_length = 8, max_length = 128)]
    new_password: String,
}

impl FromFields for ResetPassword {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let token = fields.required("token", parse::token);
        let new_password = fields.required("new_password", parse::password);
        Ok(Self { token: token?, new_password: new_password? })
    }
}

/// The token of a mailed link, and the password of an account that has none yet.
#[derive(ToSchema)]
#[schema(example = json!({"token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw"}))]
#[expect(dead_code, reason = "describes what `VerifyEmail` is read from")]
pub(crate) struct EmailProof {
    token: String,
    /// Needed when the link finishes a sign-up or an invitation; else it is ignored.
    #[schema(min_length = 8, max_length = 128)]
    new_password: Option<String>,
}

impl FromFields for VerifyEmail {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let token = fields.required("token", parse::token);
        let new_password = fields.nullable("new_password", parse::password);
        Ok(Self { token: token?, new_password: new_password?.flatten() })
    }
}
