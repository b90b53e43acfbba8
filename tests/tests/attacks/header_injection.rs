//! Line ends in what becomes a header.

use ironplate_tests::{Client, Database, FRONTEND, PASSWORD, RawConnection, Setup, SmtpServer, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::world::ANN;

on_both_databases!(
    nothing_in_a_path_becomes_a_header,
    nothing_in_a_header_becomes_another,
    a_request_has_one_end,
    nothing_in_an_account_becomes_a_header_of_a_mail,
);

/// The head of the answer to these bytes.
async fn head(server: &ironplate_tests::Server, request: &str) -> String {
    let mut connection = RawConnection::to(server).await;
    connection.send(request.as_bytes()).await;
    let answer = connection.read_to_end().await;
    answer.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

fn assert_no_header(head: &str, sent: &str) {
    let names: Vec<_> = head.lines().map(|line| line.split(':').next().unwrap_or_default().to_lowercase()).collect();
    assert!(!names.iter().any(|name| name.contains("injected")), "{sent:?} became {head:?}");
    assert!(!head.is_empty(), "{sent:?} was not answered");
}

async fn nothing_in_a_path_becomes_a_header(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let token = root.token().unwrap();
    for end in ["%0d%0a", "%0a", "%0d", "%E5%98%8A%E5%98%8D", "%c4%8d%c4%8a", "%00", "%e2%80%a8"] {
        for (method, path) in [
            ("POST", "/api/v1/password-recovery-html-content/{}"),
            ("POST", "/api/v1/password-recovery/{}"),
            ("GET", "/api/v1/organizations/{}"),
            ("GET", "/api/v1/audit?request_id={}"),
            ("GET", "/{}"),
            ("GET", "/docs/{}"),
            ("POST", "/api/v1/utils/test-email/?email_to={}"),
        ] {
            let path = path.replace("{}", &format!("ann{end}injected:%20yes{end}{end}@example.com"));
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-length: 0\r\n\
                 connection: close\r\n\r\n"
            );
            assert_no_header(&head(&server, &request).await, &path);
        }
    }
}

async fn nothing_in_a_header_becomes_another(database: Database) {
    let server = Setup::on(&database).behind_proxy().with("FRONTEND_HOST", FRONTEND).start().await;
    for header in [
        "x-request-id: abc\ninjected: yes",
        "x-request-id: abc\rinjected: yes",
        "x-request-id: abc\r\n injected: yes",
        "x-request-id: \u{560a}\u{560d}injected: yes",
        "origin: https://app.example.test\rinjected: yes",
        "origin: https://app.example.test\r\n\tinjected: yes",
        "host: test\rinjected: yes",
    ] {
        let request = format!("GET /api/v1/users/me HTTP/1.1\r\nhost: test\r\n{header}\r\nconnection: close\r\n\r\n");
        assert_no_header(&head(&server, &request).await, header);
    }
    let preflight = "OPTIONS /api/v1/users/me HTTP/1.1\r\nhost: test\r\norigin: https://app.example.test\r\n\
        access-control-request-method: GET\r\naccess-control-request-headers: a\rinjected: yes\r\nconnection: close\r\n\r\n";
    assert_no_header(&head(&server, preflight).await, preflight);
}

/// A proxy and the server must not differ in where a request ends: else its rest is somebody else's.
async fn a_request_has_one_end(database: Database) {
    let server = Setup::on(&database).start().await;
    let smuggled = "GET /readyz HTTP/1.1\r\nhost: test\r\n\r\n";
    let length = smuggled.len() + 5;
    for framing in [
        format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
        format!("content-length: {length}\r\ncontent-length: 5\r\n"),
        format!("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\ncontent-length: {length}\r\n"),
        format!("transfer-encoding : chunked\r\ncontent-length: {length}\r\n"),
        format!("content-length: +{length}\r\n"),
        format!("content-length: {length}, {length}\r\n"),
    ] {
        let request = format!("POST /api/v1/login/refresh HTTP/1.1\r\nhost: test\r\n{framing}\r\n0\r\n\r\n{smuggled}");
        let mut connection = RawConnection::to(&server).await;
        connection.send(request.as_bytes()).await;
        connection.finish_sending().await;
        let answers = connection.read_to_end().await;
        assert!(!answers.contains(r#""status":"ready""#) && !answers.contains("200 OK"), "{framing:?} got {answers:?}");
    }
}

async fn nothing_in_an_account_becomes_a_header_of_a_mail(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    for end in ["\r\n", "\n", "\r", "\u{2028}", "\u{85}", "\0"] {
        for address in
            [format!("eve@example.com{end}bcc: all@example.com"), format!("eve{end}injected: yes@example.com")]
        {
            let answer = visitor.ask_for_account(&address).await;
            answer.assert_refused(422, "validation_error");
            let _message = visitor.ask_for_recovery(&address).await.ok();
        }
    }
    let name = "Ann\r\nBcc: all@example.com\r\n\r\n<h1>injected</h1>";
    let account = json!({ "email": ANN, "password": PASSWORD, "full_name": name });
    let request = visitor.request(Method::POST, "users/signup").json(&account);
    let answer = Client::send(request).await.unwrap();
    if answer.status == 200 {
        let mail = smtp.wait_for_mail_to(ANN).await;
        assert_eq!((mail.recipients.len(), mail.header("bcc")), (1, None), "{}", mail.source);
        assert!(!mail.html.contains("<h1>injected"), "{}", mail.html);
    }
}
