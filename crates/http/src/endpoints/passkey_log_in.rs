//! Logging in by a passkey alone.

use actix_web::{HttpRequest, HttpResponse, web::Json};
use ironplate_application::ports::Assertion;
use ironplate_domain::SessionKind;
use ironplate_web::{from_no_other_site, request_options};
use serde_json::Value;

use super::{
    Answer, cookie,
    credentials::{PasskeyRequestOptions, SomeAssertion},
    login::{self, Token},
    operations,
};
use crate::{
    app::App,
    caller::Anyone,
    description::{Conflict, CrossSite, Works},
    input::{self, Call, Required, json_body},
    problem::Problem,
    schemas::UserPublic,
};

operations!(create_log_in_challenge, log_in_by_passkey, create_session_challenge, log_in_by_passkey_and_cookie);

json_body! {
    /// What a passkey signed.
    PasskeyAssertion -> Assertion {
        /// What `navigator.credentials.get` answered: an `AuthenticationResponseJSON` (WebAuthn Level 3, section 5.1.8).
        assertion: Required<SomeAssertion>,
    }
    example {"assertion": {
        "id": "AQID",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}
    }}
    => assertion.0
}

/// Create Log In Challenge
///
/// Begin to log in by a passkey alone, for tokens: what the browser is to have signed by whichever passkey it finds. It is good once,
/// for five minutes, for this client and for `POST /login/passkey` alone.
#[utoipa::path(
    post, path = "/api/v1/login/passkey/challenge", tag = "login", operation_id = "login-create_log_in_challenge",
    responses((status = 200, description = "Successful Response", body = PasskeyRequestOptions), Conflict, Works),
)]
async fn create_log_in_challenge(app: App, call: Call<Anyone, ()>) -> Answer<Value> {
    challenge(&app, SessionKind::Token, call).await
}

async fn challenge(app: &App, kind: SessionKind, call: Call<Anyone, ()>) -> Answer<Value> {
    let client = call.client;
    let request = app.run(move |app| async move { app.sessions.begin_passkey_log_in(kind, &client).await }).await?;
    Ok(Json(request_options(&request)))
}

/// Log In By Passkey
///
/// Log in by what a passkey signed, whose authenticator saw who uses it: it is two factors at once, so nothing else is asked for.
#[utoipa::path(
    post, path = "/api/v1/login/passkey", tag = "login", operation_id = "login-log_in_by_passkey",
    responses((status = 200, description = "Successful Response", body = Token)),
)]
async fn log_in_by_passkey(
    app: App,
    call: Call<Anyone, input::Json<PasskeyAssertion>>,
) -> Result<HttpResponse, Problem> {
    let (input::Json(assertion), client) = (call.input, call.client);
    let opened = app.run(move |app| async move { app.sessions.log_in_by_passkey(assertion, &client).await }).await?;
    Ok(login::tokens(opened))
}

/// Create Session Challenge
///
/// The same as `POST /login/passkey/challenge`, for a cookie: good for `POST /session/passkey` alone.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/challenge", tag = "login", operation_id = "login-create_session_challenge",
    responses((status = 200, description = "Successful Response", body = PasskeyRequestOptions), Conflict, Works),
)]
async fn create_session_challenge(app: App, call: Call<Anyone, ()>) -> Answer<Value> {
    challenge(&app, SessionKind::Cookie, call).await
}

/// Log In By Passkey And Cookie
///
/// The same as `POST /login/passkey`, for an HttpOnly cookie instead of tokens; the session of the cookie that was there before ends.
#[utoipa::path(
    post, path = "/api/v1/session/passkey", tag = "login", operation_id = "login-log_in_by_passkey_and_cookie",
    responses(
        (
            status = 200, description = "Successful Response", body = UserPublic,
            headers(("Set-Cookie" = String, description = "The session")),
        ),
        CrossSite,
    ),
)]
async fn log_in_by_passkey_and_cookie(
    app: App,
    request: HttpRequest,
    call: Call<Anyone, input::Json<PasskeyAssertion>>,
) -> Result<HttpResponse, Problem> {
    // Or a stranger's page could log people in to an account of the stranger's.
    from_no_other_site(&request)?;
    let (input::Json(assertion), client) = (call.input, call.client);
    let held = app.cookies().held(&request);
    let opened =
        app.run(move |app| async move { app.sessions.log_in_by_passkey_and_cookie(assertion, &held, &client).await });
    cookie::given(&app, opened.await?)
}
