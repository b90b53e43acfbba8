//! What no page gives and nobody gets around.

use actix_web::{http::header::ORIGIN, test::TestRequest};
use ironplate_application::limits::Limit;
use ironplate_testkit::{World, samples};

use super::browser::{ANN, Browser, form};

#[actix_web::test]
async fn forms_of_other_sites_change_nothing() {
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut browser = Browser::of(ANN).await;
        let item = form("/dashboard/items/new", &[("title", "Forged")]).insert_header((name, value));
        browser.send(item).await.shows(403, &["The form was sent by a page of another site"]);
        let log_out = form("/dashboard/log-out", &[]).insert_header((name, value));
        browser.send(log_out).await.shows(403, &[]);
        assert!(browser.world.store.items().is_empty());

        let mut stranger = Browser::new().await;
        let log_in = form("/dashboard/log-in", &[("email", ANN), ("password", samples::PASSWORD)]);
        stranger.send(log_in.insert_header((name, value))).await.shows(403, &[]);
        assert_eq!(stranger.cookie("session"), None, "nobody is logged in to a stranger's account");
    }
    let mut browser = Browser::of(ANN).await;
    browser.send(form("/dashboard/items/new", &[("title", "Forged")])).await.shows(403, &[]);
}

#[actix_web::test]
async fn every_page_is_private_and_frames_and_runs_nothing() {
    let mut browser = Browser::of(ANN).await;
    for path in ["/dashboard", "/dashboard/items", "/dashboard/missing", "/dashboard/forgot-password"] {
        let seen = browser.get(path).await;
        assert_eq!(seen.header("cache-control"), "no-store", "{path}");
        let policy = seen.header("content-security-policy");
        for rule in ["default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(seen.header("x-frame-options"), "DENY");
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        seen.hides("style=\"");
        seen.hides("<style");
        seen.hides("onclick");
        seen.hides("https://");
    }
}

#[actix_web::test]
async fn style_script_and_icon_are_kept_by_browsers() {
    let mut browser = Browser::new().await;
    let page = browser.get("/dashboard/log-in").await;
    for (name, content_type) in [
        ("style.css", "text/css; charset=utf-8"),
        ("script.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let (_, rest) = page.text.split_once(&format!("/dashboard/assets/{name}?v=")).expect("an asset");
        let version = rest.split('"').next().unwrap();
        assert_eq!(version.len(), 8);
        let asset = browser.get(&format!("/dashboard/assets/{name}?v={version}")).await;
        assert_eq!((asset.status.as_u16(), asset.header("content-type")), (200, content_type));
        assert!(asset.header("cache-control").contains("immutable"));
    }
    browser.get("/dashboard/assets/other.css").await.shows(404, &["Not found"]);
}

#[actix_web::test]
async fn what_is_missing_says_so_with_the_request_s_name() {
    let mut browser = Browser::of(ANN).await;
    for path in ["/dashboard/nowhere", "/dashboard/items/1", "/dashboard/log-out", "/dashboard/items/%2e%2e"] {
        let seen = browser.get(path).await;
        seen.shows(404, &["Not found", "tell this request id", seen.header("x-request-id")]);
    }
}

#[actix_web::test]
async fn a_store_that_is_down_is_told_and_changes_nothing() {
    let mut browser = Browser::of(ANN).await;
    browser.world.store.go_down();
    let seen = browser.get("/dashboard/items").await;
    seen.shows(503, &["Busy right now", "Wait some seconds"]).hides("down");
    assert_eq!(seen.header("retry-after"), "1");
}

#[actix_web::test]
async fn a_form_that_is_too_large_is_refused() {
    let mut browser = Browser::of(ANN).await;
    let large = "a".repeat(70_000);
    browser.post("/dashboard/items/new", &[("title", &large)]).await.shows(400, &["The form could not be read"]);
}

#[actix_web::test]
async fn who_tries_too_often_is_told_when_to_come_back() {
    let world = World::new().with_user(ANN).await.limiting(Limit::LogInPerAccount, 1);
    let mut browser = Browser::within(world);
    let typed = [("email", ANN), ("password", "wrong horse")];
    browser.post("/dashboard/log-in", &typed).await.shows(422, &[]);
    let last = browser.post("/dashboard/log-in", &typed).await;
    last.shows(429, &["Too many attempts", "value=\"ann@example.com\""]);
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[actix_web::test]
async fn other_methods_find_nothing() {
    let mut browser = Browser::of(ANN).await;
    let request = TestRequest::with_uri("/dashboard/items").method(actix_web::http::Method::DELETE);
    browser.send(request.insert_header((ORIGIN, "http://localhost:8000"))).await.shows(404, &[]);
}
