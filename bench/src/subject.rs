//! Who is measured: the server as it is delivered, and the baseline.

use std::{fs::File, net::SocketAddr, path::PathBuf, process::Command, time::Duration};

use serde::Deserialize;

use crate::{
    Outcome, baseline,
    database::Database,
    http::Connection,
    process::{Server, free_address},
    requests,
};

/// Says that it can serve, and not only that it runs.
const READY: &str = "/readyz";

pub(crate) struct Binaries {
    product: PathBuf,
    bench: PathBuf,
}

/// What is off: all requests come from one address.
const LIMITS: [&str; 11] = [
    "REQUESTS_PER_CLIENT",
    "LOG_IN_PER_ADDRESS",
    "LOG_IN_PER_ACCOUNT",
    "LOG_IN_PER_KNOWN_CLIENT",
    "SIGN_UP_PER_ADDRESS",
    "RECOVERY_PER_ADDRESS",
    "MAIL_PER_RECIPIENT",
    "ORGANIZATIONS_PER_ACCOUNT",
    "INVITATIONS_PER_ACCOUNT",
    "INVITATIONS_PER_ORGANIZATION",
    "INVITATIONS_PER_RECIPIENT",
];

impl Binaries {
    /// Who administers a server of [`product_verifying_first`](Self::product_verifying_first), with everybody's password.
    pub(crate) const SUPERUSER: &str = "root@example.com";

    /// Builds the server beside this program, so that what is measured is what the sources say.
    #[expect(clippy::disallowed_methods, reason = "what another cargo must not read is in the environment")]
    pub(crate) fn build() -> Outcome<Self> {
        if cfg!(debug_assertions) {
            return Err("only a release build is worth measuring: cargo run --release -p ironplate-bench".into());
        }
        let bench = std::env::current_exe()?;
        let folder = bench.parent().ok_or("a program without a folder")?;
        let target = folder.parent().ok_or("a program outside a target folder")?;
        let mut cargo = Command::new("cargo");
        // What cargo told this program of its own package: build scripts that read it would run anew, and all that is behind them.
        for (name, _) in std::env::vars() {
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(name);
            }
        }
        let built = cargo
            .args(["build", "--release", "--package", "ironplate-server", "--target-dir"])
            .arg(target)
            .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")])
            .status()?;
        if !built.success() {
            return Err("the server can't be built".into());
        }
        Ok(Self { product: folder.join("ironplate"), bench })
    }

    /// The server with all its defaults but for limits, in a folder of its own, logging into a file there.
    pub(crate) async fn product(&self, database: &Database) -> Outcome<(Server, Duration)> {
        self.start(database, &[]).await
    }

    /// The same with these settings.
    pub(crate) async fn product_with(&self, database: &Database, settings: &[(&str, &str)]) -> Outcome<Server> {
        Ok(self.start(database, settings).await?.0)
    }

    /// The same, sending mail by this server, also to whoever signs up.
    pub(crate) async fn product_verifying_first(&self, database: &Database, smtp: SocketAddr) -> Outcome<Server> {
        let (host, port) = (smtp.ip().to_string(), smtp.port().to_string());
        let settings = [
            ("IRONPLATE__REGISTRATION__MODE", "verify_first"),
            ("SMTP_HOST", &*host),
            ("SMTP_PORT", &port),
            ("SMTP_TLS", "false"),
            ("EMAILS_FROM_EMAIL", "noreply@example.com"),
            ("FIRST_SUPERUSER", Self::SUPERUSER),
            ("FIRST_SUPERUSER_PASSWORD", requests::PASSWORD),
        ];
        Ok(self.start(database, &settings).await?.0)
    }

    async fn start(&self, database: &Database, settings: &[(&str, &str)]) -> Outcome<(Server, Duration)> {
        let address = free_address()?;
        let log = File::options().create(true).append(true).open(database.folder().join("log"))?;
        let mut command = Command::new(&self.product);
        command.args(["--address", &address.to_string(), "--database-url", &database.url]);
        let limits = LIMITS.map(|limit| (format!("IRONPLATE__LIMITS__{limit}"), "off"));
        // So many that none of the rows ends for want of room.
        let room = ("IRONPLATE__ITEMS__MOST_PER_USER", "1000000");
        command
            .env_clear()
            .envs(limits)
            .envs([room])
            .envs(settings.iter().copied())
            .current_dir(database.folder())
            .stderr(log);
        Server::start(command, address, READY).await
    }

    pub(crate) async fn baseline(&self, database: &Database) -> Outcome<Server> {
        let address = free_address()?;
        let mut command = Command::new(&self.bench);
        command.env_clear().args([baseline::COMMAND, &address.to_string(), &database.url]);
        let (server, _) = Server::start(command, address, baseline::HEALTH).await?;
        Ok(server)
    }
}

/// Accounts on a server: one that has a hundred items, one that makes items, and a crowd that logs in.
pub(crate) struct People {
    pub(crate) reader: String,
    pub(crate) writer: String,
    pub(crate) crowd: Vec<String>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl People {
    pub(crate) const CROWD: usize = 32;
    const ITEMS: usize = 100;

    pub(crate) async fn invite(server: SocketAddr) -> Outcome<Self> {
        let mut connection = Connection::open(server).await?;
        let reader = sign_in(&mut connection, "reader@example.com").await?;
        let writer = sign_in(&mut connection, "writer@example.com").await?;
        for _ in 0..Self::ITEMS {
            connection.exchange(&requests::create_item(&reader)).await?;
        }
        let crowd: Vec<String> = (0..Self::CROWD).map(|number| format!("member{number}@example.com")).collect();
        for email in &crowd {
            connection.exchange(&requests::sign_up(email)).await?;
        }
        Ok(Self { reader, writer, crowd })
    }

    pub(crate) fn log_ins(&self) -> Vec<Vec<u8>> {
        self.crowd.iter().map(|email| requests::log_in(email)).collect()
    }
}

/// A new account's access token.
pub(crate) async fn sign_in(connection: &mut Connection, email: &str) -> Outcome<String> {
    connection.exchange(&requests::sign_up(email)).await?;
    log_in(connection, email).await
}

/// The access token of somebody who has an account.
pub(crate) async fn log_in(connection: &mut Connection, email: &str) -> Outcome<String> {
    let token: Token = connection.exchange_json(&requests::log_in(email)).await?;
    Ok(token.access_token)
}
