//! Passkeys, as browsers and apps send what authenticators say.

use actix_web::{http::StatusCode, test::TestRequest};
use ironplate_domain::TokenSecret;
use ironplate_testkit::{FakePasskey, samples::PASSWORD};
use ironplate_web::base64url;
use serde_json::{Value, json};

use crate::api::{ANN, Answer, Api};

fn challenge_in(options: &Value) -> TokenSecret {
    TokenSecret::new(options["challenge"].as_str().expect("a challenge"))
}

fn assertion(passkey: &mut FakePasskey, options: &Value) -> Value {
    let signed = passkey.sign(&challenge_in(options));
    json!({
        "id": base64url(signed.credential.bytes()),
        "response": {
            "clientDataJSON": base64url(&signed.client_data),
            "authenticatorData": base64url(&signed.authenticator_data),
            "signature": base64url(&signed.signature),
            "userHandle": signed.user_handle.as_deref().map(base64url),
        },
    })
}

async fn with_passkey() -> (Api, FakePasskey) {
    let api = Api::new().await;
    let passkey = api.world.add_passkey(ANN, "key", 0).await;
    (api, passkey)
}

/// What the browser is to have signed.
async fn begin(api: &Api, path: &str) -> Value {
    api.call("POST", path, None, None).await.json()
}

fn assert_refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{answer:?}");
    assert_eq!(answer.header("set-cookie"), None, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_and_brings_recovery_codes() {
    let api = Api::new().await;
    api.world.prove_address(ANN).await;
    let token = api.token(ANN).await;
    let send = async |path: &str, body: &Value| {
        let request = TestRequest::post().uri(&format!("/api/v1/users/me/passkeys/{path}"));
        api.send(request.insert_header(("authorization", format!("Bearer {token}"))).set_json(body)).await
    };
    let options = send("challenge", &json!({ "password": PASSWORD })).await.json();
    assert_eq!((&options["user"]["name"], &options["attestation"]), (&json!(ANN), &json!("none")));
    let made = FakePasskey::new("key", api.world.user(ANN).id).register(&challenge_in(&options));
    let (client_data, object) = (base64url(&made.client_data), base64url(&made.attestation_object));
    let registration = json!({ "response": {
        "clientDataJSON": client_data, "attestationObject": object, "transports": ["usb", "telepathy"],
    } });
    let body = json!({ "name": "Ann's key", "registration": registration });
    let added = send("", &body).await;
    assert_eq!((added.status, added.header("cache-control")), (StatusCode::OK, Some("no-store")), "{added:?}");
    let told = added.json();
    assert_eq!(told["passkey"]["name"], "Ann's key");
    assert_eq!(told["recovery_codes"].as_array().map(Vec::len), Some(10), "{told}");
    assert!(!added.text.contains("public_key"), "{told}");
    assert_refused(&send("", &body).await, StatusCode::BAD_REQUEST, "invalid_challenge");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_browser_says_is_told_by_its_field() {
    let api = Api::new().await;
    for odd in [json!(null), json!("x"), json!({}), json!({ "id": "AQID", "response": {} })] {
        let answer = api.post("/login/passkey", &json!({ "assertion": odd })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
        assert!(answer.text.contains("assertion"), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_alone_opens_a_session_by_tokens_once() {
    let (api, mut passkey) = with_passkey().await;
    let options = begin(&api, "/login/passkey/challenge").await;
    assert_eq!((&options["userVerification"], &options["rpId"]), (&json!("required"), &json!("example.com")));
    let body = json!({ "assertion": assertion(&mut passkey, &options) });
    let opened = api.post("/login/passkey", &body).await;
    assert_eq!((opened.status, opened.header("cache-control")), (StatusCode::OK, Some("no-store")));
    assert!(opened.json()["access_token"].is_string() && opened.header("set-cookie").is_none(), "{opened:?}");
    assert_refused(&api.post("/login/passkey", &body).await, StatusCode::BAD_REQUEST, "invalid_challenge");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_for_the_kind_of_session_that_it_was_asked_for() {
    let (api, mut passkey) = with_passkey().await;
    for (challenge, path) in
        [("/login/passkey/challenge", "/session/passkey"), ("/session/passkey/challenge", "/login/passkey")]
    {
        let options = begin(&api, challenge).await;
        let answer = api.post(path, &json!({ "assertion": assertion(&mut passkey, &options) })).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "invalid_challenge");
    }
    let options = begin(&api, "/session/passkey/challenge").await;
    let opened = api.post("/session/passkey", &json!({ "assertion": assertion(&mut passkey, &options) })).await;
    assert_eq!(opened.json()["email"], ANN);
    assert!(opened.header("set-cookie").unwrap().starts_with("__Host-session="), "{opened:?}");
}

/// Nor can a stranger's page log anybody in to an account of the stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_another_site_gets_a_cookie() {
    let (api, mut passkey) = with_passkey().await;
    let options = begin(&api, "/session/passkey/challenge").await;
    let request = TestRequest::post().uri("/api/v1/session/passkey").insert_header(("sec-fetch-site", "cross-site"));
    let answer = api.send(request.set_json(json!({ "assertion": assertion(&mut passkey, &options) }))).await;
    assert_refused(&answer, StatusCode::FORBIDDEN, "cross_site");
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_password_the_passkeys_of_the_account_are_asked_for() {
    let (api, mut passkey) = with_passkey().await;
    let waits = api.post("/session", &json!({ "email": ANN, "password": PASSWORD })).await;
    assert_refused(&waits, StatusCode::FORBIDDEN, "second_factor_required");
    let waits = waits.json();
    assert_eq!(waits["methods"], json!(["passkey"]));
    assert_eq!(waits["passkey"]["allowCredentials"][0]["id"], base64url(passkey.credential_id().bytes()));
    let body = json!({ "challenge": waits["challenge"], "assertion": assertion(&mut passkey, &waits["passkey"]) });
    let opened = api.post("/login/second-factor", &body).await;
    assert_eq!((opened.status, &opened.json()["email"]), (StatusCode::OK, &json!(ANN)), "{opened:?}");
}
