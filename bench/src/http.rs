//! As much HTTP/1.1 as a load generator needs: one kept connection, answers with a length.

use std::net::SocketAddr;

use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Outcome;

pub(crate) struct Connection {
    stream: TcpStream,
    /// The last answer, head and body; kept so that no request allocates.
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and waits for all of its answer, which must be a 200.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Outcome<&[u8]> {
        self.exchange_for(200, request).await
    }

    /// The same with another status.
    pub(crate) async fn exchange_for(&mut self, status: u16, request: &[u8]) -> Outcome<&[u8]> {
        match self.ask(status, request).await {
            Ok(body) => Ok(self.answer.split_at(body).1),
            Err(error) => {
                let request = String::from_utf8_lossy(request);
                Err(format!("{}: {error}", request.lines().next().unwrap_or_default()).into())
            }
        }
    }

    pub(crate) async fn exchange_json<T: DeserializeOwned>(&mut self, request: &[u8]) -> Outcome<T> {
        Ok(serde_json::from_slice(self.exchange(request).await?)?)
    }

    /// Where in the answer its body begins.
    async fn ask(&mut self, status: u16, request: &[u8]) -> Outcome<usize> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let body = loop {
            self.receive().await?;
            if let Some(end) = self.answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (head, _) = self.answer.split_at(body);
        let length = content_length(head)?;
        let ok = status_of(head) == Some(status);
        while self.answer.len() < body + length {
            self.receive().await?;
        }
        if !ok {
            return Err(format!("refused:\n{}", String::from_utf8_lossy(&self.answer)).into());
        }
        Ok(body)
    }

    async fn receive(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => Err("the server closed a connection".into()),
            _ => Ok(()),
        }
    }
}

/// `HTTP/1.1 200 OK`
fn status_of(head: &[u8]) -> Option<u16> {
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

fn content_length(head: &[u8]) -> Outcome<usize> {
    let length = std::str::from_utf8(head)?.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse())
    });
    Ok(length.ok_or("an answer without a length")??)
}
