use std::time::Duration;

use actix_web::{http::StatusCode, test::TestRequest};
use ironplate_testkit::{World, samples, user};

use crate::api::{ANN, Answer, Api, ROOT};

async fn me(api: &Api, authorization: &str) -> Answer {
    api.send(TestRequest::get().uri("/api/v1/users/me").insert_header(("authorization", authorization))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bearer_token_the_answer_is_401() {
    let api = Api::new().await;
    for authorization in ["", "Basic YTpi", "Token abc", "abc", "Bearer\tabc"] {
        let answer = me(&api, authorization).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.json()["detail"], "Not authenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_of_ours_is_answered_403() {
    let api = Api::new().await;
    for authorization in ["Bearer", "Bearer ", "Bearer garbage", "bearer é"] {
        let answer = me(&api, authorization).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{authorization:?}");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
        assert_eq!(answer.json()["detail"], "Could not validate credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_dies_with_its_time() {
    let api = Api::new().await;
    let token = api.token(ANN).await;
    assert_eq!(me(&api, &format!("BEARER   {token} ")).await.status, StatusCode::OK);
    api.world.clock.advance(Duration::from_hours(24));
    assert_eq!(me(&api, &format!("Bearer {token}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logged_out_token_is_refused_and_others_are_not() {
    let api = Api::new().await;
    let (one, other) = (api.token(ANN).await, api.token(ANN).await);
    let logout = TestRequest::post().uri("/api/v1/logout").insert_header(("authorization", format!("Bearer {one}")));
    assert_eq!(api.send(logout).await.status, StatusCode::OK);
    assert_eq!(me(&api, &format!("Bearer {one}")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(me(&api, &format!("Bearer {other}")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_behind_a_token_is_the_one_of_this_moment() {
    let api = Api::new().await;
    let token = format!("Bearer {}", api.token(ANN).await);
    let path = format!("/users/{}", api.world.user(ANN).id);

    api.call("PATCH", &path, Some(ROOT), Some(r#"{"is_active":false}"#)).await;
    let inactive = me(&api, &token).await;
    assert_eq!((inactive.status, &inactive.json()["detail"]), (StatusCode::BAD_REQUEST, &"Inactive user".into()));

    api.call("PATCH", &path, Some(ROOT), Some(r#"{"is_active":true}"#)).await;
    assert_eq!(me(&api, &token).await.status, StatusCode::FORBIDDEN, "a session that ended stays ended");

    api.call("DELETE", &path, Some(ROOT), None).await;
    let gone = me(&api, &token).await;
    assert_eq!((gone.status, &gone.json()["detail"]), (StatusCode::NOT_FOUND, &"User not found".into()));
}

fn form(fields: &str) -> TestRequest {
    TestRequest::post()
        .uri("/api/v1/login/access-token")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(fields.to_owned())
}

fn credentials(email: &str) -> String {
    let password = samples::PASSWORD.replace(' ', "+");
    format!("username={email}&password={password}")
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_answers_a_token_that_is_not_for_caches() {
    let api = Api::new().await;
    let answer = api.send(form(&format!("{}&grant_type=password&scope=", credentials("ANN@example.com")))).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let token = answer.json();
    assert_eq!(token["token_type"], "bearer");
    assert!(token["expires_in"].as_u64().unwrap() > 0);
    assert_eq!(me(&api, &format!("Bearer {}", token["access_token"].as_str().unwrap())).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multipart_form_logs_in_as_well() {
    let api = Api::new().await;
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = format!("{}{}--b--\r\n", part("username", ANN), part("password", samples::PASSWORD));
    let request = form("").insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body);
    assert_eq!(api.send(request).await.status, StatusCode::OK);

    let request = form("").insert_header(("content-type", "multipart/form-data")).set_payload("--b--");
    let answer = api.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["detail"], "Missing boundary in multipart.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_get_one_answer() {
    let api = Api::new().await;
    for fields in [
        credentials("nobody@example.com"),
        credentials("no+address"),
        format!("username={ANN}&password=wrong"),
        format!("username={ANN}&password={}", "x".repeat(5_000)),
        "username=a%00b&password=%00".to_owned(),
        "username=%FF&password=%FF".to_owned(),
    ] {
        let answer = api.send(form(&fields)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:.60}");
        assert_eq!(answer.json()["detail"], "Incorrect email or password");
        assert_eq!(answer.json()["code"], "incorrect_credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_lacks_something_is_told_all_of_it() {
    let api = Api::new().await;
    let places = |answer: &Answer| -> Vec<String> {
        let json = answer.json();
        json["detail"].as_array().unwrap().iter().map(|fault| fault["loc"][1].as_str().unwrap().to_owned()).collect()
    };
    let answer = api.send(form("grant_type=x&username=")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(places(&answer), ["grant_type", "username", "password"]);
    let json = TestRequest::post().uri("/api/v1/login/access-token").set_json(serde_json::json!({"username": ANN}));
    assert_eq!(places(&api.send(json).await), ["username", "password"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_user_learns_so_only_with_the_right_password() {
    let api = Api::over(World::new().with(user(ANN).inactive()).await, ironplate_http::Settings::default());
    assert_eq!(api.send(form(&credentials(ANN))).await.json()["detail"], "Inactive user");
    let wrong = api.send(form(&format!("username={ANN}&password=wrong"))).await;
    assert_eq!(wrong.json()["detail"], "Incorrect email or password");
}
