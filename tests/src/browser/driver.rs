//! chromedriver, and what it is asked.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use ironplate_skip::skip;
use reqwest::Client;
use serde_json::{Value, json};

use crate::wait::PATIENCE;

const TRIES: usize = 10;

/// A chromedriver of its own with one session; both end when dropped.
pub(super) struct Driver {
    process: Child,
    session: String,
    client: Client,
}

impl Driver {
    pub(super) async fn start() -> Option<Self> {
        let (process, port) = match spawn() {
            Ok(spawned) => spawned,
            Err(error) if is_required() => panic!("no browser can be driven, but one is required: {error}"),
            Err(error) => {
                skip(&format!("in a browser: {error}"));
                return None;
            }
        };
        let client = Client::new();
        let base = format!("http://127.0.0.1:{port}/session");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--window-size=1280,860",
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let answer = ask(client.post(&base).json(&wanted)).await;
        let id = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        Some(Self { session: format!("{base}/{id}"), process, client })
    }

    pub(super) async fn get(&self, what: &str) -> Value {
        ask(self.client.get(format!("{}/{what}", self.session))).await
    }

    pub(super) async fn post(&self, what: &str, body: Value) -> Value {
        ask(self.client.post(format!("{}/{what}", self.session)).json(&body)).await
    }

    pub(super) async fn delete(&self, what: &str) {
        ask(self.client.delete(format!("{}/{what}", self.session))).await;
    }

    /// Asks Chromium itself (<https://chromedevtools.github.io/devtools-protocol/>).
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }
}

impl Driver {
    /// Without a runtime, which may be gone when a test ends.
    fn end_session(&self) -> io::Result<()> {
        let (host, path) = self.session.trim_start_matches("http://").split_once('/').unwrap_or_default();
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        stream.read(&mut [0]).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed, it would leave its browser behind.
        let _ = self.end_session();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn ask(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("chromedriver answers");
    let (status, mut body) = (answer.status(), answer.json::<Value>().await.expect("JSON"));
    assert!(status.is_success(), "{status}: {}", body["value"]["message"]);
    body["value"].take()
}

/// One that has a port. The port that it finds free for IPv4 may be taken for IPv6: then it ends, and another is started.
fn spawn() -> io::Result<(Child, u16)> {
    for _ in 0..TRIES {
        let mut command = Command::new("chromedriver");
        let mut process = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        if let Some(port) = port(&mut process) {
            return Ok((process, port));
        }
        process.wait()?;
    }
    Err(io::Error::other("chromedriver found no port"))
}

fn port(process: &mut Child) -> Option<u16> {
    let lines = BufReader::new(process.stdout.take()?).lines();
    lines.map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    })
}

#[expect(clippy::disallowed_methods, reason = "whether a browser is required is said by the environment")]
pub(super) fn is_required() -> bool {
    env::var("IRONPLATE_REQUIRE_BROWSER").is_ok_and(|value| value == "1")
}
