//! What systemd is told, where it asks for it: that the process is ready (`Type=notify`), alive (`WatchdogSec=`), and stopping. By
//! `sd_notify(3)`: a word in a datagram.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::unix::{
        ffi::OsStrExt,
        net::{SocketAddr, UnixDatagram},
    },
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::interval;

use crate::lifecycle::Stop;

/// Who started the process, and wants to hear of it.
#[derive(Debug)]
pub(crate) struct ServiceManager {
    /// Where it listens: a path, or a name behind an `@`, which is in no folder.
    pub(crate) socket: OsString,
    /// A process that says nothing for so long is taken for dead; `None` where nobody minds.
    pub(crate) patience: Option<Duration>,
}

/// From here on the process does what it is there for, until it is to stop.
pub(crate) fn ready(manager: Option<ServiceManager>, mut stop: Stop) {
    let Some(ServiceManager { socket, patience }) = manager else { return };
    let notifier = Arc::new(Notifier { socket, has_failed: AtomicBool::new(false) });
    notifier.tell("READY=1");
    tokio::spawn({
        let notifier = notifier.clone();
        async move {
            stop.wanted().await;
            notifier.tell("STOPPING=1");
        }
    });
    // A process whose tasks hang says nothing any more, and is started anew.
    if let Some(patience) = patience {
        tokio::spawn(async move {
            let mut often = interval(patience / 3);
            loop {
                often.tick().await;
                notifier.tell("WATCHDOG=1");
            }
        });
    }
}

struct Notifier {
    socket: OsString,
    has_failed: AtomicBool,
}

impl Notifier {
    /// A failure is told once: what follows from it is that the process is taken for one that never became ready.
    fn tell(&self, word: &str) {
        if let Err(error) = send(&self.socket, word)
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            let socket = self.socket.display();
            tracing::warn!(%socket, %error, "the service manager is not told how the process is (NOTIFY_SOCKET)");
        }
    }
}

fn send(socket: &OsStr, word: &str) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    // Whoever does not read must not hold up what serves.
    sender.set_nonblocking(true)?;
    sender.connect_addr(&address(socket)?)?;
    sender.send(word.as_bytes()).map(drop)
}

#[cfg(target_os = "linux")]
fn address(socket: &OsStr) -> io::Result<SocketAddr> {
    use std::os::linux::net::SocketAddrExt;

    match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
        _ => SocketAddr::from_pathname(socket),
    }
}

/// Other systems have no names outside of folders.
#[cfg(not(target_os = "linux"))]
fn address(socket: &OsStr) -> io::Result<SocketAddr> {
    SocketAddr::from_pathname(socket)
}
