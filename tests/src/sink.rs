//! What receives telemetry, on this machine.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::{latin, until};

/// Takes whatever is posted to it, and keeps it.
pub struct Sink {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Posted>>>,
    /// Ended with this value.
    _tasks: JoinSet<()>,
}

/// How it answers.
#[derive(Clone, Copy)]
pub enum Mood {
    /// It says that all is well.
    Willing,
    /// It says that it is asked too often, and when to come again, in seconds.
    Busy(u32),
    /// It says nothing, and keeps the connection.
    Silent,
    /// It says that all is well, after this time.
    Slow(Duration),
}

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The first line and the header fields.
    pub head: String,
    /// The rest.
    pub body: Vec<u8>,
}

impl Sink {
    /// Listens on a port that the system chooses.
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (received, mut tasks) = (Arc::default(), JoinSet::new());
        tasks.spawn(serve(listener, Arc::clone(&received), mood));
        Self { address, received, _tasks: tasks }
    }

    /// As a project of Sentry's.
    #[must_use]
    pub fn dsn(&self) -> String {
        format!("http://0123456789abcdef0123456789abcdef@{}/7", self.address)
    }

    /// As a collector.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All so far.
    #[must_use]
    pub fn received(&self) -> Vec<Posted> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The events in what was posted, once there are so many.
    pub async fn events(&self, count: usize) -> Vec<Value> {
        until("the faults are reported", async || {
            Some(self.received().iter().map(Posted::event).collect::<Vec<_>>()).filter(|events| events.len() >= count)
        })
        .await
    }
}

impl Posted {
    /// The event of an envelope.
    #[must_use]
    pub fn event(&self) -> Value {
        let text = latin(&self.body);
        let line = text.lines().nth(2).unwrap_or_else(|| panic!("no envelope: {text}"));
        serde_json::from_str(line).expect("an event")
    }

    /// Head and body in one.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }
}

async fn serve(listener: TcpListener, received: Arc<Mutex<Vec<Posted>>>, mood: Mood) {
    let mut connections = JoinSet::new();
    while let Ok((connection, _)) = listener.accept().await {
        connections.spawn(converse(connection, received.clone(), mood));
    }
}

async fn converse(connection: TcpStream, received: Arc<Mutex<Vec<Posted>>>, mood: Mood) {
    let mut connection = BufReader::new(connection);
    while let Some(posted) = read(&mut connection).await {
        received.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
        let well = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        let answer = match mood {
            Mood::Willing => well.to_owned(),
            Mood::Slow(time) => {
                sleep(time).await;
                well.to_owned()
            }
            Mood::Busy(seconds) => {
                format!("HTTP/1.1 429 Too Many Requests\r\nretry-after: {seconds}\r\ncontent-length: 0\r\n\r\n")
            }
            Mood::Silent => std::future::pending().await,
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Option<Posted> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if connection.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.expect("a length")];
    connection.read_exact(&mut body).await.ok()?;
    Some(Posted { head, body })
}
