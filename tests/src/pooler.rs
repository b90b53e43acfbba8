//! A pooler, between a server and its database.

use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
};

use ironplate_skip::skip;
use rustix::process::getuid;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{Schema, free_address, until};

/// One that gives each transaction, or each session, whichever connection is free. It keeps no prepared statements.
pub struct Pooler {
    address: SocketAddr,
    process: Child,
    #[expect(dead_code, reason = "only to be kept")]
    folder: TempDir,
}

impl Pooler {
    /// Starts one in this `pool_mode` before a server. `None` where `pgbouncer` is not installed.
    pub async fn before(schema: &Schema, mode: &str) -> Option<Self> {
        let version = Command::new("pgbouncer").arg("--version").output();
        let Ok(version) = version else {
            skip("behind PgBouncer: there is no pgbouncer");
            return None;
        };
        // Before 1.21 there is no such setting, and nothing is kept.
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let minor = version.split(['.', '\n']).nth(1).and_then(|minor| minor.parse::<u32>().ok());
        let keeps_none = if minor >= Some(21) { "max_prepared_statements = 0" } else { "" };
        let (folder, address, (host, port)) = (TempDir::new().expect("a folder"), free_address(), schema.server());
        let settings = format!(
            "[databases]\n* = host={host} port={port} user=postgres\n[pgbouncer]\nlisten_addr = {}\nlisten_port = {}\nunix_socket_dir =\n\
             auth_type = any\n{keeps_none}\npool_mode = {mode}\nignore_startup_parameters = options\n",
            address.ip(),
            address.port()
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).expect("a file");
        // It refuses to run as root, and must read the file as whom it becomes.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a folder that can be entered");
        let mut command = Command::new("pgbouncer");
        if getuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let process = command.arg("--quiet").arg(&file).stdin(Stdio::null()).spawn().expect("PgBouncer");
        let pooler = Self { address, process, folder };
        until("PgBouncer listens", async || TcpStream::connect(address).await.ok()).await;
        Some(pooler)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // One that is gone already is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
