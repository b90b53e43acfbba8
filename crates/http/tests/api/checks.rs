//! The contract's order of checks.

use actix_web::http::StatusCode;

use crate::api::{ANN, Api, ROOT};

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_told_before_a_missing_token() {
    let api = Api::new().await;
    let answer = api.call("POST", "/items/", None, Some(r#"{"title":"x",}"#)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fault = &answer.json()["detail"][0];
    assert_eq!(fault["type"], "json_invalid");
    assert_eq!(fault["loc"], serde_json::json!(["body", 12]));
    assert_eq!(fault["ctx"]["error"], "Illegal trailing comma before end of object");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_checked_before_what_is_asked() {
    let api = Api::new().await;
    let rows = [
        ("POST", "/items/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/items/", Some(ANN), StatusCode::UNPROCESSABLE_ENTITY),
        ("POST", "/users/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/users/", Some(ANN), StatusCode::FORBIDDEN),
        ("POST", "/users/", Some(ROOT), StatusCode::UNPROCESSABLE_ENTITY),
        ("POST", "/private/users/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/private/users/", Some(ANN), StatusCode::FORBIDDEN),
        ("GET", "/users/?limit=x", Some(ANN), StatusCode::FORBIDDEN),
        ("GET", "/users/?limit=x", Some(ROOT), StatusCode::UNPROCESSABLE_ENTITY),
        ("GET", "/items/x", None, StatusCode::UNAUTHORIZED),
        ("GET", "/items/x", Some(ANN), StatusCode::UNPROCESSABLE_ENTITY),
        ("DELETE", "/users/x", Some(ANN), StatusCode::FORBIDDEN),
    ];
    for (method, path, caller, status) in rows {
        let body = (method == "POST").then_some("{}");
        assert_eq!(api.call(method, path, caller, body).await.status, status, "{method} {path} {caller:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_path_and_body_are_told_together() {
    let api = Api::new().await;
    let answer = api.call("PUT", "/items/x", Some(ANN), Some(r#"{"title":1,"description":2}"#)).await;
    let json = answer.json();
    let kinds: Vec<&str> =
        json["detail"].as_array().unwrap().iter().map(|fault| fault["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["uuid_parsing", "string_type", "string_type"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_item_is_told_before_a_foreign_one() {
    let api = Api::new().await;
    let item = api.call("POST", "/items/", Some(ROOT), Some(r#"{"title":"x"}"#)).await.json();
    let missing = api.get("/items/019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", ANN).await;
    assert_eq!((missing.status, missing.json()["detail"].clone()), (StatusCode::NOT_FOUND, "Item not found".into()));
    for method in ["GET", "PUT", "DELETE"] {
        let body = (method == "PUT").then_some("{}");
        let foreign = api.call(method, &format!("/items/{}", item["id"].as_str().unwrap()), Some(ANN), body).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{method}");
        assert_eq!(foreign.json()["detail"], "Not enough permissions");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_body_is_refused_before_anything_else() {
    let api = Api::new().await;
    let largest = format!("{{\"title\":\"x\"{}}}", " ".repeat(1024 * 1024 - 13));
    assert_eq!(largest.len(), 1024 * 1024);
    assert_eq!(api.call("POST", "/items/", Some(ANN), Some(&largest)).await.status, StatusCode::OK);
    let answer = api.call("POST", "/items/", None, Some(&format!("{largest} "))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "payload_too_large");
}
