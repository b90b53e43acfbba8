//! From a connection of TCP to one of HTTP: over TLS, if that is spoken here.

use std::{io, time::Duration};

use ironplate_web::Stage;
use tokio::{
    io::AsyncBufReadExt,
    net::TcpStream,
    select,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::either::Either;

use super::socket::Socket;
use crate::{certificate::HTTP2, config::ConnectionTimes, lifecycle::Stopper};

/// Whoever connects asks within this time, unless it is kept for later.
const FIRST_WORD: Duration = Duration::from_secs(1);

/// What all connections of a server have in common.
#[derive(Clone)]
pub(super) struct ConnectionOptions {
    /// Says when connections without a request are to end.
    pub(super) leave: Stopper,
    /// While it drains, clients are asked to connect elsewhere.
    pub(super) stage: Stage,
    pub(super) times: ConnectionTimes,
    /// If TLS is spoken.
    pub(super) tls: Option<TlsAcceptor>,
}

/// What bytes of HTTP come and go on: plainly, or over TLS.
pub(super) type Transport = Either<Socket, Box<TlsStream<Socket>>>;

pub(super) fn socket(transport: &Transport) -> &Socket {
    match transport {
        Either::Left(socket) => socket,
        Either::Right(tls) => tls.get_ref().0,
    }
}

/// The versions of HTTP that differ on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

/// Waits for the first byte. Browsers and pools connect before they have something to ask: to answer that with 408, as
/// actix would, is an answer to whatever they ask next.
pub(super) async fn accept(stream: TcpStream, options: &ConnectionOptions) -> io::Result<(Transport, Version)> {
    let mut socket = Socket::new(stream, options.times.write);
    in_time(socket.readable(), options).await?;
    let Some(acceptor) = &options.tls else { return Ok((Either::Left(socket), Version::Http1)) };
    socket.begin_handshake();
    let mut tls = timeout(options.times.head, acceptor.accept(socket)).await??;
    tls.get_mut().0.end_handshake();
    in_time(async { tls.fill_buf().await.map(drop) }, options).await?;
    let version = match tls.get_ref().1.alpn_protocol() {
        Some(HTTP2) => Version::Http2,
        _ => Version::Http1,
    };
    Ok((Either::Right(Box::new(tls)), version))
}

/// An error if that takes longer than a connection is kept on which nothing is asked.
async fn in_time(first_byte: impl Future<Output = io::Result<()>>, options: &ConnectionOptions) -> io::Result<()> {
    let (begun, mut leave) = (Instant::now(), options.leave.watch());
    let is_over = async {
        leave.wanted().await;
        // It may have connected just now.
        sleep_until(begun + FIRST_WORD).await;
    };
    select! {
        biased;
        first_byte = first_byte => first_byte,
        () = is_over => Err(io::ErrorKind::TimedOut.into()),
        () = sleep(options.times.keep_alive) => Err(io::ErrorKind::TimedOut.into()),
    }
}
