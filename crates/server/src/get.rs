//! One GET, for commands that look whether somebody answers: HTTP/1.1, by TLS where the address says so, no redirect followed.

use std::{io, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::{Position, Url};

/// More than is read of any answer.
const MOST: u64 = 64 * 1024;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where it leads to, as it says so.
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// Whoever calls bounds the time.
///
/// # Errors
/// Nobody answers, a certificate is not what it should be, or the answer is none of HTTP.
pub(crate) async fn get(url: &Url) -> io::Result<Answer> {
    let none = || io::Error::other("this address has no host");
    let host = url.host_str().ok_or_else(none)?.trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, url.port_or_known_default().ok_or_else(none)?)).await?;
    if url.scheme() != "https" {
        return ask(stream, url).await;
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    ask(tls()?.connect(name, stream).await?, url).await
}

fn tls() -> io::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(io::Error::other)?;
    Ok(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

/// The same on a connection that there is.
///
/// # Errors
/// The answer is none of HTTP.
pub(crate) async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, url: &Url) -> io::Result<Answer> {
    let (host, path) =
        (&url[Position::BeforeHost..Position::AfterPort], &url[Position::BeforePath..Position::AfterQuery]);
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: ironplate\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let (mut stream, mut bytes) = (stream.take(MOST), Vec::new());
    loop {
        let end = stream.read_buf(&mut bytes).await;
        // Who keeps the connection although asked to close it, or closes it without a word, has answered all the same.
        let is_over = matches!(end, Ok(0) | Err(_));
        match Answer::of(&String::from_utf8_lossy(&bytes), is_over) {
            Some(answer) => return Ok(answer),
            None if is_over => {
                return Err(end.err().unwrap_or_else(|| io::Error::other("the answer is none of HTTP")));
            }
            None => {}
        }
    }
}

impl Answer {
    /// `None` as long as something is missing.
    fn of(text: &str, is_over: bool) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
        let header = |wanted: &str| {
            let mut headers = lines.clone().filter_map(|line| line.split_once(':'));
            headers.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned()))
        };
        let length = header("content-length").and_then(|length| length.parse::<usize>().ok());
        let is_whole = is_over || length.is_none_or(|length| body.len() >= length);
        is_whole.then(|| Self { status, location: header("location"), body: body.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_far_as_it_goes() {
        let head = "HTTP/1.1 301 Moved\r\nlocation: https://a.example/\r\nContent-Length: 5\r\n\r\n";
        let told = |text: &str, is_over| Answer::of(text, is_over).map(|it| (it.status, it.location, it.body));
        let whole = |body: &str| Some((301, Some("https://a.example/".to_owned()), body.to_owned()));
        for (text, is_over, expected) in [
            (format!("{head}hello"), false, whole("hello")),
            (format!("{head}hel"), false, None),
            (format!("{head}hel"), true, whole("hel")),
            ("HTTP/1.0 200\r\n\r\nhi".to_owned(), false, Some((200, None, "hi".to_owned()))),
            ("HTTP/1.1 200 OK\r\ncontent-".to_owned(), true, None),
            ("220 mail.example.com ESMTP\r\n\r\n".to_owned(), true, None),
        ] {
            assert_eq!(told(&text, is_over), expected, "{text}");
        }
    }
}
