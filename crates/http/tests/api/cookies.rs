//! Sessions that show themselves by a cookie.

use actix_web::{
    http::{Method, StatusCode},
    test::TestRequest,
};
use ironplate_http::Settings;
use ironplate_testkit::{World, samples::PASSWORD};
use ironplate_web::Network;
use serde_json::json;

use crate::api::{ANN, Answer, Api};

const SAME_ORIGIN: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

async fn api() -> Api {
    let origins = ["https://app.example.com", "capacitor://localhost"].map(str::to_owned).into();
    let network = Network { origins, ..Network::default() };
    Api::over(World::new().with_user(ANN).await, Settings { network, ..Settings::default() })
}

async fn log_in(api: &Api, headers: &[(&'static str, &str)]) -> Answer {
    let body = json!({ "email": ANN, "password": PASSWORD });
    let request = TestRequest::post().uri("/api/v1/session").set_json(body);
    api.send(headers.iter().fold(request, |request, (name, value)| request.insert_header((*name, *value)))).await
}

/// `name=value` of what the answer sets.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

async fn call(api: &Api, method: &str, path: &str, cookie: &str, headers: &[(&'static str, &str)]) -> Answer {
    let request = TestRequest::with_uri(&format!("/api/v1{path}")).method(method.parse::<Method>().unwrap());
    let request = request.insert_header(("cookie", cookie)).set_json(json!({ "name": "牛乳" }));
    api.send(headers.iter().fold(request, |request, (name, value)| request.insert_header((*name, *value)))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let answer = log_in(&api().await, &[]).await;
    assert_eq!((answer.status, answer.json()["email"].as_str()), (StatusCode::OK, Some(ANN)));
    let given = answer.header("set-cookie").unwrap();
    assert!(given.starts_with("__Host-session="), "{given}");
    for attribute in ["; Path=/;", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=7776000"] {
        assert!(given.contains(attribute), "{given}");
    }
    assert!(!given.contains("Domain"), "{given}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_api_takes_it() {
    let api = api().await;
    let cookie = cookie(&log_in(&api, &[]).await);
    assert_eq!(call(&api, "GET", "/users/me", &cookie, &[]).await.json()["email"], ANN);
    assert_eq!(call(&api, "POST", "/organizations/", &cookie, SAME_ORIGIN).await.status, StatusCode::OK);
    let listed = call(&api, "GET", "/users/me/sessions", &cookie, &[]).await.json();
    assert_eq!((&listed["data"][0]["kind"], &listed["data"][0]["is_current"]), (&json!("cookie"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_comes_from_pages_of_ours_alone() {
    let api = api().await;
    let cookie = cookie(&log_in(&api, &[]).await);
    let same_host = &[("host", "localhost:8000"), ("origin", "https://localhost:8000")];
    for headers in [SAME_ORIGIN, &[("origin", "https://app.example.com")], same_host] {
        assert_eq!(call(&api, "POST", "/organizations/", &cookie, headers).await.status, StatusCode::OK, "{headers:?}");
    }
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://other.example.com")],
        &[("origin", "https://evil.example")],
        &[("origin", "capacitor://localhost")],
        &[("sec-fetch-site", "cross-site"), ("origin", "capacitor://localhost")],
        &[("origin", "null")],
        &[("host", "localhost:8000"), ("origin", "http://localhost:8000")],
    ] {
        let answer = call(&api, "POST", "/organizations/", &cookie, headers).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("cross_site")));
    }
    assert_eq!(api.world.store.organizations().len(), 3);
}

/// Nor can a stranger's page log anybody in to an account of the stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_from_another_site_is_refused() {
    let api = api().await;
    for headers in [&[("sec-fetch-site", "cross-site")], &[("origin", "https://evil.example")]] {
        let answer = log_in(&api, headers).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("cross_site")));
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(log_in(&api, &[("origin", "https://app.example.com")]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_always_opens_a_session_of_its_own() {
    let api = api().await;
    let fixed = "__Host-session=chosen-by-somebody-else";
    let answer = log_in(&api, &[("cookie", fixed)]).await;
    assert_ne!(cookie(&answer), fixed);
    assert_eq!(call(&api, "GET", "/users/me", fixed, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_out_ends_the_session_and_takes_the_cookie_away() {
    let api = api().await;
    let cookie = cookie(&log_in(&api, &[]).await);
    let answer = call(&api, "DELETE", "/session", &cookie, SAME_ORIGIN).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("set-cookie").unwrap().starts_with("__Host-session=; Path=/; Max-Age=0"));
    let answer = call(&api, "GET", "/users/me", &cookie, &[]).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("invalid_token")));
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"), "what opens nothing is taken away");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_the_cookie_is_not_looked_at() {
    let api = api().await;
    let cookie = cookie(&log_in(&api, &[]).await);
    let made_up = call(&api, "GET", "/users/me", &cookie, &[("authorization", "Bearer made.up")]).await;
    assert_eq!((made_up.status, made_up.header("set-cookie")), (StatusCode::FORBIDDEN, None));
    let basic = [("authorization", "Basic YTpi")];
    assert_eq!(call(&api, "GET", "/users/me", &cookie, &basic).await.status, StatusCode::OK, "a proxy's own affair");
    assert_eq!(call(&api, "GET", "/users/me", "", &basic).await.status, StatusCode::UNAUTHORIZED);
    let answer = call(&api, "POST", "/organizations/", &cookie, &basic).await;
    assert_eq!(answer.json()["code"], "cross_site", "it says nothing of where a request comes from");
    let token = format!("Bearer {}", api.token(ANN).await);
    let foreign = [("authorization", token.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(call(&api, "POST", "/organizations/", &cookie, &foreign).await.status, StatusCode::OK);
}
