//! A PostgreSQL server of a test's own, and a standby that follows it.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use ironplate_skip::skip;
use rustix::process::getuid;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{free_address, until};

/// Both, in folders that go with them.
pub struct Standby {
    binaries: PathBuf,
    folder: TempDir,
    primary: u16,
    follower: u16,
}

impl Standby {
    /// Makes a server and starts a standby from a copy of it. `None` where PostgreSQL's programs are not on this machine.
    #[must_use]
    pub fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            skip("with a standby: there is no initdb in /usr/lib/postgresql");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        own(folder.path());
        let pair = Self { binaries, folder, primary: free_address().port(), follower: free_address().port() };
        pair.run("initdb", &["-D", "primary", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]);
        pair.start_server("primary", pair.primary);
        let port = pair.primary.to_string();
        pair.run(
            "pg_basebackup",
            &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", "standby", "-R", "-c", "fast"],
        );
        pair.start_server("standby", pair.follower);
        Some(pair)
    }

    /// The address of the server that takes writes.
    #[must_use]
    pub fn primary_url(&self) -> String {
        url(self.primary)
    }

    /// The address of the one that follows it.
    #[must_use]
    pub fn standby_url(&self) -> String {
        url(self.follower)
    }

    /// Runs statements on the server.
    pub async fn execute(&self, statements: &str) {
        execute(&self.primary_url(), statements).await;
    }

    /// Waits until the standby has all that the server has, and keeps it there.
    pub async fn pause(&self) {
        let position = value(&self.primary_url(), "SELECT pg_current_wal_flush_lsn()::text").await;
        let has_all = format!("SELECT (pg_last_wal_replay_lsn() >= '{position}')::text");
        until("the standby has all", async || (value(&self.standby_url(), &has_all).await == "true").then_some(()))
            .await;
        execute(&self.standby_url(), "SELECT pg_wal_replay_pause()").await;
        let is_paused = "SELECT (pg_get_wal_replay_pause_state() = 'paused')::text";
        until("it is paused", async || (value(&self.standby_url(), is_paused).await == "true").then_some(())).await;
    }

    /// Ends the standby.
    pub fn stop_standby(&self) {
        self.run("pg_ctl", &["-D", "standby", "-m", "immediate", "-w", "stop"]);
    }

    fn start_server(&self, name: &str, port: u16) {
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=50 \
             -c shared_buffers=32MB"
        );
        self.run("pg_ctl", &["-D", name, "-o", &options, "-l", &format!("{name}.log"), "-w", "start"]);
    }

    /// As a user that PostgreSQL runs as, which root is not.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.binaries.join(program);
        let mut command = if getuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let log = fs::File::create(self.folder.path().join("output")).expect("a file");
        let errors = log.try_clone().expect("a file");
        let command = command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        let status = command.stdout(log).stderr(errors).status().expect("PostgreSQL's program");
        let output = fs::read_to_string(self.folder.path().join("output")).unwrap_or_default();
        assert!(status.success(), "{}: {output}", program.display());
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        for name in ["standby", "primary"] {
            let Ok(file) = fs::read_to_string(self.folder.path().join(name).join("postmaster.pid")) else { continue };
            let Some(pid) = file.lines().next() else { continue };
            // At once: nobody needs what is in it.
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
    }
}

fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

/// The newest of this machine.
fn binaries() -> Option<PathBuf> {
    let versions =
        fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok).map(|entry| entry.path().join("bin"));
    versions.filter(|binaries| binaries.join("initdb").exists()).max()
}

fn own(folder: &Path) {
    if getuid().is_root() {
        let id = |option| {
            let told = Command::new("id").args([option, "postgres"]).output().expect("id");
            String::from_utf8_lossy(&told.stdout).trim().parse().expect("the user postgres")
        };
        chown(folder, Some(id("-u")), Some(id("-g"))).expect("a folder of the user postgres");
    }
}

async fn execute(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client.batch_execute(statements).await.expect("the statements done");
}

async fn value(url: &str, query: &str) -> String {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client.query_one(query, &[]).await.expect("a row").get(0)
}
