//! Items, by the order of checks, the contract's 422, and what goes with an organisation.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::{
    api::{ANN, Api, ROOT},
    validation::faults,
};

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
async fn every_fault_of_a_field_has_its_type_place_and_words() {
    let api = Api::new().await;
    let long = "x".repeat(256);
    let rows = [
        ("{}", json!([{"type": "missing", "loc": ["body", "title"], "msg": "Field required", "input": {}}])),
        (
            r#"{"title":null}"#,
            json!([{"type": "string_type", "loc": ["body", "title"], "msg": "Input should be a valid string", "input": null}]),
        ),
        (
            r#"{"title":"","description":1}"#,
            json!([
                {"type": "string_too_short", "loc": ["body", "title"], "msg": "String should have at least 1 character",
                 "input": "", "ctx": {"min_length": 1}},
                {"type": "string_type", "loc": ["body", "description"], "msg": "Input should be a valid string", "input": 1},
            ]),
        ),
        (
            &*format!(r#"{{"title":"{long}"}}"#),
            json!([{"type": "string_too_long", "loc": ["body", "title"], "msg": "String should have at most 255 characters",
                    "input": long, "ctx": {"max_length": 255}}]),
        ),
        (
            r#"{"title":"a","due_on":20270301}"#,
            json!([{"type": "date_type", "loc": ["body", "due_on"], "msg": "Input should be a valid date", "input": 20_270_301}]),
        ),
        (
            r#"{"title":"a","due_on":"2027-02-29"}"#,
            json!([{"type": "date_parsing", "loc": ["body", "due_on"],
                    "msg": "Input should be a valid date, such as 2027-03-01", "input": "2027-02-29"}]),
        ),
        ("", json!([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}])),
        ("null", json!([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}])),
        (
            "[1]",
            json!([{"type": "model_attributes_type", "loc": ["body"],
                    "msg": "Input should be a valid dictionary or object to extract fields from", "input": [1]}]),
        ),
    ];
    for (body, detail) in rows {
        assert_eq!(faults(&api, "/items/", body).await, detail, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_an_organization_is_told() {
    let api = Api::new().await;
    let acme = api.call("POST", "/organizations/", Some(ANN), Some(r#"{"name":"Acme"}"#)).await.json();
    let (id, milk) = (acme["id"].as_str().unwrap(), json!({ "title": "Milk", "organization_id": acme["id"] }));
    assert_eq!(api.call("POST", "/items/", Some(ANN), Some(&milk.to_string())).await.status, StatusCode::OK);
    let asked = api.call("DELETE", &format!("/organizations/{id}"), Some(ANN), None).await.json();
    let told = asked["detail"].as_str().unwrap();
    assert!(told.starts_with("This deletes Acme with 1 member, 0 invitations") && told.contains(" 1 item"), "{told}");
    let deleted = api.call("DELETE", &format!("/organizations/{id}?name=Acme"), Some(ANN), None).await.json();
    assert_eq!((&deleted["members"], &deleted["items"]), (&json!(1), &json!(1)));
}
