//! The contract's order of checks.

use actix_web::{http::StatusCode, test::TestRequest};

use crate::api::{ANN, Api, ROOT};

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_told_before_a_missing_token() {
    let api = Api::new().await;
    let answer = api.call("POST", "/organizations/", None, Some(r#"{"name":"xy",}"#)).await;
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
        ("POST", "/organizations/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/organizations/", Some(ANN), StatusCode::UNPROCESSABLE_ENTITY),
        ("POST", "/users/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/users/", Some(ANN), StatusCode::FORBIDDEN),
        ("POST", "/users/", Some(ROOT), StatusCode::UNPROCESSABLE_ENTITY),
        ("POST", "/private/users/", None, StatusCode::UNAUTHORIZED),
        ("POST", "/private/users/", Some(ANN), StatusCode::FORBIDDEN),
        ("GET", "/users/?limit=x", Some(ANN), StatusCode::FORBIDDEN),
        ("GET", "/users/?limit=x", Some(ROOT), StatusCode::UNPROCESSABLE_ENTITY),
        ("GET", "/organizations/x", None, StatusCode::UNAUTHORIZED),
        ("GET", "/organizations/x", Some(ANN), StatusCode::UNPROCESSABLE_ENTITY),
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
    let answer = api.call("PATCH", "/organizations/x", Some(ANN), Some(r#"{"name":1,"slug":2}"#)).await;
    let json = answer.json();
    let kinds: Vec<&str> =
        json["detail"].as_array().unwrap().iter().map(|fault| fault["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["uuid_parsing", "string_type", "string_type"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_body_is_refused_before_anything_else() {
    let api = Api::new().await;
    let largest = format!("{{\"name\":\"xy\"{}}}", " ".repeat(64 * 1024 - 13));
    assert_eq!(largest.len(), 64 * 1024);
    assert_eq!(api.call("POST", "/organizations/", Some(ANN), Some(&largest)).await.status, StatusCode::OK);
    let answer = api.call("POST", "/organizations/", None, Some(&format!("{largest} "))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "payload_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_is_refused_before_anything_else_and_never_unpacked() {
    let api = Api::new().await;
    let send = async |path: &str, media_type: &str, coding: &str| {
        let request = TestRequest::post().uri(path).insert_header(("content-type", media_type.to_owned()));
        api.send(request.insert_header(("content-encoding", coding.to_owned())).set_payload("{")).await
    };
    for (path, media_type) in [
        ("/api/v1/organizations/", "application/json"),
        ("/api/v1/users/signup", "application/json"),
        ("/api/v1/login/access-token", "application/x-www-form-urlencoded"),
        ("/api/v1/login/access-token", "multipart/form-data; boundary=x"),
    ] {
        let answer = send(path, media_type, "gzip").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
        assert_eq!(answer.json()["code"], "unsupported_encoding");
        assert_ne!(send(path, media_type, "identity").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_values_than_any_operation_reads_are_no_json_at_all() {
    let api = Api::new().await;
    for body in [
        format!(r#"{{"name":"x"{}}}"#, r#","":{"":0}"#.repeat(500)),
        format!(r#"{{"name":[{}0]}}"#, "0,".repeat(1000)),
        format!("[{}0]", "0,".repeat(1000)),
    ] {
        for caller in [Some(ANN), None] {
            let answer = api.call("POST", "/organizations/", caller, Some(&body)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            let fault = &answer.json()["detail"][0];
            assert_eq!((&fault["type"], &fault["loc"]), (&"json_invalid".into(), &serde_json::json!(["body", 0])));
            assert_eq!(fault["ctx"]["error"], "The text holds more than 1000 values");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_nobody_needs_is_refused() {
    let api = Api::new().await;
    let long = "x".repeat(32 * 1024);
    let (query, field) = (format!("/api/v1/organizations/?q={long}"), ("x-long", long));
    for request in [TestRequest::get().uri(&query), TestRequest::get().uri("/livez").insert_header(field)] {
        let answer = api.send(request).await;
        assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        assert_eq!(answer.json()["code"], "head_too_large");
    }
}
