//! Pages of other sites that use a visitor's cookie against their will.

use ironplate_tests::{Client, Database, Document, FRONTEND, Owner, PASSWORD, Setup, cookie_of, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{ANN, BOB, all_of};

on_both_databases!(
    no_page_of_another_site_changes_anything_by_a_cookie,
    no_page_of_another_site_logs_a_visitor_in,
    a_page_of_an_allowed_origin_may,
    no_page_of_another_site_reads_an_answer,
    a_bad_token_is_not_helped_out_by_a_cookie,
);

/// What a browser says when another site's page asks, or when it says nothing.
const FOREIGN: [&[(&str, &str)]; 8] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none"), ("origin", "https://evil.example")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "https://app.example.test.evil.example")],
    &[("origin", "http://app.example.test")],
];

fn send(client: &Client, method: &Method, path: &str, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let request = client.request(method.clone(), path).header("host", "api.example.test");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

async fn no_page_of_another_site_changes_anything_by_a_cookie(database: Database) {
    let server = Setup::on(&database).with("FRONTEND_HOST", FRONTEND).start().await;
    let visitor = server.client();
    let ann = Owner::sign_up(&visitor, ANN).await;
    let victim = visitor.with_header("cookie", &cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await));
    let before = all_of(&ann.client).await;
    let operations = Document::of(&visitor).await.operations();
    for operation in operations.iter().filter(|operation| operation.authenticated && operation.method != "GET") {
        let method = operation.method.parse().unwrap();
        for headers in FOREIGN {
            let path = ann.path_to(operation);
            let theft = json!({ "name": "Forged", "full_name": "Forged" });
            // As a form does, and as a script does.
            let request = send(&victim, &method, &path, headers).body(theft.to_string());
            Client::send(request.header("content-type", "text/plain")).await.unwrap().assert_refused(403, "cross_site");
            let request = send(&victim, &method, &path, headers).json(&theft);
            Client::send(request).await.unwrap().assert_refused(403, "cross_site");
        }
    }
    assert_eq!(all_of(&ann.client).await, before, "nothing happened to it");
}

async fn no_page_of_another_site_logs_a_visitor_in(database: Database) {
    let server = Setup::on(&database).with("FRONTEND_HOST", FRONTEND).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(BOB).await.ok();
    let log_in = json!({ "email": BOB, "password": PASSWORD });
    // Programs that are no browsers say nothing, and have no visitor to harm.
    for headers in &FOREIGN[1..] {
        let answer = Client::send(send(&visitor, &Method::POST, "session", headers).json(&log_in)).await.unwrap();
        answer.assert_refused(403, "cross_site");
        assert_eq!(answer.header("set-cookie"), None);
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = visitor.request(Method::POST, "session").header("content-type", media_type);
        let answer = Client::send(request.body(log_in.to_string())).await.unwrap();
        assert_eq!((answer.status, answer.header("set-cookie")), (422, None), "a form can't send it: {answer:?}");
    }
}

async fn a_page_of_an_allowed_origin_may(database: Database) {
    let server = Setup::on(&database).with("FRONTEND_HOST", FRONTEND).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let victim = visitor.with_header("cookie", &cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await));
    for headers in [
        &[("origin", FRONTEND), ("sec-fetch-site", "cross-site")][..],
        &[("origin", "https://api.example.test")],
        &[("sec-fetch-site", "same-origin")],
        // The person's own doing: a form that is sent again, for example.
        &[("sec-fetch-site", "none")],
    ] {
        let request = send(&victim, &Method::POST, "organizations/", headers).json(&json!({ "name": "牛乳" }));
        let _made = Client::send(request).await.unwrap().ok();
    }
}

async fn no_page_of_another_site_reads_an_answer(database: Database) {
    let server = Setup::on(&database).with("FRONTEND_HOST", FRONTEND).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let victim = visitor.with_header("cookie", &cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await));
    for headers in FOREIGN.iter().filter(|headers| headers.iter().any(|(name, _)| *name == "origin")) {
        let answer = Client::send(send(&victim, &Method::GET, "users/me", headers)).await.unwrap();
        assert_eq!(answer.header("access-control-allow-origin"), None, "{answer:?}");
        let preflight =
            send(&visitor, &Method::OPTIONS, "users/me", headers).header("access-control-request-method", "PATCH");
        let answer = Client::send(preflight).await.unwrap();
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (400, None), "{answer:?}");
    }
    let answer = Client::send(send(&victim, &Method::GET, "users/me", &[("origin", FRONTEND)])).await.unwrap();
    assert_eq!(answer.header("access-control-allow-origin"), Some(FRONTEND));
    assert_eq!(answer.header("vary"), Some("Origin"));
}

async fn a_bad_token_is_not_helped_out_by_a_cookie(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let browser = visitor.browse(ANN).await;
    browser.with_token("made.up.token").get("users/me").await.assert_refused(403, "invalid_token");
    // What a proxy in front asks for is no token of ours.
    let _me = browser.with_header("authorization", "Basic YTpi").get("users/me").await.ok();
    browser.with_token("made.up.token").post("logout", &Value::Null).await.assert_refused(403, "invalid_token");
    let _me = browser.get("users/me").await.ok();
}
