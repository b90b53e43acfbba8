//! The socket that listens.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use tokio::net::TcpSocket;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

pub(super) fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

pub(super) fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    socket.listen(BACKLOG)?.into_std()
}

/// From here on nobody new gets a connection, and those that have one are all accepted. Without this, somebody always
/// connects between the last accept and the end of the socket, and is reset. Their system asks again after a second, and is
/// refused then, which is no failure: nothing was sent.
#[cfg(target_os = "linux")]
pub(super) fn turn_newcomers_away(listener: &TcpListener) {
    if let Err(error) = socket2::SockRef::from(listener).attach_filter(&filter::NO_FIRST_SEGMENTS) {
        tracing::debug!(%error, "connections that begin just now may be reset");
    }
}

/// Other systems have nothing of the kind.
#[cfg(not(target_os = "linux"))]
pub(super) fn turn_newcomers_away(_: &TcpListener) {}

/// A program for the kernel's packet filter (BPF), which is given segments from their TCP header on.
#[cfg(target_os = "linux")]
mod filter {
    use socket2::SockFilter;

    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    const ACK: u32 = 0x10;

    const LOAD_BYTE: u16 = 0x30;
    const AND: u16 = 0x54;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    const NOTHING: u32 = 0;
    const ALL: u32 = u32::MAX;

    pub(super) const NO_FIRST_SEGMENTS: [SockFilter; 5] = [
        SockFilter::new(LOAD_BYTE, 0, 0, FLAGS),
        SockFilter::new(AND, 0, 0, SYN | ACK),
        SockFilter::new(JUMP_IF_EQUAL, 0, 1, SYN),
        SockFilter::new(RETURN, 0, 0, NOTHING),
        SockFilter::new(RETURN, 0, 0, ALL),
    ];
}
