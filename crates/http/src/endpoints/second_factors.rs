//! What one has beside one's password: authenticator apps, recovery codes, and a list with passkeys.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Json};
use ironplate_application::second_factors::{ConfirmedApp, Enrolment, FactorProof};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, FactorName, OneTimeCode, PasswordAttempt, RecoveryCode, Timestamp, UserId,
};
use ironplate_web::qr_code;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations, passkeys::PasskeyPublic};
use crate::{
    app::App,
    caller::{CurrentUser, Superuser},
    description::Conflict,
    input::{self, Call, Nullable, PathId, Required, bounded_texts, described, json_body},
    problem::Problem,
    schemas::Message,
};

operations!(
    read_second_factors_me,
    create_authenticator_app,
    confirm_authenticator_app,
    update_authenticator_app,
    delete_authenticator_app,
    create_recovery_codes,
    delete_second_factors_of_user
);

bounded_texts!(FactorName);

impl PathId for AuthenticatorAppId {
    const NAME: &'static str = "authenticator_app_id";
}

/// An authenticator app whose codes are asked for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "name": "Ann's phone", "created_at": "2026-11-22T01:27:58.151226Z",
    "last_used_at": "2026-11-25T08:12:03.718281Z"
}))]
struct AuthenticatorAppPublic {
    id: Uuid,
    #[schema(schema_with = described::<Required<FactorName>>)]
    name: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<AuthenticatorApp> for AuthenticatorAppPublic {
    fn from(app: AuthenticatorApp) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        Self {
            id: app.id.0,
            name: app.name.to_string(),
            created_at: text(app.created_at),
            last_used_at: app.last_used_at.map(text),
        }
    }
}

/// What one has beside one's password.
#[derive(Serialize, ToSchema)]
struct SecondFactorsPublic {
    passkeys: Vec<PasskeyPublic>,
    authenticator_apps: Vec<AuthenticatorAppPublic>,
    /// How many recovery codes were not used.
    recovery_codes_left: u64,
}

/// A secret for an authenticator app, which is told this once. The app counts once it is confirmed by its first code.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "name": "Ann's phone", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "uri": "otpauth://totp/Ironplate:ann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ironplate",
    "qr_code": "<svg></svg>", "expires_at": "2026-11-22T01:42:58.151226Z"
}))]
struct AuthenticatorAppEnrolment {
    id: Uuid,
    name: String,
    /// In base 32, to be typed.
    secret: String,
    /// The same with all that an app wants to know, as apps read it.
    uri: String,
    /// That as a picture: an SVG element.
    qr_code: String,
    /// From then on it can't be confirmed any more.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// An authenticator app that was confirmed.
#[derive(Serialize, ToSchema)]
struct AuthenticatorAppConfirmed {
    authenticator_app: AuthenticatorAppPublic,
    /// With the first second factor: ten codes for when it is lost, which are told this once.
    recovery_codes: Option<Vec<String>>,
}

/// Ten codes, which are told this once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"recovery_codes": ["uws2-ljnf-uws2-ljnf-uws2-ljnf"]}))]
struct RecoveryCodesPublic {
    recovery_codes: Vec<String>,
}

json_body! {
    /// A new authenticator app.
    AuthenticatorAppCreate -> (FactorName, Option<PasswordAttempt>) {
        name: Required<FactorName>,
        /// The account's password, where this is its first second factor.
        password: Nullable<PasswordAttempt>,
    }
    example {"name": "Ann's phone", "password": "correct horse battery"}
    => (name, password.flatten())
}

json_body! {
    /// What an authenticator app shall be called.
    AuthenticatorAppName -> FactorName {
        name: Required<FactorName>,
    }
    example {"name": "Ann's phone"}
    => name
}

json_body! {
    /// The first code of an authenticator app.
    AuthenticatorAppConfirm -> Option<OneTimeCode> {
        /// Six digits; blanks and hyphens don't count.
        code: Required<super::second_step::SomeProof>,
    }
    example {"code": "123 456"}
    => match code.into_inner() {
        Some(FactorProof::Code(code)) => Some(code),
        _ => None,
    }
}

pub(super) fn shown(codes: &[RecoveryCode]) -> Vec<String> {
    codes.iter().map(RecoveryCode::shown).collect()
}

/// Secrets are not for caches.
pub(super) fn secret(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// Read Second Factors Me
///
/// What one has beside one's password, without its secrets.
#[utoipa::path(
    get, path = "/api/v1/users/me/second-factors", tag = "second-factors",
    operation_id = "second-factors-read_second_factors_me",
    responses((status = 200, description = "Successful Response", body = SecondFactorsPublic)),
)]
async fn read_second_factors_me(app: App, call: Call<CurrentUser, ()>) -> Answer<SecondFactorsPublic> {
    let actor = call.caller.actor();
    let own = app.run(move |app| async move { app.second_factors.list_own(actor).await }).await?;
    Ok(Json(SecondFactorsPublic {
        passkeys: own.passkeys.into_iter().map(PasskeyPublic::from).collect(),
        authenticator_apps: own.apps.into_iter().map(AuthenticatorAppPublic::from).collect(),
        recovery_codes_left: own.recovery_codes.count,
    }))
}

/// Create Authenticator App
///
/// Begin to use an authenticator app: it gets its secret, and counts once its first code confirms it. Asks for a recent proof of who
/// one is (403 `recent_authentication_required`, `POST /session/confirm`), as all that changes second factors does; and, where it is
/// the first of them, for the account's password, which is such a proof (400 `password_required`).
#[utoipa::path(
    post, path = "/api/v1/users/me/authenticator-apps/", tag = "second-factors",
    operation_id = "second-factors-create_authenticator_app",
    responses((status = 200, description = "Successful Response", body = AuthenticatorAppEnrolment), Conflict),
)]
async fn create_authenticator_app(
    app: App,
    call: Call<CurrentUser, input::Json<AuthenticatorAppCreate>>,
) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let (actor, email, input::Json((name, password))) = (call.caller.actor(), call.caller.user.email, call.input);
    let Enrolment { app: enrolled, secret: totp, expires_at } =
        app.run(move |app| async move { app.second_factors.enrol(actor, name, password, &client).await }).await?;
    let uri = totp.uri(app.project_name(), &email);
    Ok(secret(AuthenticatorAppEnrolment {
        id: enrolled.id.0,
        name: enrolled.name.to_string(),
        secret: totp.base32().expose_secret().to_owned(),
        qr_code: qr_code(uri.expose_secret()).unwrap_or_default(),
        uri: uri.expose_secret().to_owned(),
        expires_at: expires_at.to_string(),
    }))
}

/// Confirm Authenticator App
///
/// Show the first code of an authenticator app: its codes are asked for from then on. With the first second factor come ten
/// recovery codes, and all other sessions end; it waits for a confirmed address (409 `email_unverified`).
#[utoipa::path(
    post, path = "/api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm", tag = "second-factors",
    operation_id = "second-factors-confirm_authenticator_app",
    responses((status = 200, description = "Successful Response", body = AuthenticatorAppConfirmed), Conflict),
)]
async fn confirm_authenticator_app(
    app: App,
    call: Call<CurrentUser, (AuthenticatorAppId, input::Json<AuthenticatorAppConfirm>)>,
) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let (actor, (id, input::Json(code))) = (call.caller.actor(), call.input);
    let ConfirmedApp { app: confirmed, recovery_codes } =
        app.run(move |app| async move { app.second_factors.confirm(actor, id, code, &client).await }).await?;
    let recovery_codes = recovery_codes.as_deref().map(shown);
    Ok(secret(AuthenticatorAppConfirmed { authenticator_app: confirmed.into(), recovery_codes }))
}

/// Update Authenticator App
///
/// Call an authenticator app of one's own otherwise.
#[utoipa::path(
    patch, path = "/api/v1/users/me/authenticator-apps/{authenticator_app_id}", tag = "second-factors",
    operation_id = "second-factors-update_authenticator_app",
    responses((status = 200, description = "Successful Response", body = AuthenticatorAppPublic)),
)]
async fn update_authenticator_app(
    app: App,
    call: Call<CurrentUser, (AuthenticatorAppId, input::Json<AuthenticatorAppName>)>,
) -> Answer<AuthenticatorAppPublic> {
    let client = call.client;
    let (actor, (id, input::Json(name))) = (call.caller.actor(), call.input);
    let renamed = app.run(move |app| async move { app.second_factors.rename(actor, id, name, &client).await }).await?;
    Ok(Json(renamed.into()))
}

/// Delete Authenticator App
///
/// Remove an authenticator app of one's own. With the last second factor the recovery codes go, and nothing is asked
/// for any more.
#[utoipa::path(
    delete, path = "/api/v1/users/me/authenticator-apps/{authenticator_app_id}", tag = "second-factors",
    operation_id = "second-factors-delete_authenticator_app",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_authenticator_app(app: App, call: Call<CurrentUser, AuthenticatorAppId>) -> Answer<Message> {
    let (actor, id, client) = (call.caller.actor(), call.input, call.client);
    app.run(move |app| async move { app.second_factors.remove(actor, id, &client).await }).await?;
    Ok(Json(Message::new("Authenticator app removed")))
}

/// Create Recovery Codes
///
/// Ten new recovery codes in the place of those that are left.
#[utoipa::path(
    post, path = "/api/v1/users/me/recovery-codes", tag = "second-factors",
    operation_id = "second-factors-create_recovery_codes",
    responses((status = 200, description = "Successful Response", body = RecoveryCodesPublic), Conflict),
)]
async fn create_recovery_codes(app: App, call: Call<CurrentUser, ()>) -> Result<HttpResponse, Problem> {
    let (actor, client) = (call.caller.actor(), call.client);
    let codes = app.run(move |app| async move { app.second_factors.make_recovery_codes(actor, &client).await }).await?;
    Ok(secret(RecoveryCodesPublic { recovery_codes: shown(&codes) }))
}

/// Delete Second Factors Of User
///
/// Take all passkeys, authenticator apps and recovery codes of somebody else away, who has lost them. Their sessions end, and they are told.
#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/second-factors", tag = "second-factors",
    operation_id = "second-factors-delete_second_factors_of_user",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_second_factors_of_user(app: App, call: Call<Superuser, UserId>) -> Answer<Message> {
    let (actor, of, client) = (call.caller.actor(), call.input, call.client);
    app.run(move |app| async move { app.second_factors.reset(actor, of, &client).await }).await?;
    Ok(Json(Message::new("Second factors were reset")))
}
