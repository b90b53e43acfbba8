//! The socket below a connection. Whoever does not read what is written to them is not waited for for ever.

use std::{
    io,
    mem::MaybeUninit,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// What a client has to say in a handshake of TLS is some two thousand bytes. rustls would keep 64 KiB for each. A request that comes
/// right behind it is left to be read afterwards.
const MAX_HANDSHAKE: usize = 16 * 1024;

pub(super) struct Socket {
    stream: TcpStream,
    handshake: Handshake,
    /// How long nothing may be taken of what is written.
    patience: Duration,
    /// Since nothing is taken.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// How much is still read of one.
#[derive(Clone, Copy)]
enum Handshake {
    /// There is none.
    Over,
    Within(usize),
    /// All that may be was read, which is enough for one that is complete.
    Exceeded,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, handshake: Handshake::Over, patience, stalled: None }
    }

    pub(super) fn begin_handshake(&mut self) {
        self.handshake = Handshake::Within(MAX_HANDSHAKE);
    }

    pub(super) fn end_handshake(&mut self) {
        self.handshake = Handshake::Over;
    }

    pub(super) fn client(&self) -> Option<SocketAddr> {
        self.stream.peer_addr().ok()
    }

    pub(super) async fn readable(&self) -> io::Result<()> {
        self.stream.readable().await
    }

    /// The runtime hears of bytes a little later than the system, which is asked here.
    pub(super) fn has_bytes(&self) -> bool {
        SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|count| count > 0)
    }

    /// What was polled, or an error when that is pending for too long.
    fn in_time<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        stalled.as_mut().poll(context).map(|()| {
            // What the system still holds for them goes, too.
            let _ = self.stream.set_zero_linger();
            Err(io::ErrorKind::TimedOut.into())
        })
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.handshake {
            Handshake::Over => Pin::new(&mut this.stream).poll_read(context, buffer),
            Handshake::Within(0) => {
                this.handshake = Handshake::Exceeded;
                // One that is not complete asks once more.
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Handshake::Within(left) => {
                let most = left.min(buffer.remaining());
                let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
                ready!(Pin::new(&mut this.stream).poll_read(context, &mut part))?;
                let count = part.filled().len();
                buffer.advance(count);
                this.handshake = Handshake::Within(left - count);
                Poll::Ready(Ok(()))
            }
            Handshake::Exceeded => Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.in_time(context, polled)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
