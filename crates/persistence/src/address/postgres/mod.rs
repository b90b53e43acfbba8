//! The address of a PostgreSQL server, read as libpq reads it.

mod reading;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, net::IpAddr, path::PathBuf, time::Duration};

use tokio_postgres::Config;

pub(super) use self::reading::OPTIONS;
use super::DatabaseUrlError;

const DEFAULT_PORT: u16 = 5432;

/// A PostgreSQL server, or several of which one is meant. Prints without user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    text: String,
    /// Whom to be there, and what to ask of the server: all but where it is.
    pub(crate) startup: Config,
    /// Tried in this order.
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) session_attrs: SessionAttrs,
    pub(crate) tls: TlsMode,
    pub(crate) root_cert: Option<PathBuf>,
    pub(crate) liveness: Liveness,
}

/// Where a server may listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// The name is what a certificate must be for; the address, if there is one, spares looking the name up.
    Tcp { name: String, address: Option<IpAddr> },
    /// The folder of a socket.
    Socket(PathBuf),
}

/// What a server must be, to be the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionAttrs {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsMode {
    Disable,
    /// If the server has it.
    Prefer,
    /// With a certificate that is verified.
    Verify,
    /// Encrypted, but to whom is anybody's guess. Only for whoever asks for it by name.
    NoVerify,
}

/// How a connection that is dead is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Liveness {
    /// `None` leaves it to the caller.
    pub(crate) connect_timeout: Option<Duration>,
    /// `None`: no probes.
    pub(crate) keepalive: Option<Keepalive>,
    /// How long data may stay unacknowledged; `None` leaves it to the system.
    pub(crate) tcp_user_timeout: Option<Duration>,
}

/// A firewall that forgot a connection is noticed within a minute, not after the system's two hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keepalive {
    pub(crate) idle: Duration,
    pub(crate) interval: Duration,
    pub(crate) count: u32,
}

impl Default for Liveness {
    fn default() -> Self {
        let keepalive = Keepalive { idle: Duration::from_secs(20), interval: Duration::from_secs(5), count: 3 };
        Self { connect_timeout: None, keepalive: Some(keepalive), tcp_user_timeout: Some(Duration::from_secs(10)) }
    }
}

impl PostgresUrl {
    /// `rest` is what follows the two slashes in `text`.
    pub(super) fn parse(text: &str, rest: &str) -> Result<Self, DatabaseUrlError> {
        reading::read(text, rest)
    }

    /// The whole address, password and all: for whoever connects by it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn password(&self) -> Option<Cow<'_, str>> {
        self.startup.get_password().map(String::from_utf8_lossy)
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.startup.get_dbname().or(self.startup.get_user()).unwrap_or_default();
        let is_tcp = |endpoint: &&Endpoint| matches!(endpoint.host, Host::Tcp { .. });
        let hosts: Vec<String> = self.endpoints.iter().filter(is_tcp).map(ToString::to_string).collect();
        write!(out, "postgres://{}/{name}", hosts.join(","))?;
        match self.endpoints.iter().find(|endpoint| !is_tcp(endpoint)) {
            Some(socket) => write!(out, "?host={socket}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PostgresUrl({self})")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp { name, .. } if name.contains(':') => write!(out, "[{name}]:{}", self.port),
            Host::Tcp { name, .. } => write!(out, "{name}:{}", self.port),
            Host::Socket(folder) if self.port == DEFAULT_PORT => folder.display().fmt(out),
            Host::Socket(folder) => write!(out, "{}&port={}", folder.display(), self.port),
        }
    }
}
