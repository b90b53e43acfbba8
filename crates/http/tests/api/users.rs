use actix_web::http::StatusCode;

use crate::api::{ANN, Api, ROOT};

const NEW: &str =
    r#"{"email":"New@Example.com","password":"correct horse battery","full_name":"New","confirm_password":"x"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_shown_with_the_contracts_fields_in_their_order() {
    let api = Api::new().await;
    let answer = api.call("POST", "/users/signup", None, Some(NEW)).await;
    let user = answer.json();
    let fields: Vec<&str> = user.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields[..7], ["email", "is_active", "is_superuser", "full_name", "id", "created_at", "is_verified"]);
    // And no other than the committed document has, to which a test holds this one.
    let document = api.call("GET", "/openapi.json", None, None).await.json();
    let documented = document["components"]["schemas"]["UserPublic"]["properties"].as_object().unwrap();
    assert_eq!(fields, documented.keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(user["email"], "New@example.com");
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_up_with_privileges() {
    let api = Api::new().await;
    let body = r#"{"email":"x@example.com","password":"correct horse battery","is_superuser":true,"is_verified":true,"is_active":false}"#;
    let user = api.call("POST", "/users/signup", None, Some(body)).await.json();
    assert_eq!(
        (&user["is_superuser"], &user["is_verified"], &user["is_active"]),
        (&false.into(), &false.into(), &true.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_has_the_contracts_answer_everywhere() {
    let api = Api::new().await;
    let taken = r#"{"email":"ANN@example.com","password":"correct horse battery","full_name":"x"}"#;
    let me = r#"{"email":"ann@EXAMPLE.com"}"#;
    let ann = format!("/users/{}", api.world.user(ANN).id);
    let rows = [
        ("POST", "/users/signup", None, taken, 400, "The user with this email already exists in the system"),
        ("POST", "/users/", Some(ROOT), taken, 400, "The user with this email already exists in the system."),
        ("POST", "/private/users/", Some(ROOT), taken, 400, "The user with this email already exists in the system."),
        ("PATCH", "/users/me", Some(ROOT), me, 409, "User with this email already exists"),
        ("PATCH", &*ann, Some(ROOT), r#"{"email":"ROOT@example.com"}"#, 409, "User with this email already exists"),
    ];
    for (method, path, caller, body, status, detail) in rows {
        let answer = api.call(method, path, caller, Some(body)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["detail"].as_str()),
            (status, Some(detail)),
            "{method} {path}"
        );
        assert_eq!(answer.json()["code"], "email_taken");
    }
    assert_eq!(api.call("PATCH", "/users/me", Some(ANN), Some(me)).await.status, StatusCode::OK, "it is her own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unset_stays_and_what_is_null_is_cleared() {
    let api = Api::new().await;
    let patch = async |body| api.call("PATCH", "/users/me", Some(ANN), Some(body)).await;
    assert_eq!(patch(r#"{"full_name":"Ann"}"#).await.json()["full_name"], "Ann");
    assert_eq!(patch("{}").await.json()["full_name"], "Ann");
    assert_eq!(patch(r#"{"full_name":null}"#).await.json()["full_name"], serde_json::Value::Null);
    assert_eq!(patch(r#"{"email":null}"#).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_change_is_answered_as_in_the_contract() {
    let api = Api::new().await;
    let change = async |current: &str, new: &str| {
        let body = serde_json::json!({ "current_password": current, "new_password": new }).to_string();
        api.call("PATCH", "/users/me/password", Some(ANN), Some(&body)).await
    };
    let current = ironplate_testkit::samples::PASSWORD;
    assert_eq!(change("wrong password", "new password").await.json()["detail"], "Incorrect password");
    assert_eq!(change("x", "new password").await.json()["detail"], "Incorrect password", "of any length");
    let same = change(current, current).await;
    assert_eq!(same.json()["detail"], "New password cannot be the same as the current one");
    assert_eq!(change(current, "new password").await.json()["message"], "Password updated successfully");
    assert_eq!(change(current, "another one").await.json()["detail"], "Incorrect password");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_seen_by_superusers_only() {
    let api = Api::new().await;
    let (ann, root) = (format!("/users/{}", api.world.user(ANN).id), format!("/users/{}", api.world.user(ROOT).id));
    let unknown = "/users/019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10";
    assert_eq!(api.get(&ann, ANN).await.status, StatusCode::OK);
    for path in [&*root, unknown] {
        let answer = api.get(path, ANN).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["detail"], "The user doesn't have enough privileges");
    }
    assert_eq!(api.get(&ann, ROOT).await.status, StatusCode::OK);
    assert_eq!(api.get(unknown, ROOT).await.json()["detail"], "User not found");
    let update = api.call("PATCH", unknown, Some(ROOT), Some("{}")).await;
    assert_eq!(update.json()["detail"], "The user with this id does not exist in the system");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_can_neither_leave_nor_be_the_last_to_go() {
    let api = Api::new().await;
    let root = format!("/users/{}", api.world.user(ROOT).id);
    for (path, caller) in [("/users/me", ROOT), (&*root, ROOT)] {
        let answer = api.call("DELETE", path, Some(caller), None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["detail"], "Super users are not allowed to delete themselves");
    }
    for body in [r#"{"is_superuser":false}"#, r#"{"is_active":false}"#] {
        let answer = api.call("PATCH", &root, Some(ROOT), Some(body)).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &"last_superuser".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_user_may_be_vouched_for_and_must_be_sound() {
    let api = Api::new().await;
    let body = r#"{"email":"x@example.com","password":"correct horse battery","full_name":"X","is_verified":"yes"}"#;
    let user = api.call("POST", "/private/users/", Some(ROOT), Some(body)).await.json();
    assert_eq!(user["is_verified"], true);
    let unsound = r#"{"email":"x","password":"short","full_name":null}"#;
    let answer = api.call("POST", "/private/users/", Some(ROOT), Some(unsound)).await;
    assert_eq!(answer.json()["detail"].as_array().unwrap().len(), 3);
}
