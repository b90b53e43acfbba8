//! Log-in.

use ironplate_application::sessions::{LogIn, LoggedIn};
use ironplate_domain::{Email, PasswordAttempt, TokenSecret};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    input::{FormFields, FromForm, Required, SomeAddress, json_body},
    problem::Refused,
};

/// The form of OAuth 2's password grant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; what OAuth knows besides the two is ignored")]
#[schema(as = Body_login_login_access_token)]
pub(crate) struct LoginForm {
    #[schema(pattern = "^password$")]
    grant_type: Option<String>,
    #[schema(min_length = 1, example = "ann@example.com")]
    username: String,
    #[schema(format = Password, min_length = 1, example = "correct horse battery")]
    password: String,
    #[schema(required = false, default = "")]
    scope: String,
    client_id: Option<String>,
    #[schema(format = Password)]
    client_secret: Option<String>,
}

impl FromForm for LogIn {
    type Schema = LoginForm;

    fn from_form(fields: &mut FormFields<'_>) -> Result<Self, Refused> {
        let grant = fields.exactly("grant_type", "password");
        let (username, password) = (fields.required("username"), fields.required("password"));
        grant?;
        // What is no address belongs to nobody, like any unknown one.
        Ok(Self { email: Email::parse(&username?).ok(), password: PasswordAttempt::new(&password?) })
    }
}

json_body! {
    /// Address and password, for a session that shows itself by a cookie.
    SessionLogin -> LogIn {
        /// Any text; what is no address is nobody's.
        email: Required<SomeAddress>,
        password: Required<PasswordAttempt>,
    }
    example {"email": "ann@example.com", "password": "correct horse battery"}
    => LogIn { email: email.0, password }
}

json_body! {
    /// A refresh token.
    RefreshRequest -> TokenSecret {
        refresh_token: Required<TokenSecret>,
    }
    example {"refresh_token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xwQ0…"}
    => refresh_token
}

/// An access token, and a token to get the next one with (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIs…", "token_type": "bearer", "expires_in": 900,
    "refresh_token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xwQ0…"
}))]
pub(crate) struct Token {
    access_token: String,
    #[schema(required = false, default = "bearer")]
    token_type: &'static str,
    /// Seconds until the token expires.
    expires_in: u64,
    /// Works once, for the next pair of tokens, as long as the session lives.
    refresh_token: String,
}

impl From<LoggedIn> for Token {
    fn from(logged_in: LoggedIn) -> Self {
        Self {
            access_token: logged_in.access_token.expose_secret().to_owned(),
            token_type: "bearer",
            expires_in: logged_in.expires_in.as_secs(),
            refresh_token: logged_in.refresh_token.expose_secret().to_owned(),
        }
    }
}
