//! Proving an address.

use actix_web::http::StatusCode;
use ironplate_application::RegistrationMode;
use ironplate_domain::MailTemplate;
use ironplate_http::Settings;
use ironplate_testkit::{World, secret_in};
use serde_json::{Value, json};

use crate::api::{ANN, Answer, Api, ROOT};

const PASSWORD: &str = "staple battery horse";

async fn secret(api: &Api, template: MailTemplate, email: &str) -> String {
    secret_in(&api.world.mail(template, email).await).expose().to_owned()
}

async fn verify(api: &Api, body: Value) -> (u16, Value) {
    verify_as(api, None, body).await
}

async fn verify_as(api: &Api, who: Option<&str>, body: Value) -> (u16, Value) {
    let Answer { status, text, .. } = api.call("POST", "/verify-email", who, Some(&body.to_string())).await;
    let json: Value = serde_json::from_str(&text).unwrap();
    (status.as_u16(), json.get("message").or_else(|| json.get("code")).unwrap().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_asked_for_until_the_address_is_verified() {
    let api = Api::new().await;
    let ask = async || api.call("POST", "/users/me/verify-email", Some(ANN), None).await;
    assert_eq!(ask().await.json(), json!({ "message": "We sent you a verification link" }));
    let token = secret(&api, MailTemplate::VerifyAddress, ANN).await;
    for outside in [None, Some(ROOT)] {
        let answer = verify_as(&api, outside, json!({ "token": token })).await;
        assert_eq!(answer, (400, "password_required".into()), "{outside:?}");
    }
    let inside = verify_as(&api, Some(ANN), json!({ "token": token })).await;
    assert_eq!(inside, (200, "Email verified successfully".into()));
    assert_eq!(api.get("/users/me", ANN).await.json()["is_verified"], true);
    assert_eq!(verify(&api, json!({ "token": token })).await, (400, "invalid_token".into()));
    let again = ask().await;
    assert_eq!(
        (again.status, again.json()["message"].clone()),
        (StatusCode::OK, "Your address is verified already".into())
    );
    assert_eq!(api.call("POST", "/users/me/verify-email", None, None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_finished_with_a_password() {
    let api = Api::new().await;
    for body in [json!({ "email": "bob@example.com" }), json!({ "email": "cy@example.com", "password": null })] {
        let created = api.call("POST", "/users/", Some(ROOT), Some(&body.to_string())).await;
        assert_eq!((created.status, &created.json()["is_verified"]), (StatusCode::OK, &false.into()));
        let token = secret(&api, MailTemplate::SetPassword, body["email"].as_str().unwrap()).await;
        for password in [json!({ "token": token }), json!({ "token": token, "new_password": null })] {
            assert_eq!(verify(&api, password).await, (400, "password_required".into()));
        }
        assert_eq!(
            verify(&api, json!({ "token": token, "new_password": "short" })).await,
            (422, "validation_error".into())
        );
        assert_eq!(verify(&api, json!({ "token": token, "new_password": PASSWORD })).await.0, 200);
        assert!(api.world.user(body["email"].as_str().unwrap()).is_verified);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_that_was_taken_meanwhile_is_told_so() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let api = Api::over(world, Settings::default());
    let change = api.call("PATCH", "/users/me", Some(ANN), Some(r#"{"email":"new@example.com"}"#)).await;
    assert_eq!((change.status, &change.json()["email"]), (StatusCode::OK, &ANN.into()));
    let token = secret(&api, MailTemplate::ConfirmNewAddress, "new@example.com").await;
    api.post("/users/signup", &json!({ "email": "NEW@example.com", "password": PASSWORD })).await;
    assert_eq!(verify_as(&api, Some(ANN), json!({ "token": token })).await, (409, "email_taken".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_address_is_the_users_own_from_then_on() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let api = Api::over(world, Settings::default());
    api.call("PATCH", "/users/me", Some(ANN), Some(r#"{"email":"new@example.com"}"#)).await;
    let token = secret(&api, MailTemplate::ConfirmNewAddress, "new@example.com").await;
    assert_eq!(verify(&api, json!({ "token": token })).await, (400, "session_required".into()));
    assert_eq!(verify_as(&api, Some(ANN), json!({ "token": token })).await.0, 200);
    let user = api.get("/users/me", "new@example.com").await.json();
    assert_eq!((&user["email"], &user["is_verified"]), (&"new@example.com".into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_refused_without_its_secrets() {
    let api = Api::over(World::new().registering(RegistrationMode::VerifyFirst), Settings::default());
    for body in [r#"{"token":["s3cret"],"new_password":"s3cret"}"#, r#"["s3cret"]"#, r#"{"new_password":"s3cret"}"#] {
        let answer = api.call("POST", "/verify-email", None, Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(!answer.text.contains("s3cret"), "{}", answer.text);
    }
}
