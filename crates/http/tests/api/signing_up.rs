//! Sign-up, as the operator wants it.

use actix_web::http::StatusCode;
use ironplate_application::RegistrationMode;
use ironplate_domain::MailTemplate;
use ironplate_http::Settings;
use ironplate_testkit::{World, secret_in};
use serde_json::{Value, json};

use crate::api::{ANN, Api};

async fn api(mode: RegistrationMode) -> Api {
    Api::over(World::new().registering(mode).with_user(ANN).await, Settings::default())
}

fn account(email: &str) -> Value {
    json!({ "email": email, "password": "correct horse battery", "full_name": "Ann" })
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_are_verified_first_every_address_gets_one_answer() {
    let api = api(RegistrationMode::VerifyFirst).await;
    let (known, unknown) =
        (api.post("/users/signup", &account(ANN)).await, api.post("/users/signup", &account("new@example.com")).await);
    assert_eq!((known.status, unknown.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert_eq!(known.text, unknown.text);
    assert!(known.json()["message"].as_str().unwrap().starts_with("Check your inbox"));
    assert!(api.world.find_user("new@example.com").is_none(), "nothing is there before the mail is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_the_link_chooses_the_password() {
    let api = api(RegistrationMode::VerifyFirst).await;
    api.post("/users/signup", &account("new@example.com")).await;
    let token = secret_in(&api.world.mail(MailTemplate::FinishSignUp, "new@example.com").await).expose().to_owned();
    let finished = api.post("/verify-email", &json!({ "token": token, "new_password": "staple battery horse" })).await;
    assert_eq!(finished.status, StatusCode::OK);
    let log_in = async |password: &str| {
        let request = actix_web::test::TestRequest::post()
            .uri("/api/v1/login/access-token")
            .set_form([("username", "new@example.com"), ("password", password)]);
        api.send(request).await.status
    };
    assert_eq!(log_in("staple battery horse").await, StatusCode::OK);
    assert_eq!(log_in("correct horse battery").await, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_form_are_told_in_every_mode() {
    for mode in [RegistrationMode::Open, RegistrationMode::VerifyFirst, RegistrationMode::Closed] {
        let answer = api(mode).await.post("/users/signup", &json!({ "email": "x", "password": "short" })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_registration_says_so_whoever_asks() {
    let api = api(RegistrationMode::Closed).await;
    for email in [ANN, "new@example.com"] {
        let answer = api.post("/users/signup", &account(email)).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &"registration_closed".into()));
    }
    assert!(api.world.store.messages().is_empty());
}
