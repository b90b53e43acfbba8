//! The document describes what the server does, and says what the contract's document says.

use std::collections::BTreeSet;

use actix_web::{
    http::{Method, StatusCode},
    test::TestRequest,
};
use serde_json::{Value, json};

use crate::api::Api;

fn document() -> Value {
    serde_json::from_str(&ironplate_http::document("Ironplate")).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let flat = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    });
    flat.map(|(path, method, operation)| (path.clone(), method.to_uppercase(), operation.clone())).collect()
}

#[test]
fn the_committed_document_is_the_current_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed.trim_end() == ironplate_http::document("Ironplate"),
        "docs/openapi.json is out of date: run `cargo run -- openapi > docs/openapi.json`",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_the_document_has_a_route() {
    let api = Api::new().await;
    for (path, method, _) in operations(&document()) {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let uri = parts.collect::<Vec<_>>().join("/");
        let answer = api.send(TestRequest::with_uri(&uri).method(method.parse::<Method>().unwrap())).await;
        let has_no_route = answer.status == StatusCode::METHOD_NOT_ALLOWED
            || answer.status == StatusCode::NOT_FOUND && answer.json()["code"] == "not_found";
        assert!(!has_no_route, "{method} {path}: {}", answer.status);
    }
}

#[test]
fn every_placeholder_is_read_by_its_handler() {
    for (path, method, operation) in operations(&document()) {
        let placeholders = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let read = parameters.filter(|parameter| parameter["in"] == "path").map(|it| it["name"].as_str().unwrap());
        let (placeholders, read) = (placeholders.collect::<BTreeSet<_>>(), read.collect::<BTreeSet<_>>());
        assert_eq!(placeholders, read, "{method} {path}: call a placeholder as `PathId::NAME` of its id does");
    }
}

#[test]
fn operation_ids_are_unique_and_carry_their_tag() {
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let tag = operation["tags"][0].as_str().unwrap();
        assert!(id.starts_with(&format!("{tag}-")), "{method} {path}: {id}");
        assert!(seen.insert(id), "{method} {path}");
    }
}

#[test]
fn every_refusal_that_all_operations_share_is_described() {
    for (path, method, operation) in operations(&document()) {
        let responses = operation["responses"].as_object().unwrap();
        let mut expected = Vec::new();
        if operation["security"].as_array().is_some_and(|ways| !ways.contains(&json!({}))) {
            expected.extend(["400", "401", "403", "404", "500", "503"]);
        }
        if operation.get("requestBody").is_some() {
            expected.extend(["400", "408", "413", "422", "500", "503"]);
        }
        if operation.get("parameters").is_some() {
            expected.extend(["500", "503"]);
            // An address in a path may be any text, and so may the token of a link.
            expected.extend((!path.ends_with("{email}") && !path.contains("{token}")).then_some("422"));
        }
        for status in expected {
            assert!(responses.contains_key(status), "{method} {path} lacks {status}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[test]
fn the_contracts_schemas_have_their_names() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in [
        "Body_login-login_access_token",
        "HTTPValidationError",
        "ItemCreate",
        "ItemPublic",
        "ItemUpdate",
        "ItemsPublic",
        "Message",
        "NewPassword",
        "PrivateUserCreate",
        "Token",
        "UpdatePassword",
        "UserCreate",
        "UserPublic",
        "UserRegister",
        "UserUpdate",
        "UserUpdateMe",
        "UsersPublic",
        "ValidationError",
    ] {
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[test]
fn no_generator_makes_more_of_a_whole_number_than_the_contract_does() {
    let document = ironplate_http::document("Ironplate");
    assert!(!document.contains("int64") && !document.contains("int32"), "{document}");
}
