//! A connection that, as long as it is in clear, hands out no octet more than a reader asked a line for.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Begins a TLS handshake, and no SMTP command.
const TLS_HANDSHAKE: u8 = 0x16;

/// Somebody on the way may write replies in clear right behind the server's answer to STARTTLS. A reader that had them
/// in its buffer would take them for the server's own, said under TLS. Octet by octet, its buffer is empty when TLS
/// begins, and what was smuggled in spoils the handshake.
#[derive(Debug)]
pub(super) struct LineByLine {
    inner: TcpStream,
    is_in_clear: bool,
}

impl LineByLine {
    pub(super) const fn new(inner: TcpStream) -> Self {
        Self { inner, is_in_clear: true }
    }
}

impl AsyncRead for LineByLine {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.is_in_clear || buf.remaining() == 0 {
            return Pin::new(&mut self.inner).poll_read(context, buf);
        }
        let mut octet = [0];
        let mut one = ReadBuf::new(&mut octet);
        ready!(Pin::new(&mut self.inner).poll_read(context, &mut one))?;
        buf.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineByLine {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        if octets.first() == Some(&TLS_HANDSHAKE) {
            self.is_in_clear = false;
        }
        Pin::new(&mut self.inner).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl AsyncTokioStream for LineByLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }
}
