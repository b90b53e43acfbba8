//! Mail that operations cause or do not cause.

use actix_web::http::StatusCode;
use ironplate_domain::MailTemplate;
use serde_json::{Value, json};

use crate::api::{ANN, Api, ROOT};

/// What the outbox holds.
fn queued(api: &Api) -> Vec<(MailTemplate, String)> {
    api.world.store.messages().into_iter().map(|message| (message.template, message.to.to_string())).collect()
}

async fn test_email(api: &Api, query: &str) -> (u16, Value) {
    let answer = api.call("POST", &format!("/utils/test-email{query}"), Some(ROOT), None).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_is_queued() {
    let api = Api::new().await;
    for query in ["/?email_to=eve@example.com", "?email_to=x&email_to=eve%40EXAMPLE.com"] {
        assert_eq!(test_email(&api, query).await, (201, json!({ "message": "Test email sent" })), "{query}");
    }
    assert_eq!(queued(&api), vec![(MailTemplate::TestMail, "eve@example.com".to_owned()); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_test_mail_goes_must_be_an_address() {
    let api = Api::new().await;
    let missing = json!([{"type": "missing", "loc": ["query", "email_to"], "msg": "Field required", "input": null}]);
    let reason = "An email address must have an @-sign.";
    let refused = |input: &str| {
        json!([{"type": "value_error", "loc": ["query", "email_to"], "input": input, "ctx": {"reason": reason},
                "msg": format!("value is not a valid email address: {reason}")}])
    };
    for (query, detail) in [
        ("", missing.clone()),
        ("/?email=a@example.com", missing),
        ("/?email_to=x", refused("x")),
        ("/?email_to=", refused("")),
    ] {
        let (status, json) = test_email(&api, query).await;
        assert_eq!((status, &json["detail"]), (422, &detail), "{query}");
    }
    assert_eq!(test_email(&api, "/?email_to=a%00@example.com").await.0, 422);
    assert!(queued(&api).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_superusers_send_test_mail() {
    let api = Api::new().await;
    for (caller, status) in [(None, StatusCode::UNAUTHORIZED), (Some(ANN), StatusCode::FORBIDDEN)] {
        for query in ["?email_to=eve@example.com", ""] {
            let answer = api.call("POST", &format!("/utils/test-email/{query}"), caller, None).await;
            assert_eq!(answer.status, status, "{query}");
        }
    }
    assert!(queued(&api).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_whom_a_superuser_made_is_welcomed_and_a_private_one_is_not() {
    let api = Api::new().await;
    let body =
        |email: &str| json!({ "email": email, "password": "correct horse battery", "full_name": "X" }).to_string();
    api.call("POST", "/private/users/", Some(ROOT), Some(&body("quiet@example.com"))).await;
    assert!(queued(&api).is_empty());
    api.call("POST", "/users/", Some(ROOT), Some(&body("bob@example.com"))).await;
    assert_eq!(queued(&api), [(MailTemplate::SetPassword, "bob@example.com".to_owned())]);
    let mail = api.world.mail(MailTemplate::SetPassword, "bob@example.com").await;
    assert!(!mail.content.text.contains("correct horse battery"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_can_not_be_queued_is_told_as_an_outage() {
    let api = Api::new().await;
    api.world.store.fail_commits();
    let answer = api.post("/password-recovery", &json!({ "email": ANN })).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}
