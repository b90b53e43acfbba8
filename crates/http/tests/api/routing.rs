use std::time::Duration;

use actix_web::{
    http::{Method, StatusCode},
    test::TestRequest,
    web,
};
use ironplate_http::{Docs, Settings};
use ironplate_testkit::World;
use ironplate_web::Network;

use crate::api::{ANN, Api};

#[tokio::test(flavor = "multi_thread")]
async fn both_slash_forms_answer_directly() {
    let api = Api::new().await;
    for path in ["/users/me", "/organizations", "/utils/health-check"] {
        let (bare, slashed) = (api.get(path, ANN).await, api.get(&format!("{path}/"), ANN).await);
        assert_eq!((bare.status, slashed.status), (StatusCode::OK, StatusCode::OK), "{path}");
        assert_eq!(bare.text, slashed.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_the_method_that_the_contract_names() {
    let api = Api::new().await;
    let rows = [
        ("PUT", "/users/", "GET"),
        ("HEAD", "/users/me/password", "PATCH"),
        ("PATCH", "/organizations/", "GET"),
        ("PUT", "/users/me", "PATCH"),
        ("GET", "/users/me/password", "PATCH"),
        ("PUT", "/users/signup", "POST"),
        ("POST", "/users/019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "GET"),
        ("PUT", "/organizations/019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "GET"),
        ("GET", "/login/access-token", "POST"),
        ("GET", "/password-recovery/ann@example.com", "POST"),
        ("GET", "/password-recovery/", "POST"),
        ("PUT", "/password-recovery-html-content/ann@example.com", "POST"),
        ("GET", "/reset-password/", "POST"),
        ("GET", "/utils/test-email/", "POST"),
        ("GET", "/private/users/", "POST"),
        ("OPTIONS", "/organizations/", "GET"),
    ];
    for (method, path, allow) in rows {
        let answer = api.call(method, path, None, None).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        if method != "HEAD" {
            assert_eq!(answer.json()["detail"], "Method Not Allowed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_not_there_is_told_so_in_json() {
    let api = Api::new().await;
    for path in ["/nope", "/users/a/b", "/users//", "/users/a%2Fb", "/organizations/a%2fb"] {
        let answer = api.get(path, ANN).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["detail"], "Not Found");
        assert_eq!(answer.json()["code"], "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_take_signup_for_an_id() {
    let api = Api::new().await;
    assert_eq!(api.call("GET", "/users/signup", None, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(api.get("/users/signup", ANN).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_docs_page_needs_nobody_elses_server() {
    let api = Api::new().await;
    let page = api.send(TestRequest::get().uri("/docs")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let assets = page.text.split('"').filter(|text| text.starts_with("/docs/"));
    for asset in assets.collect::<Vec<_>>() {
        assert_eq!(api.send(TestRequest::get().uri(asset)).await.status, StatusCode::OK, "{asset}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_whether_to_restart_or_to_wait() {
    let api = Api::new().await;
    assert_eq!(api.send(TestRequest::get().uri("/readyz")).await.status, StatusCode::OK);
    api.world.store.go_down();
    let unready = api.send(TestRequest::get().uri("/readyz")).await;
    assert_eq!(unready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unready.json()["reasons"][0], "the database does not answer");
    assert_eq!(api.send(TestRequest::get().uri("/livez")).await.status, StatusCode::OK);
    assert_eq!(api.call("GET", "/utils/health-check/", None, None).await.text, "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_paths_can_be_mounted_and_get_what_all_get() {
    let origins = vec!["https://app.example.com".to_owned()];
    let settings = Settings { network: Network { origins, ..Network::default() }, ..Settings::default() };
    let api = Api::over(World::new(), settings);
    let more = |config: &mut web::ServiceConfig| {
        config.route("/dev/hello", web::get().to(async || "hello"));
    };
    let get = async |path: &str| {
        let request = TestRequest::get().uri(path).insert_header(("origin", "https://app.example.com"));
        api.send_to(more, request).await
    };
    let mounted = get("/dev/hello").await;
    assert_eq!((mounted.status, &*mounted.text), (StatusCode::OK, "hello"));
    assert!(mounted.header("x-request-id").is_some());
    assert_eq!(mounted.header("access-control-allow-origin"), Some("https://app.example.com"));
    for path in ["/api/v1/nope", "/dev/nope"] {
        assert_eq!(get(path).await.json()["code"], "not_found", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_can_be_got_has_a_head() {
    let api = Api::new().await;
    for path in ["/users/me", "/organizations/", "/utils/health-check/", "/users/me/sessions", "/openapi.json"] {
        let answer = api.call("HEAD", path, Some(ANN), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    for path in ["/livez", "/readyz", "/docs"] {
        assert_eq!(api.send(TestRequest::default().method(Method::HEAD).uri(path)).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_docs_can_be_hidden() {
    let api = Api::over(World::new(), Settings { docs: Docs::Hidden, ..Settings::default() });
    for path in ["/docs", "/docs/", "/docs/start.js", "/redoc", "/api/v1/openapi.json", "/api/v1/openapi.json/"] {
        assert_eq!(api.send(TestRequest::get().uri(path)).await.status, StatusCode::NOT_FOUND, "{path}");
        let shown = Api::over(World::new(), Settings::default()).send(TestRequest::get().uri(path)).await;
        assert_ne!(shown.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(api.send(TestRequest::get().uri("/livez")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_for_caches_but_what_is_the_same_for_all() {
    let api = Api::new().await;
    for path in ["/users/me", "/organizations/", "/utils/health-check/", "/nope", "/users/x", "/users/me/export"] {
        for caller in [Some(ANN), None] {
            let answer = api.call("GET", path, caller, None).await;
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path} {caller:?}");
        }
    }
    for path in ["/livez", "/readyz", "/docs", "/redoc", "/nope"] {
        let answer = api.send(TestRequest::get().uri(path)).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in ["/api/v1/openapi.json", "/docs/start.js", "/docs/swagger-ui.css"] {
        let answer = api.send(TestRequest::get().uri(path)).await;
        assert_eq!(answer.header("cache-control"), Some("max-age=3600"), "{path}");
        let vary: Vec<&str> = answer.headers.get_all("vary").map(|value| value.to_str().unwrap()).collect();
        assert!(vary.contains(&"Cookie, Authorization"), "{path}: {vary:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_of_tls_alone_where_that_is_how_the_host_is_reached() {
    let told = async |speaks_tls, strict_transport| {
        let network = Network { speaks_tls, strict_transport, ..Network::default() };
        let api = Api::over(World::new(), Settings { network, ..Settings::default() });
        let answers = ["/api/v1/users/me", "/nope", "/livez"].map(|path| api.send(TestRequest::get().uri(path)));
        let answers = futures_util::future::join_all(answers).await;
        answers.iter().map(|answer| answer.header("strict-transport-security").map(str::to_owned)).collect::<Vec<_>>()
    };
    let minute = Some(Duration::from_mins(1));
    assert_eq!(told(true, None).await, [const { None }; 3]);
    assert_eq!(told(false, minute).await, [const { None }; 3], "not over plain HTTP");
    assert_eq!(told(true, minute).await, [const { Some("max-age=60") }; 3].map(|age| age.map(str::to_owned)));
}
