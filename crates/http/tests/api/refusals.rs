//! Refusals that limits and passwords bring: their answers, not their rules.

use std::{num::NonZeroU32, time::Duration};

use actix_web::{http::StatusCode, test::TestRequest};
use ironplate_application::limits::Limit;
use ironplate_http::Settings;
use ironplate_testkit::World;
use ironplate_web::Network;
use serde_json::json;

use crate::api::{ANN, Answer, Api};

const OURS: &str = "https://app.example.com";

fn settings() -> Settings {
    let network = Network {
        origins: vec![OURS.to_owned()],
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..Network::default()
    };
    Settings { network, ..Settings::default() }
}

async fn log_in_from(api: &Api, forwarded: &str) -> Answer {
    let form = [("username", ANN), ("password", "a wrong one")];
    let request = TestRequest::post().uri("/api/v1/login/access-token").peer_addr("10.0.0.1:1".parse().unwrap());
    api.send(request.insert_header(("x-forwarded-for", forwarded)).insert_header(("origin", OURS)).set_form(form)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_too_often_is_told_when_to_come_back() {
    let world = World::new().limiting(Limit::LogInPerAddress, 2).with_user(ANN).await;
    let api = Api::over(world, settings());
    for _ in 0..2 {
        assert_eq!(log_in_from(&api, "198.51.100.7").await.status, StatusCode::BAD_REQUEST);
    }
    // What a client writes there itself stands further left.
    let answer = log_in_from(&api, "203.0.113.9, 198.51.100.7").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["code"], "too_many_attempts");
    assert_eq!(answer.json()["detail"], "Too many attempts. Please try again in 12 hours");
    for (name, value) in [
        ("retry-after", "43200"),
        ("ratelimit-limit", "2"),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", "86400"),
        ("access-control-allow-origin", OURS),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let exposed = answer.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("ratelimit-reset") && exposed.contains("retry-after"), "{exposed}");
    assert_eq!(log_in_from(&api, "198.51.100.8").await.status, StatusCode::BAD_REQUEST, "another client");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_too_much_is_kept_away_but_for_those_who_watch_the_server() {
    let requests_per_client = NonZeroU32::new(2).map(|permits| (permits, Duration::from_hours(24)));
    let api = Api::over(World::new(), Settings { requests_per_client, ..settings() });
    let ask = async |path: &str, peer: &str| {
        let request = TestRequest::get().uri(path).peer_addr(format!("{peer}:1").parse().unwrap());
        api.send(request.insert_header(("origin", OURS))).await
    };
    for _ in 0..2 {
        assert_eq!(ask("/api/v1/utils/health-check/", "192.0.2.1").await.status, StatusCode::OK);
    }
    let answer = ask("/nowhere", "192.0.2.1").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("too_many_requests"))
    );
    assert_eq!(answer.header("access-control-allow-origin"), Some(OURS));
    assert!(answer.header("x-request-id").is_some() && answer.header("retry-after").is_some());
    assert_eq!(ask("/livez", "192.0.2.1").await.status, StatusCode::OK);
    assert_eq!(ask("/api/v1/utils/health-check/", "192.0.2.2").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_refused_on_its_field_in_plain_words() {
    let api = Api::new().await;
    let answer = api.post("/users/signup", &json!({ "email": "new@example.com", "password": "weak password" })).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let expected = json!([{ "type": "weak_password", "loc": ["body", "password"], "msg": "It is weak." }]);
    assert_eq!((&answer.json()["detail"], &answer.json()["code"]), (&expected, &json!("weak_password")));
    assert!(!answer.text.contains("weak password"), "it is not echoed");
}

/// Otherwise strength would tell whether a token is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_link_is_told_before_a_weak_password() {
    let api = Api::new().await;
    let answer = api.post("/reset-password/", &json!({ "token": "forged", "new_password": "weak password" })).await;
    assert_eq!((answer.status, answer.json()["detail"].as_str()), (StatusCode::BAD_REQUEST, Some("Invalid token")));
}
