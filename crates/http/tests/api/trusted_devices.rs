//! Devices that are not asked for a second factor, by a cookie of their own.

use actix_web::{
    http::{StatusCode, header::SET_COOKIE},
    test::TestRequest,
};
use ironplate_domain::TotpSecret;
use ironplate_testkit::samples::PASSWORD;
use serde_json::{Value, json};

use crate::api::{ANN, Answer, Api, ROOT};

async fn with_app() -> (Api, TotpSecret) {
    let api = Api::new().await;
    let secret = api.world.add_app(ANN).await;
    (api, secret)
}

async fn log_in(api: &Api, email: &str, cookie: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    api.send(TestRequest::post().uri("/api/v1/session").insert_header(("cookie", cookie)).set_json(body)).await
}

/// All that an answer sets, without attributes.
fn cookies(answer: &Answer) -> Vec<String> {
    let given = answer.headers.get_all(SET_COOKIE).map(|cookie| cookie.to_str().unwrap());
    given.map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect()
}

async fn prove(api: &Api, challenge: &Value, secret: &TotpSecret, trust: impl Into<Value>) -> Answer {
    let code = api.world.code(secret);
    let body = json!({ "challenge": challenge, "code": code.expose(), "trust_device": trust.into() });
    api.post("/login/second-factor", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_gets_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let (api, secret) = with_app().await;
    let waits = log_in(&api, ANN, "").await.json();
    assert_eq!(waits["trust_days"], 30);
    let answer = prove(&api, &waits["challenge"], &secret, true).await;
    let [session, device] = &cookies(&answer)[..] else { panic!("two cookies: {answer:?}") };
    assert!(session.starts_with("__Host-session=") && device.starts_with("__Host-device="));
    let given = answer.headers.get_all(SET_COOKIE).last().unwrap().to_str().unwrap();
    for attribute in ["; Path=/;", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=2592000"] {
        assert!(given.contains(attribute), "{given}");
    }

    let opened = log_in(&api, ANN, device).await;
    assert_eq!((opened.status, cookies(&opened).len()), (StatusCode::OK, 1), "{opened:?}");
    let asked = api.send(TestRequest::get().uri("/api/v1/users/me").insert_header(("cookie", &**device))).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED, "it shows no session");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_wish_no_device_is_trusted() {
    for wish in [json!(false), json!(null)] {
        let (api, secret) = with_app().await;
        let waits = log_in(&api, ANN, "").await.json();
        let answer = prove(&api, &waits["challenge"], &secret, wish.clone()).await;
        assert!(cookies(&answer).len() < 2, "{wish}: {answer:?}");
        assert_eq!(api.world.store.trusted_devices(), [], "{wish}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_superusers_are_offered_no_trust() {
    let (api, _) = with_app().await;
    let form = [("username", ANN), ("password", PASSWORD)];
    let waits = api.send(TestRequest::post().uri("/api/v1/login/access-token").set_form(form)).await;
    assert!(waits.json()["challenge"].is_string() && waits.json().get("trust_days").is_none(), "{waits:?}");
    api.world.add_app(ROOT).await;
    let waits = log_in(&api, ROOT, "").await;
    assert!(waits.json()["challenge"].is_string() && waits.json().get("trust_days").is_none(), "{waits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_without_their_secrets_and_removed() {
    let (api, _) = with_app().await;
    api.world.add_trusted_device(ANN).await;
    api.world.add_trusted_device(ANN).await;
    api.world.add_trusted_device(ROOT).await;
    let path = "/users/me/trusted-devices";
    let listed = api.get(path, ANN).await.json();
    assert_eq!((&listed["count"], &listed["data"][0]["device"]), (&json!(2), &json!("Firefox on Linux")));
    let fields: Vec<_> = listed["data"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["id", "device", "created_at", "last_used_at", "expires_at"]);
    let one = format!("{path}/{}", listed["data"][0]["id"].as_str().unwrap());
    let others = api.call("DELETE", &one, Some(ROOT), None).await;
    assert_eq!((others.status, &others.json()["code"]), (StatusCode::NOT_FOUND, &json!("trusted_device_not_found")));
    assert_eq!(api.call("DELETE", &one, Some(ANN), None).await.status, StatusCode::OK);
    assert_eq!(api.call("DELETE", &one, Some(ANN), None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(api.call("DELETE", path, Some(ANN), None).await.status, StatusCode::OK);
    assert_eq!(api.get(path, ANN).await.json()["count"], 0);
    assert_eq!(api.world.store.trusted_devices().len(), 1, "nobody else's");
    assert_eq!(api.get(path, ROOT).await.json()["count"], 0, "a superuser's is never trusted");
}
