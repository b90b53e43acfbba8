//! The requests, written out once.

use std::fmt::Display;

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// Nobody in particular asks.
pub(crate) fn get_anonymously(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

pub(crate) fn sign_up(email: &str) -> Vec<u8> {
    let body = serde_json::json!({ "email": email, "password": PASSWORD, "full_name": "Ann Example" });
    post("/api/v1/users/signup", "content-type: application/json\r\n", &body)
}

pub(crate) fn log_in(email: &str) -> Vec<u8> {
    let body = format!("username={}&password={}", email.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    post("/api/v1/login/access-token", "content-type: application/x-www-form-urlencoded\r\n", &body)
}

/// A log-in with a password that nobody has.
pub(crate) fn guess(email: &str) -> Vec<u8> {
    let body = format!("username={}&password=guessed+by+a+stranger", email.replace('@', "%40"));
    post("/api/v1/login/access-token", "content-type: application/x-www-form-urlencoded\r\n", &body)
}

/// An account whose address counts as verified, made by a superuser.
pub(crate) fn make_user(email: &str, token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "email": email, "password": PASSWORD, "full_name": "Ann", "is_verified": true });
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    post("/api/v1/private/users/", &headers, &body)
}

pub(crate) fn create_item(token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "title": "Buy milk", "description": "The whole sort, two bottles of it" });
    post("/api/v1/items/", &format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n"), &body)
}

pub(crate) fn recover(email: &str) -> Vec<u8> {
    post(&format!("/api/v1/password-recovery/{email}"), "", &"")
}

pub(crate) fn deactivate(user: &str, token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "is_active": false }).to_string();
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    let path = format!("/api/v1/users/{user}");
    format!("PATCH {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn post(path: &str, headers: &str, body: &impl Display) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{body}").into_bytes()
}
