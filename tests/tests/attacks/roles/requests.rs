//! What is sent to each operation: all that it asks for, so that only the caller decides.

use ironplate_tests::{NEW_PASSWORD, PASSWORD};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::callers::Case;

/// The request of this case to the operation of this name.
pub(super) fn request(case: &Case, operation: &str) -> RequestBuilder {
    let (method, path) = operation.split_once(' ').expect("a method and a path");
    let owner = &case.owner;
    let path =
        [("{id}", &owner.item), ("{user_id}", &owner.id), ("{session_id}", &owner.session), ("{email}", &owner.email)]
            .into_iter()
            .fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
    assert!(!path.contains('{'), "say in roles/requests.rs what stands for the placeholder in {path}");
    let request = case.caller.request(method.parse().expect("a method"), &path);
    match operation {
        "POST /api/v1/login/access-token" => request.form(&[("username", &*owner.email), ("password", PASSWORD)]),
        "POST /api/v1/utils/test-email/" => request.query(&[("email_to", &owner.email)]),
        _ => match body(case, operation) {
            Value::Null => request,
            body => request.json(&body),
        },
    }
}

/// `null` for operations that take none.
fn body(case: &Case, operation: &str) -> Value {
    let (owner, free) = (&case.owner, &case.free_address);
    match operation {
        "POST /api/v1/login/refresh" => json!({ "refresh_token": owner.refresh }),
        "POST /api/v1/session" => json!({ "email": owner.email, "password": PASSWORD }),
        "POST /api/v1/password-recovery" => json!({ "email": owner.email }),
        "POST /api/v1/reset-password/" => json!({ "token": "made up", "new_password": NEW_PASSWORD }),
        "POST /api/v1/verify-email" => json!({ "token": "made up" }),
        "PATCH /api/v1/users/me/password" => json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }),
        "POST /api/v1/users/signup" | "POST /api/v1/users/" | "POST /api/v1/private/users/" => {
            json!({ "email": free, "password": PASSWORD, "full_name": "Free" })
        }
        "PATCH /api/v1/users/me" | "PATCH /api/v1/users/{user_id}" => json!({ "full_name": "New" }),
        "POST /api/v1/items/" | "PUT /api/v1/items/{id}" => json!({ "title": "Bread" }),
        _ => Value::Null,
    }
}
