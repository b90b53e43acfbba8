//! The requests, written out once.

use std::fmt::Display;

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    get_with(path, token, "")
}

/// With further headers, each of which ends its line.
pub(crate) fn get_with(path: &str, token: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{headers}\r\n").into_bytes()
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
    post("/api/v1/private/users/", &json_of(token), &body)
}

pub(crate) fn begin_app(token: &str) -> Vec<u8> {
    post(
        "/api/v1/users/me/authenticator-apps/",
        &json_of(token),
        &serde_json::json!({ "name": "phone", "password": PASSWORD }),
    )
}

pub(crate) fn confirm_app(id: &str, code: &str, token: &str) -> Vec<u8> {
    let path = format!("/api/v1/users/me/authenticator-apps/{id}/confirm");
    post(&path, &json_of(token), &serde_json::json!({ "code": code }))
}

pub(crate) fn create_item(token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "title": "Buy milk", "description": "The whole sort, two bottles of it" });
    post("/api/v1/items/", &json_of(token), &body)
}

pub(crate) fn recover(email: &str) -> Vec<u8> {
    post(&format!("/api/v1/password-recovery/{email}"), "", &"")
}

pub(crate) fn deactivate(user: &str, token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "is_active": false });
    send("PATCH", &format!("/api/v1/users/{user}"), &json_of(token), &body)
}

pub(crate) fn create_organization(name: &str, token: &str) -> Vec<u8> {
    post("/api/v1/organizations/", &json_of(token), &serde_json::json!({ "name": name }))
}

pub(crate) fn delete_organization(id: &str, name: &str, token: &str) -> Vec<u8> {
    send("DELETE", &format!("/api/v1/organizations/{id}?name={name}"), &json_of(token), &"")
}

pub(crate) fn invite(organization: &str, email: &str, token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "emails": [email], "role": "member" });
    post(&format!("/api/v1/organizations/{organization}/invitations/"), &json_of(token), &body)
}

pub(crate) fn revoke(organization: &str, invitation: &str, token: &str) -> Vec<u8> {
    let path = format!("/api/v1/organizations/{organization}/invitations/{invitation}");
    send("DELETE", &path, &json_of(token), &"")
}

/// The headers of somebody who sends JSON.
fn json_of(token: &str) -> String {
    format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n")
}

fn post(path: &str, headers: &str, body: &impl Display) -> Vec<u8> {
    send("POST", path, headers, body)
}

fn send(method: &str, path: &str, headers: &str, body: &impl Display) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}
