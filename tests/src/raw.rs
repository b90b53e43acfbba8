//! Bytes on a connection, for what no decent client would send.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{PATIENCE, Server};

/// A connection to a server.
pub struct RawConnection(TcpStream);

impl RawConnection {
    /// Connects to a server.
    pub async fn to(server: &Server) -> Self {
        Self::try_to(server.address()).await.expect("the server accepts")
    }

    /// Connects to what may no longer listen.
    pub async fn try_to(address: SocketAddr) -> Option<Self> {
        TcpStream::connect(address).await.ok().map(Self)
    }

    /// Sends; a server that has heard enough may close meanwhile.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = timeout(PATIENCE, self.0.write_all(bytes)).await.expect("the server reads or closes");
    }

    /// Sends the same again and again and reads nothing, until the server ends it.
    pub async fn send_until_dropped(&mut self, bytes: &[u8]) {
        let end = async { while self.0.write_all(bytes).await.is_ok() {} };
        timeout(PATIENCE, end).await.expect("the server drops who does not read");
    }

    /// Says that nothing more will come.
    pub async fn finish_sending(&mut self) {
        // It may be closed already.
        let _ = self.0.shutdown().await;
    }

    /// Reads until this text has come.
    pub async fn read_until(&mut self, text: &str) -> String {
        let mut received = String::new();
        while !received.contains(text) {
            let mut buffer = [0; 4096];
            let count = timeout(PATIENCE, self.0.read(&mut buffer)).await.expect("the server speaks or closes");
            let count = count.expect("the connection holds");
            assert!(count > 0, "closed before {text:?} came: {received:?}");
            received.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        received
    }

    /// Reads one answer, head and body.
    pub async fn read_answer(&mut self) -> String {
        let mut answer = self.read_until("\r\n\r\n").await;
        let lengths = answer.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = lengths.expect("a length").parse().expect("a number");
        let end = answer.find("\r\n\r\n").expect("the end of the head") + 4 + length;
        while answer.len() < end {
            let mut rest = vec![0; end - answer.len()];
            let count = timeout(PATIENCE, self.0.read(&mut rest)).await.expect("the server speaks or closes");
            let count = count.expect("the connection holds");
            assert!(count > 0, "closed in the middle of {answer:?}");
            answer.push_str(&String::from_utf8_lossy(&rest[..count]));
        }
        answer
    }

    /// Reads until the server closes, in whichever way.
    pub async fn read_to_end(&mut self) -> String {
        let mut received = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut received)).await.expect("the server closes");
        String::from_utf8_lossy(&received).into_owned()
    }

    /// Ends with a reset: no farewell, and whatever is on its way is lost.
    pub fn reset(self) {
        self.0.set_zero_linger().expect("a socket");
    }
}
