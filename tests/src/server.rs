//! A server that is ready.

use std::{net::SocketAddr, sync::Arc};

use serde_json::Value;

use crate::{Client, Finished, Process, SUPERUSER, Signal, setup::Place, until};

/// A running server; killed when dropped.
pub struct Server {
    process: Process,
    address: SocketAddr,
    /// Let go of after the process.
    place: Arc<Place>,
}

impl Server {
    /// Waits until the process tells its address and is ready.
    pub(crate) async fn ready(mut process: Process, place: Arc<Place>) -> Self {
        let address = until("the server tells its address", async || {
            let ended = process.ended();
            assert!(ended.is_none(), "the server ended: {}", process.stderr());
            address_in_banner(&process.stdout()).or_else(|| address_in_log(&process.stderr()))
        })
        .await;
        Self::ready_at(address, process, place).await
    }

    /// Waits until the process is ready at this address.
    pub(crate) async fn ready_at(address: SocketAddr, process: Process, place: Arc<Place>) -> Self {
        let server = Self { process, address, place };
        let client = server.client();
        until("the server is ready", async || {
            client.try_get("/readyz").await.ok().filter(|answer| answer.status == 200)
        })
        .await;
        server
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client that nobody knows yet.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::of(self.address)
    }

    /// A client with a session of the first superuser.
    pub async fn superuser(&self) -> Client {
        self.client().log_in(SUPERUSER).await
    }

    /// What it has printed so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.process.stdout()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.process.stderr()
    }

    /// The most memory that it ever had in use, in KiB.
    #[must_use]
    pub fn peak_memory_kib(&self) -> u64 {
        self.process.peak_memory_kib()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Waits for its end.
    pub async fn finish(self) -> Finished {
        let Self { process, place: _place, .. } = self;
        process.finish().await
    }

    /// Asks it to stop, and reads only now what it said.
    pub async fn stop_and_read(self) -> Finished {
        self.signal(Signal::TERM);
        let Self { process, place: _place, .. } = self;
        process.read_at_last().await
    }

    /// Asks it to stop, and waits for its end.
    pub async fn stop(self) -> Finished {
        self.signal(Signal::TERM);
        self.finish().await
    }
}

fn address_in_banner(banner: &str) -> Option<SocketAddr> {
    let line = banner.lines().find(|line| line.contains("Address "))?;
    line.split_once("http://")?.1.trim().parse().ok()
}

/// In production there is no banner, and the log is for machines.
fn address_in_log(log: &str) -> Option<SocketAddr> {
    let mut events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.find_map(|event| event["address"].as_str()?.parse().ok())
}
