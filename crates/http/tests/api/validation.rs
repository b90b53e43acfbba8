//! The contract's 422, fault by fault.

use actix_web::{http::StatusCode, test::TestRequest};
use serde_json::{Value, json};

use crate::api::{ANN, Api};

pub(super) async fn faults(api: &Api, path: &str, body: &str) -> Value {
    let answer = api.call("POST", path, Some(ANN), Some(body)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
    assert_eq!(answer.json()["code"], "validation_error");
    answer.json()["detail"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_none_is_told_so() {
    let api = Api::new().await;
    for (body, detail) in [
        ("{}", json!([{"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {}}])),
        ("", json!([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}])),
        ("null", json!([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}])),
        (
            "[1]",
            json!([{"type": "model_attributes_type", "loc": ["body"],
                    "msg": "Input should be a valid dictionary or object to extract fields from", "input": [1]}]),
        ),
    ] {
        assert_eq!(faults(&api, "/organizations/", body).await, detail, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_refused_with_its_reason() {
    let api = Api::new().await;
    let body = r#"{"email":"nobody","password":"correct horse battery"}"#;
    let reason = "An email address must have an @-sign.";
    let expected = json!([{
        "type": "value_error", "loc": ["body", "email"], "msg": format!("value is not a valid email address: {reason}"),
        "input": "nobody", "ctx": {"reason": reason},
    }]);
    assert_eq!(faults(&api, "/users/signup", body).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_comes_back_in_an_answer() {
    let api = Api::new().await;
    let bodies = [
        r#"{"email":"x@example.com","password":"hunter2"}"#,
        r#"{"password":"hunter2hunter2"}"#,
        r#"{"email":1,"password":["hunter2"],"confirm_password":"hunter2"}"#,
    ];
    for body in bodies {
        let detail = faults(&api, "/users/signup", body).await;
        assert!(!detail.to_string().contains("hunter2"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_be_stored_is_refused_and_never_fails() {
    let api = Api::new().await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let bodies = [r#"{"name":"a\u0000b"}"#, r#"{"name":"\ud800"}"#, r#"{"name":NaN}"#, r#"{"name":1e999}"#, &*deep];
    for body in bodies {
        faults(&api, "/organizations/", body).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn booleans_are_lax() {
    let api = Api::new().await;
    let user = format!("/users/{}", api.world.user(ANN).id);
    for (spelling, meaning) in [
        ("true", true),
        ("1", true),
        ("1.0", true),
        (r#""Yes""#, true),
        (r#""off""#, false),
        ("0", false),
        (r#""F""#, false),
    ] {
        let body = format!(r#"{{"is_superuser":{spelling}}}"#);
        let answer = api.call("PATCH", &user, Some(crate::api::ROOT), Some(&body)).await;
        assert_eq!(answer.json()["is_superuser"], meaning, "{spelling}");
    }
    for (spelling, kind) in
        [("2", "bool_parsing"), (r#""maybe""#, "bool_parsing"), ("null", "bool_type"), ("[]", "bool_type")]
    {
        let body = format!(r#"{{"is_superuser":{spelling}}}"#);
        let answer = api.call("PATCH", &user, Some(crate::api::ROOT), Some(&body)).await;
        assert_eq!(answer.json()["detail"][0]["type"], kind, "{spelling}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_id_is_told_what_is_wrong_with_it() {
    let api = Api::new().await;
    let detail = api.get("/organizations/not-a-uuid", ANN).await.json()["detail"].clone();
    let error = "invalid character: found `n` at 1";
    let expected = json!([{
        "type": "uuid_parsing", "loc": ["path", "organization_id"], "msg": format!("Input should be a valid UUID, {error}"),
        "input": "not-a-uuid", "ctx": {"error": error},
    }]);
    assert_eq!(detail, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_under_another_content_type_is_a_text() {
    let api = Api::new().await;
    let send = async |path: &str| {
        let authorization = format!("Bearer {}", api.token(ANN).await);
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("authorization", authorization))
            .insert_header(("content-type", "text/plain"))
            .set_payload(r#"{"password":"hunter2hunter2"}"#);
        api.send(request).await.json()["detail"][0].clone()
    };
    let open = send("/api/v1/organizations/").await;
    assert_eq!(
        (&open["type"], &open["input"]),
        (&"model_attributes_type".into(), &r#"{"password":"hunter2hunter2"}"#.into())
    );
    let secret = send("/api/v1/users/signup").await;
    assert_eq!(
        (&secret["type"], secret.get("input")),
        (&"model_attributes_type".into(), None),
        "it may hold a password"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_never_much_larger_than_what_it_tells() {
    let api = Api::new().await;
    let blown_up = "\\u0001".repeat(10_000);
    let keys: Vec<String> = (0..999).map(|key| format!(r#""{key:060}":0"#)).collect();
    for body in [
        format!(r#"{{"x":"{blown_up}"}}"#),
        format!(r#""{blown_up}""#),
        format!("[{}1]", "1,".repeat(500)),
        format!("{{{}}}", keys.join(",")),
    ] {
        for (path, caller) in [("/organizations/", Some(ANN)), ("/users/signup", None)] {
            let answer = api.call("POST", path, caller, Some(&body)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text.len() < 64 * 1024, "{path}: {} bytes", answer.text.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_told_so() {
    let api = Api::new().await;
    let request = TestRequest::post()
        .uri("/api/v1/users/signup")
        .insert_header(("content-type", "application/json"))
        .set_payload(&b"{\"email\":\"\xFF\"}"[..]);
    let answer = api.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["detail"], "There was an error parsing the body");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_several_members_counts_however_its_name_is_written() {
    let api = Api::new().await;
    for (body, name) in [
        (r#"{"name":1,"name":"牛"}"#, "牛"),
        (r#"{"\u006eame":"牛"}"#, "牛"),
        (r#"{"a":{"name":"y"},"name":"牛","b":[{"name":"y"}]}"#, "牛"),
        (r#"{"name":"\ud83d\ude00"}"#, "😀"),
        ("\t{\"name\" : \"牛\"}\r\n", "牛"),
    ] {
        let answer = api.call("POST", "/organizations/", Some(ANN), Some(body)).await;
        assert_eq!(answer.json()["name"], name, "{body}: {}", answer.text);
    }
}
