//! The server from outside.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Server {
    process: Child,
    base: String,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_items-server"));
        let process = command.arg("127.0.0.1:0").arg(folder.path()).stdout(Stdio::piped()).spawn();
        let mut process = process.expect("the server");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let base = line.trim().strip_prefix("Listening on ").expect("an address").to_owned();
        Self { process, base, _folder: folder }
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        Client::new().post(format!("{}{path}", self.base)).json(body)
    }

    fn get(&self, path: &str, cookie: &str) -> RequestBuilder {
        Client::new().get(format!("{}{path}", self.base)).header("cookie", cookie)
    }
}

async fn send(request: RequestBuilder, status: StatusCode) -> Response {
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), status);
    response
}

fn cookie_of(response: &Response) -> String {
    let cookie = response.headers().get("set-cookie").expect("a cookie").to_str().expect("text");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn items_are_kept_for_whoever_is_logged_in() {
    let server = Server::start();
    let ann = json!({ "email": "ann@example.com", "password": "staple-battery-horse-42" });
    send(server.post("/sign-up", &ann), StatusCode::CREATED).await;
    send(server.post("/sign-up", &ann), StatusCode::BAD_REQUEST).await;
    let cookie = cookie_of(&send(server.post("/log-in", &ann), StatusCode::OK).await);
    let me: Value = send(server.get("/me", &cookie), StatusCode::OK).await.json().await.expect("JSON");
    assert_eq!(me["email"], "ann@example.com");

    let add = |title: &str| server.post("/items", &json!({ "title": title })).header("cookie", &cookie);
    send(add("Milk").header("sec-fetch-site", "same-origin"), StatusCode::CREATED).await;
    send(add("").header("sec-fetch-site", "same-origin"), StatusCode::UNPROCESSABLE_ENTITY).await;
    let items: Value = send(server.get("/items", &cookie), StatusCode::OK).await.json().await.expect("JSON");
    assert_eq!((items.as_array().map(Vec::len), &items[0]["title"]), (Some(1), &json!("Milk")));

    let log_out =
        server.post("/log-out", &Value::Null).header("cookie", &cookie).header("sec-fetch-site", "same-origin");
    send(log_out, StatusCode::NO_CONTENT).await;
    send(server.get("/items", &cookie), StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn what_the_libraries_refuse_is_refused_here() {
    let server = Server::start();
    let ann = json!({ "email": "ann@example.com", "password": "staple-battery-horse-42" });
    send(server.post("/sign-up", &ann), StatusCode::CREATED).await;
    let cookie = cookie_of(&send(server.post("/log-in", &ann), StatusCode::OK).await);
    send(server.get("/items", "a=b"), StatusCode::UNAUTHORIZED).await;
    send(server.post("/log-in", &ann).header("origin", "https://evil.example"), StatusCode::FORBIDDEN).await;
    let forged = server.post("/items", &json!({ "title": "Forged" })).header("cookie", &cookie);
    send(forged.header("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN).await;
    let weak = json!({ "email": "bob@example.com", "password": "password" });
    send(server.post("/sign-up", &weak), StatusCode::BAD_REQUEST).await;
    let huge = json!({ "title": "x".repeat(64 * 1024) });
    let request = server.post("/items", &huge).header("cookie", &cookie).header("sec-fetch-site", "same-origin");
    send(request, StatusCode::PAYLOAD_TOO_LARGE).await;
}
