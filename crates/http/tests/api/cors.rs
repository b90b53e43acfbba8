use actix_web::{
    http::{Method, StatusCode},
    test::TestRequest,
};
use ironplate_http::Settings;
use ironplate_testkit::World;
use ironplate_web::Network;

use crate::api::{Answer, Api};

const OURS: &str = "https://app.example.com";
const APP: &str = "capacitor://localhost";

fn api() -> Api {
    Api::over(
        World::new(),
        Settings {
            network: Network { origins: vec![OURS.to_owned(), APP.to_owned()], ..Network::default() },
            ..Settings::default()
        },
    )
}

async fn get(path: &str, origin: &str) -> Answer {
    api().send(TestRequest::get().uri(path).insert_header(("origin", origin))).await
}

async fn preflight(origin: &str, method: &str) -> Answer {
    let request = TestRequest::default()
        .method(actix_web::http::Method::OPTIONS)
        .uri("/api/v1/anything")
        .insert_header(("origin", origin))
        .insert_header(("access-control-request-method", method))
        .insert_header(("access-control-request-headers", "authorization,x-custom"));
    api().send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn our_origin_may_read_every_answer() {
    for path in ["/api/v1/utils/health-check/", "/api/v1/users/me", "/nope"] {
        let answer = get(path, OURS).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(OURS), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_origin_may_not() {
    for origin in [
        "https://evil.example",
        "https://app.example.com/",
        "HTTPS://app.example.com",
        "https://app.example.com:443",
        "null",
        "",
    ] {
        let answer = get("/api/v1/utils/health-check/", origin).await;
        assert_eq!(answer.status, StatusCode::OK, "{origin:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preflight_of_our_origin_is_allowed_what_it_asks() {
    let answer = preflight(OURS, "PATCH").await;
    assert_eq!((answer.status, &*answer.text), (StatusCode::OK, "OK"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,x-custom"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"));
    assert_eq!(answer.header("access-control-max-age"), Some("600"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preflight_of_others_or_for_other_methods_is_refused() {
    let rows = [
        (OURS, "TRACE", "Disallowed CORS method"),
        ("https://evil.example", "GET", "Disallowed CORS origin"),
        ("https://evil.example", "TRACE", "Disallowed CORS origin, method"),
    ];
    for (origin, method, text) in rows {
        let answer = preflight(origin, method).await;
        assert_eq!((answer.status, &*answer.text), (StatusCode::BAD_REQUEST, text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_that_it_depends_on_the_origin() {
    let api = api();
    for path in ["/api/v1/utils/health-check/", "/api/v1/users/me", "/api/v1/openapi.json", "/docs", "/livez", "/nope"]
    {
        for origin in [None, Some(OURS), Some(APP), Some("https://evil.example")] {
            for asks_first in [false, true] {
                let method = if asks_first { Method::OPTIONS } else { Method::GET };
                let mut request = TestRequest::default().method(method).uri(path);
                if let Some(origin) = origin {
                    request = request.insert_header(("origin", origin));
                }
                if asks_first {
                    request = request.insert_header(("access-control-request-method", "GET"));
                }
                let answer = api.send(request).await;
                let vary: Vec<&str> = answer.headers.get_all("vary").map(|value| value.to_str().unwrap()).collect();
                assert!(vary.contains(&"Origin"), "{path} {origin:?}: {vary:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preflight_from_another_network_is_an_ordinary_one() {
    let preflight = async |origin: &str| {
        let request = TestRequest::default()
            .method(Method::OPTIONS)
            .uri("/api/v1/organizations/")
            .insert_header(("origin", origin.to_owned()))
            .insert_header(("access-control-request-method", "GET"))
            .insert_header(("access-control-request-private-network", "true"));
        api().send(request).await
    };
    let answer = preflight(OURS).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::OK, Some(OURS)));
    assert_eq!(answer.header("access-control-allow-private-network"), Some("true"));
    let answer = preflight("https://evil.example").await;
    assert_eq!((answer.status, &*answer.text), (StatusCode::BAD_REQUEST, "Disallowed CORS origin"));
    assert_eq!(answer.header("access-control-allow-private-network"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_may_read_every_answer_but_not_as_whoever_is_logged_in_in_its_browser() {
    for answer in [get("/api/v1/users/me", APP).await, preflight(APP, "PATCH").await] {
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}
