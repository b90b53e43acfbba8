//! A server as a process of its own: what it uses, and that it ends.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    pin::pin,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::time::interval;

use crate::{Outcome, http::Connection, requests};

/// Linux counts CPU time for processes in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

const PATIENCE: Duration = Duration::from_secs(20);

/// How often memory is looked at.
const GLANCE: Duration = Duration::from_millis(20);

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it and waits until `path` answers 200. Returns how long that took, too.
    pub(crate) async fn start(mut command: Command, address: SocketAddr, path: &str) -> Outcome<(Self, Duration)> {
        let begun = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut server = Self { child, address };
        let request = requests::get_anonymously(path);
        while !answers(address, &request).await {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("a server ended before it answered: {status}").into());
            }
            if begun.elapsed() > PATIENCE {
                return Err("a server does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok((server, begun.elapsed()))
    }

    /// The processor time it has used so far, in user and in system mode.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        cpu_of(&self.child.id().to_string())
    }

    /// Memory that it has resident, in MiB.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("a process without memory")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// The most memory that is seen while something is done, in MiB.
    pub(crate) async fn most_memory_during<T>(&self, done: impl Future<Output = Outcome<T>>) -> Outcome<(T, f64)> {
        let (mut done, mut most) = (pin!(done), self.memory()?);
        let mut glances = interval(GLANCE);
        loop {
            tokio::select! {
                done = &mut done => return Ok((done?, most)),
                _ = glances.tick() => most = f64::max(most, self.memory()?),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has already ended needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processor time of a process; `self` is this one.
pub(crate) fn cpu_of(process: &str) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in parentheses, may hold anything; user and system time are the 12th and 13th behind it.
    let (_, numbers) = stat.rsplit_once(')').ok_or("a process without a name")?;
    let ticks: Result<Vec<u32>, _> = numbers.split_whitespace().skip(11).take(2).map(str::parse).collect();
    Ok(TICK * ticks?.iter().sum::<u32>())
}

/// A port that was free a moment ago.
pub(crate) fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

async fn answers(address: SocketAddr, request: &[u8]) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    connection.exchange(request).await.is_ok()
}
