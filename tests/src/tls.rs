//! A server that speaks TLS with a certificate made for it, and clients of both versions of HTTP.

use std::{
    fs,
    io::{self, Read, Write},
    net::SocketAddr,
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use h2::{RecvStream, client::SendRequest};
use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd};
use rustls::{ClientConfig, ClientConnection, RootCertStore, crypto::ring, pki_types::ServerName};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Finished, PATIENCE, Process, Setup, Signal, free_address, until};

/// A certificate for this machine, which nobody signed.
pub struct TestCertificate(CertifiedKey<rcgen::KeyPair>);

impl Default for TestCertificate {
    fn default() -> Self {
        Self::lasting(1975, 4096)
    }
}

impl TestCertificate {
    /// Good from the beginning of a year to that of another one.
    #[must_use]
    pub fn lasting(from: i32, to: i32) -> Self {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut parameters = CertificateParams::new(names).expect("names");
        (parameters.not_before, parameters.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        let signing_key = KeyPair::generate().expect("a key");
        let cert = parameters.self_signed(&signing_key).expect("a certificate");
        Self(CertifiedKey { cert, signing_key })
    }

    /// Puts it and its key where [`Setup::with_tls`] says that they are.
    pub fn put_into(&self, folder: &Path) {
        fs::write(folder.join("tls.key"), self.0.signing_key.serialize_pem()).expect("a file");
        fs::write(folder.join("tls.pem"), self.0.cert.pem()).expect("a file");
    }

    /// Connects to where it is shown, to speak this version of HTTP.
    ///
    /// # Errors
    /// Nobody is there, or shows another one.
    pub async fn connect(&self, address: SocketAddr, version: &str) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        let config = Arc::new(self.client_config(version));
        TlsConnector::from(config).connect(ServerName::IpAddress(address.ip().into()), stream).await
    }

    /// Sends a request of HTTP/1 together with the last word of the handshake, and reads all that comes.
    #[must_use]
    pub fn ask_at_once(&self, address: SocketAddr, request: &[u8]) -> Vec<u8> {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        let name = ServerName::IpAddress(address.ip().into());
        let mut tls = ClientConnection::new(Arc::new(self.client_config("http/1.1")), name).expect("a client");
        tls.set_buffer_limit(None);
        while tls.is_handshaking() {
            while tls.wants_write() {
                tls.write_tls(&mut stream).expect("the server reads");
            }
            tls.read_tls(&mut stream).expect("the server speaks");
            tls.process_new_packets().expect("TLS");
        }
        tls.writer().write_all(request).expect("room for this");
        let mut bytes = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut bytes).expect("room for this");
        }
        stream.write_all(&bytes).expect("the server reads");
        let mut answer = Vec::new();
        // Whether it says good bye, nobody asks.
        let _ = rustls::Stream::new(&mut tls, &mut stream).read_to_end(&mut answer);
        answer
    }

    fn client_config(&self, version: &str) -> ClientConfig {
        let mut trusted = RootCertStore::empty();
        trusted.add(self.0.cert.der().clone()).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("versions of TLS");
        let mut config = config.with_root_certificates(trusted).with_no_client_auth();
        config.alpn_protocols = vec![version.as_bytes().to_vec()];
        config
    }
}

/// A server that speaks TLS.
pub struct TlsServer {
    process: Process,
    address: SocketAddr,
    certificate: TestCertificate,
}

impl TlsServer {
    /// Starts it, and waits until it is ready.
    pub async fn start(setup: &Setup) -> Self {
        let (certificate, address) = (TestCertificate::default(), free_address());
        certificate.put_into(setup.folder());
        let setup = setup.clone().with_tls();
        let server = Self { process: setup.spawn_at(address), address, certificate };
        until("the server is ready", async || {
            let mut client = server.try_http2().await.ok()?;
            client.get("/readyz").await.ok().filter(|(status, _)| *status == 200)
        })
        .await;
        server
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it shows.
    #[must_use]
    pub fn certificate(&self) -> &TestCertificate {
        &self.certificate
    }

    /// The process.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// A connection of HTTP/1.
    pub async fn http1(&self) -> TlsStream<TcpStream> {
        self.certificate.connect(self.address, "http/1.1").await.expect("a connection")
    }

    /// A connection of HTTP/2 for bytes that no decent client would send.
    pub async fn raw_http2(&self) -> TlsStream<TcpStream> {
        self.certificate.connect(self.address, "h2").await.expect("a connection")
    }

    /// A connection of HTTP/2.
    pub async fn http2(&self) -> Http2Client {
        self.try_http2().await.expect("a connection")
    }

    async fn try_http2(&self) -> io::Result<Http2Client> {
        Http2Client::on(self.certificate.connect(self.address, "h2").await?).await
    }

    /// Waits for its end.
    pub async fn finish(self) -> Finished {
        self.process.finish().await
    }

    /// Asks it to stop, and waits for its end.
    pub async fn stop(self) -> Finished {
        self.process.signal(Signal::TERM);
        self.finish().await
    }
}

/// A client of HTTP/2, on one connection.
#[derive(Clone)]
pub struct Http2Client {
    requests: SendRequest<Bytes>,
}

impl Http2Client {
    /// On a connection where it was agreed on.
    ///
    /// # Errors
    /// The server does not speak it.
    pub async fn on(stream: TlsStream<TcpStream>) -> io::Result<Self> {
        Self::with_window(stream, 65_535).await
    }

    /// One that takes no more than so many bytes of each answer.
    ///
    /// # Errors
    /// The server does not speak it.
    pub async fn with_window(stream: TlsStream<TcpStream>, window: u32) -> io::Result<Self> {
        let handshake = h2::client::Builder::new().initial_window_size(window).handshake(stream);
        let (requests, connection) = handshake.await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { requests })
    }

    /// Begins a request, and gives what sends its body and what comes back.
    ///
    /// # Errors
    /// The connection is at its end.
    pub async fn begin(
        &mut self,
        request: http::Request<()>,
        is_whole: bool,
    ) -> Result<(h2::client::ResponseFuture, h2::SendStream<Bytes>), h2::Error> {
        let mut requests = self.requests.clone().ready().await?;
        requests.send_request(request, is_whole)
    }

    /// A status and a body.
    ///
    /// # Errors
    /// The connection or the stream broke.
    pub async fn send(&mut self, request: http::Request<&str>) -> Result<(http::response::Parts, String), h2::Error> {
        let (head, body) = request.into_parts();
        let (response, mut stream) = self.begin(http::Request::from_parts(head, ()), body.is_empty()).await?;
        if !body.is_empty() {
            stream.send_data(Bytes::copy_from_slice(body.as_bytes()), true)?;
        }
        let response = timeout(PATIENCE, response).await.expect("an answer")?;
        let (head, body) = response.into_parts();
        Ok((head, text(body).await?))
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// The connection or the stream broke.
    pub async fn get(&mut self, path: &str) -> Result<(u16, String), h2::Error> {
        let request = http::Request::get(format!("https://localhost{path}")).body("").expect("a request");
        self.send(request).await.map(|(head, body)| (head.status.as_u16(), body))
    }
}

async fn text(mut body: RecvStream) -> Result<String, h2::Error> {
    let mut text = Vec::new();
    while let Some(piece) = timeout(PATIENCE, body.data()).await.expect("a piece") {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Sends, and reads until the server closes, in whichever way.
pub async fn exchange(stream: &mut TlsStream<TcpStream>, bytes: &[u8]) -> Vec<u8> {
    let mut received = Vec::new();
    let (mut reader, mut writer) = tokio::io::split(stream);
    let write = async {
        // It may be closed already.
        let _ = writer.write_all(bytes).await;
    };
    let read = async {
        let _ = timeout(PATIENCE, reader.read_to_end(&mut received)).await.expect("the server closes");
    };
    futures::future::join(write, read).await;
    received
}
