//! Logging in and out.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use ironplate_application::sessions::{LogIn, LoggedIn, PendingLogIn};
use ironplate_domain::{Email, PasswordAttempt, TokenSecret};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, cookie, operations,
    second_step::{LogInRefused, second_factor_required},
};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    description::InvalidRefreshToken,
    input::{Call, Form, FormFields, FromForm, Json, Required, json_body},
    problem::{Problem, Refused},
    schemas::{Message, UserPublic},
};

operations!(login_access_token, refresh, test_token, logout);

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
pub(super) struct Token {
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

/// Login Access Token
///
/// OAuth2 compatible token login, get an access token for future requests
#[utoipa::path(
    post, path = "/api/v1/login/access-token", tag = "login", operation_id = "login-login_access_token",
    responses(
        (status = 200, description = "Successful Response", body = Token),
        (status = 403, description = "The password is right, and a second factor is asked for", body = LogInRefused),
    ),
)]
async fn login_access_token(app: App, call: Call<Anyone, Form<LogIn>>) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let Form(command) = call.input;
    let outcome = app.run(move |app| async move { PendingLogIn::apart(app.sessions.log_in(command, &client).await) });
    Ok(tokens(outcome.await?.map_err(|pending| second_factor_required(&pending))?))
}

/// Refresh
///
/// Exchange a refresh token for the next pair of tokens. It works once. Used again while its successor was not
/// used, it gives the same successor, for an answer that got lost; used again otherwise, it ends the session.
#[utoipa::path(
    post, path = "/api/v1/login/refresh", tag = "login", operation_id = "login-refresh",
    responses((status = 200, description = "Successful Response", body = Token), InvalidRefreshToken),
)]
async fn refresh(app: App, call: Call<Anyone, Json<RefreshRequest>>) -> Result<HttpResponse, Problem> {
    let (Json(token), client) = (call.input, call.client);
    Ok(tokens(app.run(move |app| async move { app.sessions.refresh(&token, &client).await }).await?))
}

/// RFC 6749, section 5.1: tokens are not for caches.
pub(super) fn tokens(logged_in: LoggedIn) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Token::from(logged_in))
}

/// Test Token
///
/// Test access token
#[utoipa::path(
    post, path = "/api/v1/login/test-token", tag = "login", operation_id = "login-test_token",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn test_token(call: Call<CurrentUser, ()>) -> Answer<UserPublic> {
    Ok(web::Json(call.caller.user.into()))
}

/// Logout
///
/// End the session; every token of it, and its cookie, is refused from now on.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "login", operation_id = "login-logout",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn logout(app: App, call: Call<CurrentUser, ()>) -> Result<HttpResponse, Problem> {
    cookie::end(&app, call.caller, call.client).await
}
