//! The second step of a log-in, and being asked again inside of a session.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use ironplate_application::{
    second_factors::FactorProof,
    sessions::{DeviceTrust, PendingLogIn, ProveLogIn, Proved, SessionProof},
};
use ironplate_domain::{PasswordAttempt, TokenSecret};
use ironplate_web::{from_no_other_site, request_options};
use serde::Serialize;
use serde_json::Value;
use utoipa::{ToSchema, openapi::ObjectBuilder};

use super::{
    Answer, cookie,
    credentials::{PasskeyRequestOptions, SomeAssertion},
    login::{self, Token},
    operations,
};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    description::Conflict,
    input::{self, Call, FieldValue, Flag, Nullable, Required, json_body, text, text_of},
    problem::{Problem, ValueFault},
    schemas::{Message, UserPublic},
};

operations!(prove_log_in, create_confirmation_challenge, confirm_session);

/// Why a log-in was refused; and, where the password is right and a second factor is asked for, how it goes on.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Problem` writes")]
#[schema(example = json!({
    "detail": "The password is right, and this account asks for a second factor as well.",
    "code": "second_factor_required", "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
    "challenge": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "methods": ["authenticator_app", "recovery_code"],
    "expires_in": 300
}))]
pub(super) struct LogInRefused {
    /// For people.
    detail: String,
    /// For machines; stable. `second_factor_required`: the log-in waits.
    code: String,
    /// Names the request in the server's log.
    request_id: Option<String>,
    /// By what the log-in goes on; only while it waits, and for this client alone.
    challenge: Option<String>,
    /// What may be shown: `passkey`, `authenticator_app`, `recovery_code`.
    methods: Option<Vec<String>>,
    /// Seconds that it waits.
    expires_in: Option<u64>,
    /// For how many days this device may be trusted; only where it may, which is for a cookie, and never for a superuser.
    trust_days: Option<u64>,
    /// What the browser is to have signed, if a passkey may be shown.
    passkey: Option<PasskeyRequestOptions>,
}

pub(super) fn second_factor_required(pending: &PendingLogIn) -> Problem {
    let methods: Vec<Value> = pending.methods.iter().map(|method| method.name().into()).collect();
    let problem = Problem::new(StatusCode::FORBIDDEN, "second_factor_required", pending.to_string())
        .saying("challenge", pending.challenge.expose())
        .saying("methods", methods)
        .saying("expires_in", pending.expires_in.as_secs());
    let problem = match pending.trust_days() {
        Some(days) => problem.saying("trust_days", days),
        None => problem,
    };
    match &pending.passkey {
        Some(passkey) => problem.saying("passkey", request_options(passkey)),
        None => problem,
    }
}

/// What somebody typed as a second factor; `None` when it can be none. Finding that out costs the caller no less.
pub(crate) struct SomeProof(Option<FactorProof>);

impl SomeProof {
    pub(super) fn into_inner(self) -> Option<FactorProof> {
        self.0
    }
}

impl FieldValue for SomeProof {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        text(value).map(|text| Self(FactorProof::parse(text)))
    }

    fn schema() -> ObjectBuilder {
        text_of(0, 100)
    }
}

/// Of what passkey and code may be, the one that is there.
fn proof(code: Option<SomeProof>, assertion: Option<SomeAssertion>) -> Option<FactorProof> {
    match assertion {
        Some(SomeAssertion(assertion)) => Some(FactorProof::Passkey(assertion)),
        None => code.and_then(SomeProof::into_inner),
    }
}

json_body! {
    /// A second factor, for a log-in that waits for it.
    SecondFactorProof -> ProveLogIn {
        /// What the log-in was answered.
        challenge: Required<TokenSecret>,
        /// A code of an authenticator app, or a recovery code; blanks and hyphens don't count.
        code: Nullable<SomeProof>,
        /// Or what a passkey signed for this log-in: an `AuthenticationResponseJSON`.
        assertion: Nullable<SomeAssertion>,
        /// Don't ask on this device again for a time: it gets a cookie of its own, which stands in for a second factor, and for nothing
        /// else. Only where the log-in was for a cookie and said `trust_days`; without effect elsewhere.
        trust_device: Flag<false>,
    }
    example {"challenge": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "code": "123 456"}
    => ProveLogIn {
        challenge,
        proof: proof(code.flatten(), assertion.flatten()),
        trust: if trust_device { DeviceTrust::Trust } else { DeviceTrust::Ask },
    }
}

json_body! {
    /// A proof of who one is: a code or a passkey where the account has a second factor, and else the password.
    SessionConfirm -> SessionProof {
        password: Nullable<PasswordAttempt>,
        /// A code of an authenticator app, or a recovery code.
        code: Nullable<SomeProof>,
        /// What a passkey signed for `POST /session/confirm/challenge`: an `AuthenticationResponseJSON`.
        assertion: Nullable<SomeAssertion>,
    }
    example {"password": "correct horse battery"}
    => match (code.flatten(), assertion.flatten()) {
        (None, None) => SessionProof::Password(password.flatten().unwrap_or_else(|| PasswordAttempt::new(""))),
        (code, assertion) => SessionProof::SecondFactor(proof(code, assertion)),
    }
}

/// What a log-in answers: tokens, or whose session the cookie opens.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers")]
enum LogInAnswer {
    Token(Token),
    User(UserPublic),
}

/// Prove Log In
///
/// Go on with a log-in that waits for a second factor. Answers what the log-in asked for: tokens, or a cookie and whose session it
/// opens. It has five tries in five minutes, from the client that gave the password. With `trust_device`, a second cookie comes along.
#[utoipa::path(
    post, path = "/api/v1/login/second-factor", tag = "login", operation_id = "login-prove_log_in",
    responses((status = 200, description = "Successful Response", body = LogInAnswer)),
)]
async fn prove_log_in(
    app: App,
    request: HttpRequest,
    call: Call<Anyone, input::Json<SecondFactorProof>>,
) -> Result<HttpResponse, Problem> {
    // A page of another site gets no cookie.
    let held = from_no_other_site(&request).is_ok().then(|| app.cookies().held(&request));
    let (input::Json(command), client) = (call.input, call.client);
    let proved = app.run(move |app| async move { app.sessions.prove(command, held.as_ref(), &client).await }).await?;
    match proved {
        Proved::ByTokens(logged_in) => Ok(login::tokens(logged_in)),
        Proved::ByCookie(opened) => cookie::given(&app, opened),
    }
}

/// Create Confirmation Challenge
///
/// What the browser is to have signed by a passkey of one's own, to confirm this session: good once, for five minutes. Without a
/// passkey, 409 `no_passkey`.
#[utoipa::path(
    post, path = "/api/v1/session/confirm/challenge", tag = "login", operation_id = "login-create_confirmation_challenge",
    responses((status = 200, description = "Successful Response", body = PasskeyRequestOptions), Conflict),
)]
async fn create_confirmation_challenge(app: App, call: Call<CurrentUser, ()>) -> Answer<Value> {
    let client = call.client;
    let CurrentUser { user, session, .. } = call.caller;
    let request =
        app.run(move |app| async move { app.sessions.begin_confirmation(&user, session, &client).await }).await?;
    Ok(actix_web::web::Json(request_options(&request)))
}

/// Confirm Session
///
/// Prove once more who one is, inside of a session: what asks for it (403 `recent_authentication_required`) may be done for a time
/// then. An account with a second factor shows that, and not its password.
#[utoipa::path(
    post, path = "/api/v1/session/confirm", tag = "login", operation_id = "login-confirm_session",
    responses((
        status = 200, description = "Successful Response", body = Message,
        example = json!({"message": "Confirmed"}),
    )),
)]
async fn confirm_session(app: App, call: Call<CurrentUser, input::Json<SessionConfirm>>) -> Answer<Message> {
    let client = call.client;
    let (CurrentUser { user, session, .. }, input::Json(proof)) = (call.caller, call.input);
    app.run(move |app| async move { app.sessions.confirm(&user, session, proof, &client).await }).await?;
    Ok(actix_web::web::Json(Message::new("Confirmed")))
}
