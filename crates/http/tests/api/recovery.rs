//! A forgotten password, by the contract's rows.

use actix_web::http::StatusCode;
use ironplate_domain::MailTemplate;
use ironplate_testkit::{samples, secret_in};
use serde_json::json;

use crate::api::{ANN, Api, ROOT};

const SENT: &str = "If that email is registered, we sent a password recovery link";
const NEW: &str = "staple battery horse";

/// Addresses that the outbox holds mail for.
fn queued(api: &Api) -> Vec<String> {
    api.world.store.messages().iter().map(|message| message.to.to_string()).collect()
}

async fn secret_for(api: &Api, email: &str) -> String {
    api.post("/password-recovery", &json!({ "email": email })).await;
    secret_in(&api.world.mail(MailTemplate::ResetPassword, email).await).expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_has_one_answer_for_any_text() {
    let api = Api::new().await;
    let texts = [
        ANN,
        "nobody@example.com",
        "ann%40example.com",
        "no-address",
        "%00",
        "ann@example.com%00",
        "a%0D%0Ab",
        "%FF%FE",
        "%25",
        "%",
        "%zz",
        "%C3%BC@example.com",
        "+",
        "..",
        &"x".repeat(5_000),
    ];
    for text in texts {
        for slash in ["", "/"] {
            let answer = api.call("POST", &format!("/password-recovery/{text}{slash}"), None, None).await;
            assert_eq!(answer.status, StatusCode::OK, "{text:.40}: {}", answer.text);
            assert_eq!(answer.text, format!(r#"{{"message":"{SENT}"}}"#));
        }
    }
    for text in texts {
        for slash in ["", "/"] {
            let answer = api.post(&format!("/password-recovery{slash}"), &json!({ "email": text })).await;
            assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "message": SENT })), "{text:.40}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_queued_for_an_address_and_for_nothing_else() {
    let api = Api::new().await;
    for path in ["ann%2Btag@example.com", "ann+tag@example.com", "no-address", "a@b%00.example.com"] {
        api.call("POST", &format!("/password-recovery/{path}"), None, None).await;
    }
    api.post("/password-recovery", &json!({ "email": " eve@EXAMPLE.com " })).await;
    api.post("/password-recovery", &json!({ "email": "\0" })).await;
    assert_eq!(queued(&api), ["ann+tag@example.com", "ann+tag@example.com", "eve@example.com"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoded_slash_makes_another_path() {
    let api = Api::new().await;
    for path in ["/password-recovery/a%2Fb", "/password-recovery/a/b", "/password-recovery-html-content/a%2fb"] {
        let answer = api.call("POST", path, Some(ROOT), None).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &"not_found".into()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_in_the_body_takes_texts_alone() {
    let api = Api::new().await;
    for (body, kind, place) in [
        ("{}", "missing", json!(["body", "email"])),
        (r#"{"email":null}"#, "string_type", json!(["body", "email"])),
        (r#"{"email":["ann@example.com"]}"#, "string_type", json!(["body", "email"])),
        ("", "missing", json!(["body"])),
        ("[]", "model_attributes_type", json!(["body"])),
    ] {
        let answer = api.call("POST", "/password-recovery", None, Some(body)).await;
        let fault = &answer.json()["detail"][0];
        assert_eq!((answer.status.as_u16(), &fault["type"], &fault["loc"]), (422, &kind.into(), &place), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_resets_a_password_once() {
    let api = Api::new().await;
    let token = secret_for(&api, ANN).await;
    let body = json!({ "token": token, "new_password": NEW });
    let reset = api.post("/reset-password", &body).await;
    assert_eq!((reset.status, reset.json()), (StatusCode::OK, json!({ "message": "Password updated successfully" })));
    let again = api.post("/reset-password/", &body).await;
    assert_eq!((again.status, again.json()["detail"].clone()), (StatusCode::BAD_REQUEST, "Invalid token".into()));
    assert_eq!(again.json()["code"], "invalid_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_of_ours_is_invalid() {
    let api = Api::new().await;
    for token in ["", "garbage", "\0", "eyJhbGciOiJIUzI1NiJ9.e30.x", &"x".repeat(10_000), "tökén"] {
        let answer = api.post("/reset-password/", &json!({ "token": token, "new_password": NEW })).await;
        assert_eq!((answer.status, &answer.json()["detail"]), (StatusCode::BAD_REQUEST, &"Invalid token".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_user_is_told_so_by_their_own_link() {
    let api = Api::new().await;
    let token = secret_for(&api, ANN).await;
    let path = format!("/users/{}", api.world.user(ANN).id);
    api.call("PATCH", &path, Some(ROOT), Some(r#"{"is_active":false}"#)).await;
    let answer = api.post("/reset-password/", &json!({ "token": token, "new_password": NEW })).await;
    assert_eq!((answer.status, &answer.json()["detail"]), (StatusCode::BAD_REQUEST, &"Inactive user".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_refused_field_by_field_without_its_secrets() {
    let api = Api::new().await;
    let secret = "s3cret";
    let rows = [
        (json!({}), vec![("missing", "token"), ("missing", "new_password")]),
        (
            json!({ "token": [secret], "new_password": secret }),
            vec![("string_type", "token"), ("string_too_short", "new_password")],
        ),
        (
            json!({ "token": null, "new_password": secret.repeat(30) }),
            vec![("string_type", "token"), ("string_too_long", "new_password")],
        ),
        (json!({ "token": secret }), vec![("missing", "new_password")]),
    ];
    for (body, expected) in rows {
        let answer = api.post("/reset-password/", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let json = answer.json();
        let faults = json["detail"].as_array().unwrap().iter();
        let faults: Vec<_> =
            faults.map(|fault| (fault["type"].as_str().unwrap(), fault["loc"][1].as_str().unwrap())).collect();
        assert_eq!(faults, expected);
        assert!(!answer.text.contains(secret), "{}", answer.text);
    }
    let whole = api.call("POST", "/reset-password/", None, Some(r#""s3cret""#)).await;
    assert!(!whole.text.contains(secret), "{}", whole.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn superusers_see_the_mail_without_a_live_link() {
    let api = Api::new().await;
    for path in
        ["/password-recovery-html-content/ann@example.com", "/password-recovery-html-content/ANN%40example.com/"]
    {
        let answer = api.call("POST", path, Some(ROOT), None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("subject"), Some("reset_password"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert!(answer.text.contains("https://app.example.com/reset-password?token="), "{}", answer.text);
    }
    assert!(api.world.store.one_time_tokens().is_empty() && queued(&api).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_mail_to_see_for_an_address_that_nobody_has() {
    let api = Api::new().await;
    for text in ["nobody@example.com", "no-address", "%00"] {
        let path = format!("/password-recovery-html-content/{text}");
        let answer = api.call("POST", &path, Some(ROOT), None).await;
        let detail = "The user with this username does not exist in the system.";
        assert_eq!((answer.status, &answer.json()["detail"]), (StatusCode::NOT_FOUND, &detail.into()), "{text}");
        assert_eq!(api.call("POST", &path, Some(ANN), None).await.status, StatusCode::FORBIDDEN);
        assert_eq!(api.call("POST", &path, None, None).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_held_to_the_contracts_length() {
    let api = Api::new().await;
    let token = secret_for(&api, ANN).await;
    for (length, status) in [(7, 422), (129, 422), (128, 200)] {
        let answer = api.post("/reset-password/", &json!({ "token": token, "new_password": "é".repeat(length) })).await;
        assert_eq!(answer.status.as_u16(), status, "{length}");
    }
    let refused = api.post("/reset-password/", &json!({ "token": token, "new_password": samples::PASSWORD })).await;
    assert_eq!(refused.json()["code"], "invalid_token", "it was used up by the one that was taken");
}
