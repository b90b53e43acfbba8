//! What no page gives and nobody gets around.

use actix_web::{
    http::{
        Method,
        header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, ORIGIN, REFERER, SET_COOKIE},
    },
    test::TestRequest,
};
use ironplate_application::limits::Limit;
use ironplate_testkit::{World, samples};
use ironplate_web::Cookies;

use super::browser::{ANN, Browser, SESSION, form};

#[actix_web::test]
async fn forms_of_other_sites_change_nothing() {
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut browser = Browser::of(ANN).await;
        let made = form("/dashboard/organizations/new", &[("name", "Forged")]).insert_header((name, value));
        browser.send(made).await.shows(403, &["The form was sent by a page of another site"]);
        let log_out = form("/dashboard/log-out", &[]).insert_header((name, value));
        browser.send(log_out).await.shows(403, &[]);
        assert!(browser.world.store.organizations().is_empty());

        let mut stranger = Browser::new().await;
        let log_in = form("/dashboard/log-in", &[("email", ANN), ("password", samples::PASSWORD)]);
        stranger.send(log_in.insert_header((name, value))).await.shows(403, &[]);
        assert_eq!(stranger.cookie(SESSION), None, "nobody is logged in to a stranger's account");
    }
    let mut browser = Browser::of(ANN).await;
    browser.send(form("/dashboard/organizations/new", &[("name", "Forged")])).await.shows(403, &[]);
}

/// Behind a proxy that is not set up yet, a log-in must not lead to itself without a word.
#[actix_web::test]
async fn a_form_that_is_not_taken_says_what_mends_it() {
    let log_in = [("email", ANN), ("password", samples::PASSWORD)];
    for (cookie, origin, host, told) in [
        (Cookies::default(), "http://app.example.com", "app.example.com", "web.allow_plain_http"),
        (Cookies::default(), "http://app.example.com", "127.0.0.1:8000", "web.allow_plain_http"),
        (Cookies::default(), "https://other.example.com", "127.0.0.1:8000", "FRONTEND_HOST"),
        (Cookies::over_plain_http(""), "http://app.example.com:8080", "app.example.com", "FRONTEND_HOST"),
        (Cookies::over_plain_http(""), "null", "app.example.com", "Referrer-Policy"),
    ] {
        let mut browser = Browser::new().await;
        browser.network.cookies = cookie;
        browser.network.origins = vec!["https://app.example.com".to_owned()];
        (browser.origin, browser.host) = (origin, host);
        browser.post("/dashboard/log-in", &log_in).await.shows(403, &["Not allowed", "nothing was changed", told]);
        // Where the setting is made, nothing depends on what the proxy makes of Host.
        browser.network.cookies = Cookies::over_plain_http("");
        browser.network.origins = vec![origin.to_owned()];
        if origin != "null" {
            browser.post("/dashboard/log-in", &log_in).await.leads_to("/dashboard");
            browser.submit("/dashboard/organizations/new", &[("name", "Milk")]).await.shows(200, &["Milk"]);
        }
    }
}

#[actix_web::test]
async fn every_page_is_private_and_frames_and_runs_nothing() {
    let mut browser = Browser::of(ANN).await;
    for path in ["/dashboard", "/dashboard/organizations", "/dashboard/missing", "/dashboard/forgot-password"] {
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
async fn style_scripts_and_icon_are_kept_by_browsers() {
    let mut browser = Browser::new().await;
    let page = browser.get("/dashboard/log-in").await;
    for (name, content_type) in [
        ("style.css", "text/css; charset=utf-8"),
        ("script.js", "text/javascript; charset=utf-8"),
        ("passkey.js", "text/javascript; charset=utf-8"),
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
    for path in ["/dashboard/nowhere", "/dashboard/organizations/1/members", "/dashboard/organizations/%2e%2e/members"]
    {
        let seen = browser.get(path).await;
        seen.shows(404, &["Not found", "tell this request id", seen.header("x-request-id")]);
    }
}

#[actix_web::test]
async fn a_store_that_is_down_is_told_and_changes_nothing() {
    let mut browser = Browser::of(ANN).await;
    browser.world.store.go_down();
    let seen = browser.get("/dashboard/organizations").await;
    seen.shows(503, &["Busy right now", "Wait some seconds", r#"href="/dashboard/organizations""#, "Try again"])
        .hides("down");
    assert_eq!(seen.header("retry-after"), "1");
}

#[actix_web::test]
async fn a_form_that_is_too_large_is_refused() {
    let mut browser = Browser::of(ANN).await;
    let large = "a".repeat(70_000);
    browser
        .post("/dashboard/organizations/new", &[("name", &large)])
        .await
        .shows(413, &["More was sent than a form may hold"]);
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    browser.post("/dashboard/organizations/new", &many).await.shows(413, &["More was sent than a form may hold"]);
}

#[actix_web::test]
async fn a_packed_form_is_refused() {
    let mut browser = Browser::of(ANN).await;
    let request = form("/dashboard/organizations/new", &[("name", "Milk")]).insert_header((CONTENT_ENCODING, "gzip"));
    let seen = browser.send(request.insert_header((ORIGIN, "http://localhost:8000"))).await;
    seen.shows(415, &["What was sent is packed"]);
    assert_eq!(seen.header("accept-encoding"), "identity");
    assert!(browser.world.store.organizations().is_empty());
}

#[actix_web::test]
async fn what_is_no_form_is_refused() {
    let mut browser = Browser::of(ANN).await;
    for content_type in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        let request =
            form("/dashboard/organizations/new", &[("name", "Milk")]).insert_header((CONTENT_TYPE, content_type));
        let seen = browser.send(request.insert_header((ORIGIN, "http://localhost:8000"))).await;
        seen.shows(415, &["What was sent is not the form of a page"]);
    }
    assert!(browser.world.store.organizations().is_empty());
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
async fn other_methods_are_told_which_there_are() {
    let mut browser = Browser::of(ANN).await;
    let request =
        TestRequest::with_uri("/dashboard/organizations").method(Method::DELETE).insert_header((ACCEPT, "text/html"));
    let seen = browser.send(request.insert_header((ORIGIN, "http://localhost:8000"))).await;
    seen.shows(405, &["Error 405", "in this way"]);
    assert_eq!(seen.header("allow"), "GET, HEAD");
    for (path, allow) in [("/dashboard/organizations/new", "GET, HEAD, POST"), ("/dashboard/log-out", "POST")] {
        let request = || TestRequest::with_uri(path).method(Method::PUT);
        let page = browser.send(request().insert_header((ACCEPT, "text/html"))).await;
        assert_eq!(page.header("allow"), allow, "{path}");
        // Programs get no page.
        browser.send(request().insert_header((ACCEPT, "*/*"))).await.shows(405, &[]).hides("<");
    }
    browser.get("/dashboard/log-out").await.shows(405, &["what a form or a button of a page sends"]);
}

#[actix_web::test]
async fn what_was_typed_outlives_an_outage() {
    let mut browser = Browser::of(ANN).await;
    browser.world.store.go_down();
    let typed = [("name", "A \"long\" name"), ("slug", "one")];
    let seen = browser.post("/dashboard/organizations/new", &typed).await;
    seen.shows(503, &["Busy right now", "Name", "A &quot;long&quot; name", "one", "Send it again"]);
    seen.shows(503, &[r#"action="/dashboard/organizations/new""#]);
    let press = form("/dashboard/settings/security/sessions/revoke-others", &[])
        .insert_header((ORIGIN, "http://localhost:8000"));
    let seen = browser.send(press.insert_header((REFERER, "http://localhost:8000/dashboard/settings/security"))).await;
    seen.shows(503, &[r#"href="/dashboard/settings/security""#, "Go back"]).hides("Send it again");
    let seen = browser.post("/dashboard/log-in", &[("email", ANN), ("password", "horse battery")]).await;
    seen.shows(503, &[ANN, r#"name="email""#, r#"type="password""#, r#"name="password""#]).hides("horse battery");
}

#[actix_web::test]
async fn what_another_site_s_page_sent_is_not_offered_to_be_sent_again() {
    let mut browser = Browser::of(ANN).await;
    browser.world.store.go_down();
    let forged =
        form("/dashboard/organizations/new", &[("name", "Forged")]).insert_header((ORIGIN, "https://evil.example"));
    browser.send(forged).await.shows(403, &["Not allowed"]).hides("Forged");
}

#[actix_web::test]
async fn over_tls_no_cookie_is_sent_without_it() {
    let mut browser = Browser::of(ANN).await;
    browser.network.cookies = Cookies::default();
    browser.origin = "https://localhost:8000";
    for (path, fields) in [
        ("/dashboard/log-out", &[][..]),
        ("/dashboard/forgot-password", &[("email", ANN)]),
        ("/dashboard/log-in", &[("email", ANN), ("password", samples::PASSWORD)]),
    ] {
        let seen = browser.post(path, fields).await;
        let cookies: Vec<&str> = seen.headers.get_all(SET_COOKIE).map(|it| it.to_str().unwrap()).collect();
        assert!(!cookies.is_empty() && cookies.iter().all(|it| it.matches("; Secure").count() == 1), "{cookies:?}");
    }
}

#[actix_web::test]
async fn who_is_logged_in_stays_in_the_shell_whatever_goes_wrong() {
    let mut browser = Browser::of(ANN).await;
    for (path, status) in
        [("/dashboard/nowhere", 404), ("/dashboard/organizations/1/members", 404), ("/dashboard/users", 403)]
    {
        browser.get(path).await.shows(status, &["Main", "Home", "Organisations", "Error"]);
    }
    let mut stranger = Browser::new().await;
    stranger.get("/dashboard/nowhere").await.shows(404, &["Not found"]).hides("Main");
}

/// Outside the dashboard there is no page for it, and the headers are there all the same.
#[actix_web::test]
async fn a_refusal_without_a_page_is_kept_by_nobody() {
    let seen = Browser::new().await.send(form("/.well-known/change-password", &[])).await;
    seen.shows(405, &["method_not_allowed"]);
    for (name, value) in
        [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY")]
    {
        assert_eq!(seen.header(name), value, "{name}");
    }
}
