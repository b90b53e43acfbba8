//! Requests that mean one thing to what checks them and another to what serves them.

use ironplate_tests::{Client, Database, Document, Owner, RawConnection, Server, Setup, on_both_databases};
use reqwest::Method;

use super::world::{ANN, all_of};

on_both_databases!(
    no_spelling_of_a_path_goes_around_the_question_who_asks,
    no_header_makes_a_request_another,
    no_credential_counts_but_in_its_own_place,
);

/// Other spellings of a path.
fn spellings(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches('/');
    vec![
        format!("//{inner}"),
        format!("/./{inner}"),
        format!("/livez/../{inner}"),
        format!("/livez/..;/{inner}"),
        format!("/livez/%2e%2e/{inner}"),
        format!("/{}", inner.replace("/v1/", "/v1//")),
        format!("/{}", inner.replace("/v1/", "/v1/./")),
        format!("/{}", inner.replace("/v1/", "%2fv1%2f")),
        format!("/{}", inner.replacen("api", "%61pi", 1)),
        format!("/{}", inner.replacen("api", "API", 1)),
        format!("/{inner};public=true"),
        format!("/{inner}%00"),
        format!("/{inner}%20"),
        format!("/{inner}#/livez"),
        format!("/{inner}?/livez"),
        format!("http://localhost/{inner}"),
    ]
}

async fn status_of(server: &Server, method: &str, path: &str) -> String {
    let request = format!("{method} {path} HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let mut connection = RawConnection::to(server).await;
    connection.send(request.as_bytes()).await;
    let answer = connection.read_to_end().await;
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

async fn no_spelling_of_a_path_goes_around_the_question_who_asks(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = Owner::sign_up(&server.client(), ANN).await;
    let before = all_of(&ann.client).await;
    for operation in Document::of(&ann.client).await.operations().iter().filter(|operation| operation.authenticated) {
        for path in spellings(&ann.path_to(operation)) {
            let status = status_of(&server, &operation.method, &path).await;
            assert!(status.starts_with('4'), "{} {path}: {status}", operation.method);
        }
    }
    assert_eq!(all_of(&ann.client).await, before);
}

async fn no_header_makes_a_request_another(database: Database) {
    let server = Setup::on(&database).behind_proxy().start().await;
    let ann = server.client().sign_up(ANN).await;
    let id = ann.write().await;
    let url = format!("/api/v1/organizations/{id}");
    for (name, value) in [
        ("x-http-method-override", "DELETE"),
        ("x-http-method", "DELETE"),
        ("x-method-override", "DELETE"),
        ("x-original-url", &*url),
        ("x-rewrite-url", &url),
        ("x-forwarded-uri", &url),
        ("x-forwarded-prefix", &url),
        ("x-forwarded-user", ANN),
        ("x-remote-user", ANN),
        ("x-user-id", ANN),
        ("x-forwarded-for", "127.0.0.1"),
    ] {
        let stranger = Client::send(server.client().request(Method::GET, &url).header(name, value)).await.unwrap();
        stranger.assert_refused(401, "not_authenticated");
        let elsewhere = Client::send(server.client().request(Method::GET, "/livez").header(name, value)).await.unwrap();
        assert!(!elsewhere.text.contains("牛乳"), "{elsewhere:?}");
        let owner = Client::send(ann.request(Method::GET, &url).header(name, value)).await.unwrap();
        assert_eq!(owner.ok()["name"], "牛乳", "{name}");
    }
    let overridden = Client::send(ann.request(Method::POST, &format!("{url}?_method=DELETE"))).await.unwrap();
    overridden.assert_refused(405, "method_not_allowed");
    let _made = ann.get(&url).await.ok();
}

async fn no_credential_counts_but_in_its_own_place(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up(ANN).await;
    let (stranger, token) = (server.client(), ann.token().unwrap());
    for name in ["access_token", "token", "bearer", "authorization", "session", "jwt"] {
        let request = stranger.request(Method::GET, "users/me");
        Client::send(request.query(&[(name, token)])).await.unwrap().assert_refused(401, "not_authenticated");
        let cookie = stranger.with_cookie(&format!("{name}={token}")).get("users/me").await;
        assert!([401, 403].contains(&cookie.status), "{name}: {cookie:?}");
    }
    for name in ["x-authorization", "proxy-authorization", "x-access-token", "x-api-key"] {
        let request = stranger.request(Method::GET, "users/me").header(name, format!("Bearer {token}"));
        Client::send(request).await.unwrap().assert_refused(401, "not_authenticated");
    }
    for value in [token.to_owned(), format!("Token {token}"), format!("Basic {token}"), format!("Bearer,{token}")] {
        let request = stranger.request(Method::GET, "users/me").header("authorization", value);
        Client::send(request).await.unwrap().assert_refused(401, "not_authenticated");
    }
}
