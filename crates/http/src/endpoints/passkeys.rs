//! Passkeys of one's own.

use actix_web::{HttpResponse, web::Json};
use ironplate_application::second_factors::{AddedPasskey, NewPasskey};
use ironplate_domain::{FactorName, Passkey, PasskeyId, PasswordAttempt, Timestamp};
use ironplate_web::creation_options;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Answer,
    credentials::{PasskeyCreationOptions, SomeRegistration},
    operations,
    second_factors::{secret, shown},
};
use crate::{
    app::App,
    caller::CurrentUser,
    description::Conflict,
    input::{self, Call, Nullable, PathId, Required, described, json_body},
    problem::Problem,
    schemas::Message,
};

operations!(create_passkey_challenge, create_passkey, update_passkey, delete_passkey);

impl PathId for PasskeyId {
    const NAME: &'static str = "passkey_id";
}

/// A passkey.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "name": "Ann's laptop", "provider": "1Password", "is_backed_up": true,
    "verifies_user": true, "created_at": "2026-11-22T01:27:58.151226Z", "last_used_at": "2026-11-25T08:12:03.718281Z"
}))]
pub(super) struct PasskeyPublic {
    id: Uuid,
    #[schema(schema_with = described::<Required<FactorName>>)]
    name: String,
    /// Who keeps it, where that is known.
    provider: Option<&'static str>,
    /// Whether copies of it are kept elsewhere, when it was used last.
    is_backed_up: bool,
    /// Whether its authenticator saw who uses it when it was added, by a finger, a face or a PIN.
    verifies_user: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<Passkey> for PasskeyPublic {
    fn from(passkey: Passkey) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        Self {
            id: passkey.id.0,
            name: passkey.name.to_string(),
            provider: passkey.provider(),
            is_backed_up: passkey.is_backed_up,
            verifies_user: passkey.verifies_user,
            created_at: text(passkey.created_at),
            last_used_at: passkey.last_used_at.map(text),
        }
    }
}

/// A passkey that was added.
#[derive(Serialize, ToSchema)]
struct PasskeyAdded {
    passkey: PasskeyPublic,
    /// With the first second factor: ten codes for when it is lost, which are told this once.
    recovery_codes: Option<Vec<String>>,
}

json_body! {
    /// A new passkey.
    PasskeyCreate -> NewPasskey {
        name: Required<FactorName>,
        /// What `navigator.credentials.create` answered: a `RegistrationResponseJSON` (WebAuthn Level 3, section 5.1.8).
        registration: Required<SomeRegistration>,
    }
    example {
        "name": "Ann's laptop",
        "registration": {"response": {"clientDataJSON": "e30", "attestationObject": "oA", "transports": ["internal"]}}
    }
    => NewPasskey { name, registration: registration.0, transports: registration.1 }
}

json_body! {
    /// What a passkey shall be called.
    PasskeyName -> FactorName {
        name: Required<FactorName>,
    }
    example {"name": "Ann's laptop"}
    => name
}

json_body! {
    /// The beginning of a passkey.
    PasskeyBegin -> Option<PasswordAttempt> {
        /// The account's password, where this is its first second factor.
        password: Nullable<PasswordAttempt>,
    }
    example {"password": "correct horse battery"}
    => password.flatten()
}

/// Create Passkey Challenge
///
/// Begin to add a passkey: what the browser is to ask an authenticator for. It is good once, for five minutes, for this session and
/// this client. Asks for a recent proof of who one is (403 `recent_authentication_required`, `POST /session/confirm`), as all that
/// changes second factors does; and, where it is the first of them, for the account's password, which is such a proof (400
/// `password_required`). The first of them waits for a confirmed address (409 `email_unverified`). Where passkeys can't
/// be used, as at an IP address, 409 `passkeys_not_offered`.
#[utoipa::path(
    post, path = "/api/v1/users/me/passkeys/challenge", tag = "second-factors",
    operation_id = "second-factors-create_passkey_challenge",
    responses((status = 200, description = "Successful Response", body = PasskeyCreationOptions), Conflict),
)]
async fn create_passkey_challenge(app: App, call: Call<CurrentUser, input::Json<PasskeyBegin>>) -> Answer<Value> {
    let (actor, client, input::Json(password)) = (call.caller.actor(), call.client, call.input);
    let creation =
        app.run(move |app| async move { app.second_factors.begin_passkey(actor, password, &client).await }).await?;
    Ok(Json(creation_options(&creation)))
}

/// Create Passkey
///
/// Add the passkey that an authenticator made. It opens the account without a password from then on, and a password asks for a
/// second factor. With the first second factor come ten recovery codes, and all other sessions end.
#[utoipa::path(
    post, path = "/api/v1/users/me/passkeys/", tag = "second-factors", operation_id = "second-factors-create_passkey",
    responses((status = 200, description = "Successful Response", body = PasskeyAdded), Conflict),
)]
async fn create_passkey(
    app: App,
    call: Call<CurrentUser, input::Json<PasskeyCreate>>,
) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let (actor, input::Json(new)) = (call.caller.actor(), call.input);
    let AddedPasskey { passkey, recovery_codes } =
        app.run(move |app| async move { app.second_factors.add_passkey(actor, new, &client).await }).await?;
    Ok(secret(PasskeyAdded { passkey: passkey.into(), recovery_codes: recovery_codes.as_deref().map(shown) }))
}

/// Update Passkey
///
/// Call a passkey of one's own otherwise.
#[utoipa::path(
    patch, path = "/api/v1/users/me/passkeys/{passkey_id}", tag = "second-factors",
    operation_id = "second-factors-update_passkey",
    responses((status = 200, description = "Successful Response", body = PasskeyPublic)),
)]
async fn update_passkey(
    app: App,
    call: Call<CurrentUser, (PasskeyId, input::Json<PasskeyName>)>,
) -> Answer<PasskeyPublic> {
    let client = call.client;
    let (actor, (id, input::Json(name))) = (call.caller.actor(), call.input);
    let renamed =
        app.run(move |app| async move { app.second_factors.rename_passkey(actor, id, name, &client).await }).await?;
    Ok(Json(renamed.into()))
}

/// Delete Passkey
///
/// Remove a passkey of one's own. With the last second factor the recovery codes go, and nothing is asked for beside the password
/// any more.
#[utoipa::path(
    delete, path = "/api/v1/users/me/passkeys/{passkey_id}", tag = "second-factors",
    operation_id = "second-factors-delete_passkey",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_passkey(app: App, call: Call<CurrentUser, PasskeyId>) -> Answer<Message> {
    let (actor, id, client) = (call.caller.actor(), call.input, call.client);
    app.run(move |app| async move { app.second_factors.remove_passkey(actor, id, &client).await }).await?;
    Ok(Json(Message::new("Passkey removed")))
}
