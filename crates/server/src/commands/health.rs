//! `ironplate health`.

mod any_certificate;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{cli::AskHealth, config::Http, failure::Failure, terminal::say};

/// A server tells within a second or two that its database is silent. Health checks of containers usually wait for five.
const PATIENCE: Duration = Duration::from_secs(4);

/// More than any answer here has.
const ANSWER: u64 = 64 * 1024;

pub(super) async fn run(http: &Http, AskHealth { live }: AskHealth) -> Result<(), Failure> {
    let (address, path) = (on_this_machine(http.address), if live { "/livez" } else { "/readyz" });
    let url = format!("{}://{address}{path}", http.scheme());
    let asked = async {
        let stream = TcpStream::connect(address).await?;
        match http.tls {
            Some(_) => ask(any_certificate::connect(address.ip(), stream).await?, address, path).await,
            None => ask(stream, address, path).await,
        }
    };
    let answer = timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let answer = answer.map_err(|error| Failure::because(&format!("{url} does not answer"), &error))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => say(body),
        status => return Err(Failure(format!("{url} answers {}: {body}", status.unwrap_or("nothing of HTTP")))),
    }
    Ok(())
}

/// Where a server is found that listens everywhere.
fn on_this_machine(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, address: SocketAddr, path: &str) -> io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(ANSWER).read_to_string(&mut answer).await?;
    Ok(answer)
}
