//! What becomes of faults that are not the client's.

use actix_web::http::StatusCode;

use crate::api::{ANN, Api};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_answered_503_with_a_time_to_come_back() {
    let api = Api::new().await;
    let token = api.token(ANN).await;
    api.world.store.go_down();
    let request = actix_web::test::TestRequest::get()
        .uri("/api/v1/users/me")
        .insert_header(("authorization", format!("Bearer {token}")));
    let answer = api.send(request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.json()["code"], "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_answered_503() {
    let api = Api::new().await;
    api.world.hasher.busy();
    let body = r#"{"email":"new@example.com","password":"correct horse battery"}"#;
    let answer = api.call("POST", "/users/signup", None, Some(body)).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["code"], "busy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_ours_tells_the_client_nothing_but_its_request_id() {
    let api = Api::new().await;
    api.world.hasher.broken();
    let body = r#"{"email":"new@example.com","password":"correct horse battery"}"#;
    let answer = api.call("POST", "/users/signup", None, Some(body)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let json = answer.json();
    assert_eq!(json["detail"], "Internal Server Error");
    assert_eq!(json["code"], "internal_error");
    assert_eq!(json["request_id"].as_str(), answer.header("x-request-id"));
    assert!(!answer.text.contains("hasher"), "{}", answer.text);
}
