//! Starts `server.py`: an SMTP server that nobody here wrote.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ironplate_skip::skip;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py");

/// A message as it arrived.
pub(crate) struct Received {
    pub(crate) peer: u64,
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    pub(crate) source: Vec<u8>,
}

/// A server in a process of its own, which ends with it.
pub(crate) struct Server {
    _process: Child,
    events: Lines<BufReader<ChildStdout>>,
    pub(crate) port: u16,
}

impl Server {
    /// `None` without aiosmtpd, unless it was asked for.
    pub(crate) async fn start(options: &[&str]) -> Option<Self> {
        if !is_available() {
            return None;
        }
        let mut command = tokio::process::Command::new(python());
        command.arg(SCRIPT).args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("an SMTP server");
        let events = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut server = Self { _process: process, events, port: 0 };
        let listening = server.event("listening").await;
        server.port = listening["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        Some(server)
    }

    pub(crate) async fn with_tls(sort: &str, certificates: &Certificates) -> Option<Self> {
        let files = certificates.options();
        let options = files.iter().map(String::as_str).chain(["--tls", sort]);
        Self::start(&options.collect::<Vec<_>>()).await
    }

    /// The next event of this name; those before it are passed over.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let line = self.events.next_line().await.expect("its output").expect("the server still running");
            let event: Value = serde_json::from_str(&line).expect("an event");
            if event["event"] == name {
                return event;
            }
        }
    }

    /// The next event, whatever it is.
    pub(crate) async fn next_event(&mut self) -> String {
        let line = self.events.next_line().await.expect("its output").expect("the server still running");
        let event: Value = serde_json::from_str(&line).expect("an event");
        event["event"].as_str().expect("a name").to_owned()
    }

    pub(crate) async fn received(&mut self) -> Received {
        let event = self.event("message").await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Received {
            peer: event["peer"].as_u64().expect("a port"),
            sender: text(&event["sender"]),
            recipients: event["recipients"].as_array().expect("a list").iter().map(text).collect(),
            source: STANDARD.decode(text(&event["source"])).expect("octets"),
        }
    }
}

/// A certificate authority, and what it vouches for: a server at `127.0.0.1`.
pub(crate) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub(crate) fn new() -> Self {
        let certificates = Self { folder: TempDir::new().expect("a temporary folder") };
        certificates.make("ca", &["-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE"]);
        let (authority, key) = (certificates.path("ca.pem"), certificates.path("ca.key"));
        let address = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
        let signed = ["-subj", "/CN=127.0.0.1", "-CA", &authority, "-CAkey", &key];
        certificates.make("server", &[&address[..], &signed[..]].concat());
        certificates
    }

    /// What a client should hold the server's certificate against.
    pub(crate) fn authority(&self) -> PathBuf {
        self.path("ca.pem").into()
    }

    /// How a server is told of them.
    pub(crate) fn options(&self) -> [String; 4] {
        ["--certificate".to_owned(), self.path("server.pem"), "--key".to_owned(), self.path("server.key")]
    }

    fn make(&self, name: &str, details: &[&str]) {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-keyout", &self.path(&format!("{name}.key")), "-out", &self.path(&format!("{name}.pem"))])
            .args(details)
            .output()
            .expect("the openssl command");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

#[expect(clippy::disallowed_methods, reason = "which Python has aiosmtpd is said by the environment")]
fn python() -> String {
    env::var("IRONPLATE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "whether the server is required is said by the environment")]
fn is_available() -> bool {
    static AVAILABLE: LazyLock<bool> = LazyLock::new(|| {
        let import = Command::new(python()).args(["-c", "import aiosmtpd"]).output();
        import.is_ok_and(|output| output.status.success())
    });
    let required = env::var("IRONPLATE_REQUIRE_SMTP").is_ok_and(|value| value == "1");
    assert!(*AVAILABLE || !required, "{} can't import aiosmtpd, but it is required", python());
    if !*AVAILABLE {
        skip(&format!("with an SMTP server: {} can't import aiosmtpd", python()));
    }
    *AVAILABLE
}
