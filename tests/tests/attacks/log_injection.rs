//! Lines that an attacker would write into the log.

use ironplate_tests::{Client, Database, Finished, RawConnection, Server, Setup, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::world::WRONG;

on_both_databases!(no_client_writes_a_line_for_machines, no_client_writes_a_line_for_people);

/// What the forged lines tell.
const FORGED: &str = "forged-event";

/// Sends what would be a line of its own, in every place that a client fills.
async fn send_everywhere(server: &Server) {
    let line = format!("\n2026-11-25T08:00:00Z INFO audit: {FORGED} outcome=success\n");
    let object = format!("\r\n{{\"level\":\"INFO\",\"target\":\"audit\",\"kind\":\"{FORGED}\"}}\r\n");
    let coloured = format!("\u{1b}[2K\u{1b}[1A\u{1b}[31m{FORGED}\u{1b}]0;title\u{7}\u{9b}31m\u{2028}{FORGED}");
    let (visitor, root) = (server.client(), server.superuser().await);
    for text in [&line, &object, &coloured] {
        let _refused = visitor.ask_for_token(text, WRONG).await;
        let _refused = visitor.ask_for_token(&format!("{text}@example.com"), text).await;
        let _refused = visitor.ask_for_account(&format!("\"{text}\"@example.com")).await;
        let _refused = visitor.ask_for_recovery(text).await;
        let _refused = visitor.ask_for_refresh(text).await;
        let _refused = root.post("organizations/", &json!({ "name": text, "slug": text })).await;
        let _refused = root.patch("users/me", &json!({ "full_name": text })).await;
        for query in ["kind", "request_id", "since", "after", "q"] {
            let request = root.request(Method::GET, "audit").query(&[(query, text)]);
            let _refused = Client::send(request).await.unwrap();
        }
        let path = percent_encoded(text);
        let _refused = visitor.get(&format!("/{path}")).await;
        let _refused = visitor.post(&format!("password-recovery/{path}"), &Value::Null).await;
        raw_headers(server, text).await;
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02x}"))
}

/// In headers that are logged or recorded; one with a line end is not even read.
async fn raw_headers(server: &Server, text: &str) {
    let on_one_line = text.replace(['\r', '\n'], " ");
    for text in [text, &on_one_line] {
        for name in ["user-agent", "x-request-id", "x-forwarded-for", "authorization", "origin", "cookie"] {
            let body = format!("username=ann%40example.com&password={WRONG}");
            let request = format!(
                "POST /api/v1/login/access-token HTTP/1.1\r\nhost: test\r\n{name}: {text}\r\nconnection: close\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let mut connection = RawConnection::to(server).await;
            connection.send(request.as_bytes()).await;
            let _answer = connection.read_to_end().await;
        }
    }
}

async fn log_in_format(database: &Database, format: &str) -> Finished {
    let setup = Setup::on(database).behind_proxy().with("IRONPLATE__LOG__FORMAT", format);
    let server = setup.with("RUST_LOG", "info,ironplate_http=trace,ironplate_web=trace,actix_server=off").start().await;
    send_everywhere(&server).await;
    let log = server.stop().await;
    assert!(log.stderr.contains("session.log_in"), "this is no log: {}", log.stderr);
    let escapes: Vec<_> =
        log.stderr.lines().filter(|line| line.contains(|it: char| it.is_control() && it != '\t')).collect();
    assert!(escapes.is_empty(), "control characters: {escapes:?}");
    log
}

async fn no_client_writes_a_line_for_machines(database: Database) {
    let log = log_in_format(&database, "json").await;
    for line in log.stderr.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert!(event["level"].is_string() && event["target"].is_string(), "{line}");
        assert_ne!(event["kind"], FORGED, "{line}");
    }
}

async fn no_client_writes_a_line_for_people(database: Database) {
    let log = log_in_format(&database, "text").await;
    for line in log.stderr.lines() {
        // A line begins with its moment; what a client said stands between quotes.
        assert!(line.starts_with("20"), "{line}");
        let mut before = String::new();
        for part in line.split_inclusive(FORGED).filter(|part| part.ends_with(FORGED)) {
            before.push_str(part);
            let quotes = before.replace("\\\"", "").matches('"').count();
            assert!(quotes % 2 == 1, "{line}");
        }
    }
}
