//! The load: connections that ask, wait for the answer, and ask again.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::timeout};

use crate::{Outcome, http::Connection};

/// A server that takes longer to finish has stopped working.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    /// The connections take these in turn and keep what they took.
    pub(crate) requests: Arc<Vec<Vec<u8>>>,
    pub(crate) connections: usize,
    /// How long a connection rests between an answer and the next request.
    pub(crate) pause: Duration,
}

pub(crate) struct Answered {
    pub(crate) latencies: Vec<Duration>,
    /// Until the last answer came.
    pub(crate) elapsed: Duration,
}

impl Load {
    /// As fast as the server answers.
    pub(crate) fn flat_out(address: SocketAddr, requests: Vec<Vec<u8>>, connections: usize) -> Self {
        Self { address, requests: Arc::new(requests), connections, pause: Duration::ZERO }
    }

    /// Every connection asks for that long; answers to what was asked by then are waited for.
    pub(crate) async fn run(&self, time: Duration) -> Outcome<Answered> {
        let mut open = Vec::new();
        for _ in 0..self.connections {
            open.push(Connection::open(self.address).await?);
        }
        let begun = Instant::now();
        let mut asking = JoinSet::new();
        for (number, connection) in open.into_iter().enumerate() {
            asking.spawn(ask(connection, self.clone(), number, begun + time));
        }
        let mut latencies = Vec::new();
        let all = async {
            while let Some(asked) = asking.join_next().await {
                latencies.append(&mut asked??);
            }
            Outcome::Ok(())
        };
        timeout(time + PATIENCE, all).await.map_err(|_| "the server stopped answering")??;
        Ok(Answered { latencies, elapsed: begun.elapsed() })
    }
}

async fn ask(mut connection: Connection, load: Load, number: usize, until: Instant) -> Outcome<Vec<Duration>> {
    let request = load.requests.iter().cycle().nth(number).ok_or("nothing to ask")?;
    let mut latencies = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= until {
            return Ok(latencies);
        }
        connection.exchange(request).await?;
        latencies.push(asked.elapsed());
        if !load.pause.is_zero() {
            tokio::time::sleep(load.pause).await;
        }
    }
}
