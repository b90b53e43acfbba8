//! A place to run the binary in: a folder and variables.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Command,
    sync::Arc,
};

use tempfile::TempDir;

use crate::{Database, Finished, PASSWORD, Process, SUPERUSER, Server, SmtpServer, binary::binary};

/// Where the web client lives, as far as the binary knows.
pub const FRONTEND: &str = "https://app.example.test";

/// Whom mail comes from.
pub const SENDER: &str = "noreply@example.com";

/// What signs access tokens.
pub const SIGNING_KEY: &str = "6dXk1Qm9vTz3Rb8sYw2Lh5Pn0Jc4Fg7U";

/// A folder of its own and the variables that the binary is given; started twice, it is a restart.
#[derive(Clone)]
pub struct Setup {
    place: Arc<Place>,
    variables: BTreeMap<String, String>,
    log: Log,
    open_files: Option<u64>,
}

/// Where log lines go.
#[derive(Clone, Copy, Default)]
pub(crate) enum Log {
    /// Kept, to be looked at.
    #[default]
    Kept,
    /// To a disk that is full.
    Full,
    /// With all else it says, into a pipe that is full and that nobody reads.
    Stuck,
}

/// What is on the disk; there as long as a server may use it.
pub(crate) struct Place {
    folder: TempDir,
    #[expect(dead_code, reason = "only to be kept")]
    database: Option<Database>,
}

impl Setup {
    /// An empty folder and nothing set: what a newcomer has.
    #[must_use]
    pub fn bare() -> Self {
        Self::with_database(None)
    }

    fn with_database(database: Option<Database>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self {
            place: Arc::new(Place { folder, database }),
            variables: BTreeMap::new(),
            log: Log::Kept,
            open_files: None,
        }
    }

    /// On this database, with quick passwords, a known superuser, a key that all servers share, and a pool so small
    /// that one lost connection shows.
    #[must_use]
    pub fn on(database: &Database) -> Self {
        Self::with_database(Some(database.clone()))
            .with("ENVIRONMENT", "test")
            .with("DATABASE_URL", &database.url())
            .with("SECRET_KEY", SIGNING_KEY)
            .with("FIRST_SUPERUSER", SUPERUSER)
            .with("FIRST_SUPERUSER_PASSWORD", PASSWORD)
            .with("IRONPLATE__DATABASE__CONNECTIONS", "3")
            // Crowds of log-ins must not end one another's sessions.
            .with("IRONPLATE__SESSIONS__MOST_PER_USER", "1000")
            .with("IRONPLATE__ORGANIZATIONS__MOST_PER_USER", "10000")
            // On a busy machine a queue is no fault.
            .with("IRONPLATE__DATABASE__ACQUIRE_TIMEOUT", "40")
    }

    /// With mail that goes to this server, and links that lead to [`FRONTEND`].
    #[must_use]
    pub fn with_mail_to(self, smtp: &SmtpServer) -> Self {
        self.with("SMTP_HOST", &smtp.address().ip().to_string())
            .with("SMTP_PORT", &smtp.address().port().to_string())
            .with("SMTP_TLS", "false")
            .with("EMAILS_FROM_EMAIL", SENDER)
            .with("FRONTEND_HOST", FRONTEND)
    }

    /// Over TLS, with what [`TestCertificate::put_into`](crate::TestCertificate::put_into) puts into its folder.
    #[must_use]
    pub fn with_tls(self) -> Self {
        self.with("IRONPLATE__HTTP__TLS_CERTIFICATE", "tls.pem").with("IRONPLATE__HTTP__TLS_KEY", "tls.key")
    }

    /// Behind a proxy on this machine, which tells where requests come from: see
    /// [`Client::at_address`](crate::Client::at_address).
    #[must_use]
    pub fn behind_proxy(self) -> Self {
        self.with("IRONPLATE__HTTP__TRUSTED_PROXIES", "127.0.0.1/32")
    }

    /// With this limit in force, such as `log_in_per_address`.
    #[must_use]
    pub fn with_limit(self, name: &str, quota: &str) -> Self {
        self.with(&format!("IRONPLATE__LIMITS__{}", name.to_uppercase()), quota)
    }

    /// With this variable set.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// With a log that takes no line.
    #[must_use]
    pub fn with_full_log(self) -> Self {
        Self { log: Log::Full, ..self }
    }

    /// With a full pipe in place of all output, which nobody reads.
    #[must_use]
    pub fn with_stuck_log(self) -> Self {
        Self { log: Log::Stuck, ..self }
    }

    /// With so many open files at the most.
    #[must_use]
    pub fn with_open_files(self, most: u64) -> Self {
        Self { open_files: Some(most), ..self }
    }

    /// With this variable not set.
    #[must_use]
    pub fn without(mut self, variable: &str) -> Self {
        self.variables.remove(variable);
        self
    }

    /// Where the binary runs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.place.folder.path()
    }

    /// Starts a server on a port that the system chooses, and waits until it is ready.
    pub async fn start(&self) -> Server {
        let process = self.spawn(&["--address", "127.0.0.1:0"], "");
        Server::ready(process, self.place.clone()).await
    }

    /// Starts a server whose mailed links lead to itself, and waits until it is ready: its port is known before.
    pub async fn start_with_links_to_itself(&self) -> Server {
        let address = free_address();
        Server::ready_at(address, self.spawn_at(address), self.place.clone()).await
    }

    /// Starts a server that people reach as `localhost`, and waits until it is ready: passkeys need a domain.
    pub async fn start_on_localhost(&self) -> Server {
        let address = free_address();
        let reached = self.clone().with("FRONTEND_HOST", &format!("http://localhost:{}", address.port()));
        Server::ready_at(address, reached.spawn_at(address), self.place.clone()).await
    }

    /// Starts a server at this address, ready or not.
    #[must_use]
    pub fn spawn_at(&self, address: SocketAddr) -> Process {
        self.spawn(&["--address", &address.to_string()], "")
    }

    /// Waits until a process that was started at this address is a server that is ready.
    pub async fn ready(&self, process: Process, address: SocketAddr) -> Server {
        Server::ready_at(address, process, self.place.clone()).await
    }

    /// Starts a server at this address, and waits for nothing.
    #[must_use]
    pub fn start_at(&self, address: &str) -> Process {
        self.spawn(&["--address", address], "")
    }

    /// Starts a worker that sends mail and does nothing else.
    #[must_use]
    pub fn start_worker(&self) -> Process {
        self.spawn(&["worker"], "")
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with_input(arguments, "").await
    }

    /// Runs a command to its end; it reads `input`.
    pub async fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        self.spawn(arguments, input).finish().await
    }

    /// Starts a command that reads `input`, and waits for nothing.
    #[must_use]
    pub fn spawn(&self, arguments: &[&str], input: &str) -> Process {
        self.spawn_with(arguments, Some(input))
    }

    /// Starts a command that asks and is never answered.
    #[must_use]
    pub fn spawn_unanswered(&self, arguments: &[&str]) -> Process {
        self.spawn_with(arguments, None)
    }

    fn spawn_with(&self, arguments: &[&str], input: Option<&str>) -> Process {
        let mut command = match self.open_files {
            None => Command::new(binary()),
            Some(most) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("ulimit -n {most} && exec \"$0\" \"$@\"")]).arg(binary());
                shell
            }
        };
        command.args(arguments).current_dir(self.folder()).env_clear().envs(&self.variables);
        Process::spawn(command, input, self.log)
    }
}

/// A port that nobody listens on, as far as one can know.
#[must_use]
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port that is free")
}
