//! The address of a PostgreSQL server, read as libpq reads it.

use std::{borrow::Cow, fmt, fs, net::IpAddr, path::PathBuf, time::Duration};

use percent_encoding::percent_decode_str;
use tokio_postgres::{
    Config,
    config::{ChannelBinding, SslNegotiation},
};

use super::DatabaseUrlError;

/// What may stand after the question mark.
pub(super) const OPTIONS: &[&str] = &[
    "user",
    "password",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "application_name",
    "options",
    "target_session_attrs",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslmode",
    "sslrootcert",
    "sslnegotiation",
    "channel_binding",
];

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
        let parts = Parts::split(rest)?;
        let mut reading = Reading::default();
        if let Some(credentials) = parts.credentials {
            let (user, password) = credentials.split_once(':').map_or((credentials, None), |(u, p)| (u, Some(p)));
            reading.set("user", &unescaped(user)?)?;
            if let Some(password) = password {
                reading.set("password", &unescaped(password)?)?;
            }
        }
        reading.authority(parts.authority)?;
        if !parts.database.is_empty() {
            reading.set("dbname", &unescaped(parts.database)?)?;
        }
        for option in parts.query.split('&').filter(|option| !option.is_empty()) {
            let Some((name, value)) = option.split_once('=') else {
                return Err(malformed("every option after ? is NAME=VALUE"));
            };
            reading.set(&unescaped(name)?, &unescaped(value)?)?;
        }
        reading.finish(text)
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

/// The text, taken apart.
struct Parts<'a> {
    credentials: Option<&'a str>,
    authority: &'a str,
    database: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn split(rest: &'a str) -> Result<Self, DatabaseUrlError> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (before, after) = rest.split_at(end);
        // A password that holds one of these ends early: what was meant for it is then taken for a port or a name.
        if let Some(delimiter) = after.chars().next() {
            let path = after.split_once('?').map_or(after, |(path, _)| path);
            let (_, port) = before.rsplit_once(':').unwrap_or_default();
            let cut_short = !before.contains('@') && after.contains('@') && port.parse::<u16>().is_err();
            if (cut_short && !port.is_empty()) || (!before.contains('@') && path.contains('@')) {
                return Err(DatabaseUrlError::Unescaped(delimiter));
            }
        }
        if rest.contains('#') {
            return Err(DatabaseUrlError::Unescaped('#'));
        }
        let (credentials, authority) = match before.rsplit_once('@') {
            Some((credentials, _)) if credentials.contains('@') => return Err(DatabaseUrlError::Unescaped('@')),
            Some((credentials, authority)) => (Some(credentials), authority),
            None => (None, before),
        };
        let (path, query) = after.split_once('?').unwrap_or((after, ""));
        Ok(Self { credentials, authority, database: path.strip_prefix('/').unwrap_or(path), query })
    }
}

/// What has been read so far. Later words win, as with libpq.
struct Reading {
    startup: Config,
    hosts: Vec<String>,
    addresses: Vec<IpAddr>,
    ports: Vec<u16>,
    session_attrs: SessionAttrs,
    tls: Option<TlsMode>,
    root_cert: Option<PathBuf>,
    liveness: Liveness,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            startup: Config::new(),
            hosts: Vec::new(),
            addresses: Vec::new(),
            ports: Vec::new(),
            session_attrs: SessionAttrs::Any,
            tls: None,
            root_cert: None,
            liveness: Liveness::default(),
        }
    }
}

impl Reading {
    /// `host`, `host:port`, `[::1]:port`, and several of them with commas between.
    fn authority(&mut self, text: &str) -> Result<(), DatabaseUrlError> {
        if text.is_empty() {
            return Ok(());
        }
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        for part in text.split(',') {
            let (host, port) = match part.strip_prefix('[') {
                Some(bracketed) => bracketed.split_once(']').ok_or_else(|| malformed("an IPv6 address ends with ]"))?,
                None => part.find(':').map_or((part, ""), |at| part.split_at(at)),
            };
            hosts.push(unescaped(host)?.into_owned());
            ports.push(match port.strip_prefix(':') {
                Some(port) => port.to_owned(),
                None if port.is_empty() => String::new(),
                None => return Err(malformed("after ] comes a colon and the port")),
            });
        }
        self.set("port", &ports.join(","))?;
        // A port alone leaves the host to the option, or to the default.
        if hosts.iter().any(|host| !host.is_empty()) {
            self.hosts = hosts;
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), DatabaseUrlError> {
        let must_be = |expected| DatabaseUrlError::OptionValue { name: name.to_owned(), expected };
        let number = || value.parse::<u32>().map_err(|_| must_be("a whole number"));
        let seconds = || number().map(|seconds| Duration::from_secs(seconds.into()));
        let unless_zero = |time: Duration| (!time.is_zero()).then_some(time);
        match name {
            "user" if value.is_empty() => {}
            "user" => drop(self.startup.user(value)),
            "password" => drop(self.startup.password(value)),
            "dbname" => drop(self.startup.dbname(value)),
            "application_name" => drop(self.startup.application_name(value)),
            "options" => drop(self.startup.options(value)),
            "host" => self.hosts = value.split(',').map(ToOwned::to_owned).collect(),
            "hostaddr" => {
                let addresses: Result<_, _> = value.split(',').map(str::parse).collect();
                self.addresses = addresses.map_err(|_| must_be("an IP address, or several with commas between"))?;
            }
            "port" => {
                let port = |port: &str| if port.is_empty() { Ok(DEFAULT_PORT) } else { port.parse() };
                let ports: Result<Vec<u16>, _> = value.split(',').map(port).collect();
                self.ports = match ports {
                    Ok(ports) if !ports.contains(&0) => ports,
                    _ => return Err(malformed("a port is a number from 1 to 65535")),
                };
            }
            "target_session_attrs" => {
                self.session_attrs = match value {
                    "any" => SessionAttrs::Any,
                    "read-write" => SessionAttrs::ReadWrite,
                    "read-only" => SessionAttrs::ReadOnly,
                    "primary" => SessionAttrs::Primary,
                    "standby" => SessionAttrs::Standby,
                    "prefer-standby" => SessionAttrs::PreferStandby,
                    _ => return Err(must_be("any, read-write, read-only, primary, standby or prefer-standby")),
                }
            }
            "connect_timeout" => self.liveness.connect_timeout = unless_zero(seconds()?),
            "keepalives" => {
                self.liveness.keepalive = match value {
                    "0" => None,
                    "1" => self.liveness.keepalive.or(Liveness::default().keepalive),
                    _ => return Err(must_be("0 or 1")),
                }
            }
            "keepalives_idle" | "keepalives_interval" | "keepalives_count" if number()? == 0 => {
                return Err(must_be("1 or more"));
            }
            "keepalives_idle" => {
                let idle = seconds()?;
                self.keepalive(|probes| probes.idle = idle);
            }
            "keepalives_interval" => {
                let interval = seconds()?;
                self.keepalive(|probes| probes.interval = interval);
            }
            "keepalives_count" => {
                let count = number()?;
                self.keepalive(|probes| probes.count = count);
            }
            "tcp_user_timeout" => {
                let millis = Duration::from_millis(number()?.into());
                self.liveness.tcp_user_timeout = unless_zero(millis);
            }
            "sslmode" => {
                self.tls = Some(match value {
                    "disable" => TlsMode::Disable,
                    "prefer" => TlsMode::Prefer,
                    "require" | "verify-ca" | "verify-full" => TlsMode::Verify,
                    "no-verify" => TlsMode::NoVerify,
                    _ => return Err(must_be("verify-full, prefer, no-verify or disable")),
                });
            }
            "sslrootcert" => self.root_cert = (value != "system").then(|| value.into()),
            "sslnegotiation" => drop(self.startup.ssl_negotiation(match value {
                "postgres" => SslNegotiation::Postgres,
                "direct" => SslNegotiation::Direct,
                _ => return Err(must_be("postgres or direct")),
            })),
            "channel_binding" => drop(self.startup.channel_binding(match value {
                "disable" => ChannelBinding::Disable,
                "prefer" => ChannelBinding::Prefer,
                "require" => ChannelBinding::Require,
                _ => return Err(must_be("disable, prefer or require")),
            })),
            _ => return Err(DatabaseUrlError::UnknownOption(name.to_owned())),
        }
        Ok(())
    }

    /// Where there are probes, what they are like.
    fn keepalive(&mut self, change: impl FnOnce(&mut Keepalive)) {
        if let Some(keepalive) = &mut self.liveness.keepalive {
            change(keepalive);
        }
    }

    fn finish(mut self, text: &str) -> Result<PostgresUrl, DatabaseUrlError> {
        let endpoints = self.endpoints()?;
        if let Some(Err(error)) = self.root_cert.as_ref().map(fs::read) {
            return Err(malformed(&format!("the file that sslrootcert names can't be read: {error}")));
        }
        if self.startup.get_application_name().is_none() {
            self.startup.application_name("ironplate");
        }
        let nobody_on_the_way = if endpoints.iter().all(is_local) { TlsMode::Disable } else { TlsMode::Verify };
        Ok(PostgresUrl {
            text: text.to_owned(),
            startup: self.startup,
            endpoints,
            session_attrs: self.session_attrs,
            tls: self.tls.unwrap_or(nobody_on_the_way),
            root_cert: self.root_cert,
            liveness: self.liveness,
        })
    }

    fn endpoints(&self) -> Result<Vec<Endpoint>, DatabaseUrlError> {
        let count = self.hosts.len().max(self.addresses.len()).max(1);
        if !self.addresses.is_empty() && self.addresses.len() != count {
            return Err(malformed("there must be as many addresses in hostaddr as hosts"));
        }
        if self.ports.len() > 1 && self.ports.len() != count {
            return Err(malformed("there must be one port, or as many as hosts"));
        }
        let endpoint = |place: usize| {
            let address = self.addresses.get(place).copied();
            let name = self.hosts.get(place).filter(|name| !name.is_empty());
            let host = match name {
                Some(name) if name.starts_with('/') => Host::Socket(name.into()),
                Some(name) => Host::Tcp { name: name.clone(), address },
                None => {
                    let name = address.map_or_else(|| "localhost".to_owned(), |address| address.to_string());
                    Host::Tcp { name, address }
                }
            };
            let port = self.ports.get(place).or(self.ports.first()).copied().unwrap_or(DEFAULT_PORT);
            Endpoint { host, port }
        };
        Ok((0..count).map(endpoint).collect())
    }
}

/// A socket or a loopback address: nothing on the way could listen.
fn is_local(endpoint: &Endpoint) -> bool {
    match &endpoint.host {
        Host::Tcp { address: Some(address), .. } => address.is_loopback(),
        Host::Tcp { name, .. } => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it.is_loopback()),
        Host::Socket(_) => true,
    }
}

fn malformed(problem: &str) -> DatabaseUrlError {
    DatabaseUrlError::Malformed(problem.to_owned())
}

fn unescaped(text: &str) -> Result<Cow<'_, str>, DatabaseUrlError> {
    let is_escape = |after: &str| matches!(after.as_bytes(), [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    if text.split('%').skip(1).any(|after| !is_escape(after)) {
        return Err(DatabaseUrlError::Unescaped('%'));
    }
    percent_decode_str(text).decode_utf8().map_err(|_| malformed("what is escaped is no UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::{super::DatabaseUrl, *};

    fn url(text: &str) -> PostgresUrl {
        match text.parse() {
            Ok(DatabaseUrl::Postgres(url)) => url,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn refused(text: &str) -> DatabaseUrlError {
        text.parse::<DatabaseUrl>().unwrap_err()
    }

    fn tcp(name: &str, port: u16) -> Endpoint {
        Endpoint { host: Host::Tcp { name: name.to_owned(), address: None }, port }
    }

    fn socket(folder: &str, port: u16) -> Endpoint {
        Endpoint { host: Host::Socket(folder.into()), port }
    }

    #[test]
    fn hosts_and_sockets_are_found_where_libpq_finds_them() {
        for (text, expected) in [
            ("postgres://h/db", vec![tcp("h", 5432)]),
            ("postgres://u:p@h:6432/db", vec![tcp("h", 6432)]),
            ("postgres://[::1]:6432/db", vec![tcp("::1", 6432)]),
            ("postgres:///db", vec![tcp("localhost", 5432)]),
            ("postgres://u@a:5432,b:6432/db", vec![tcp("a", 5432), tcp("b", 6432)]),
            ("postgres://a,b,c:1/db", vec![tcp("a", 5432), tcp("b", 5432), tcp("c", 1)]),
            ("postgres:///db?host=a,b&port=1,2", vec![tcp("a", 1), tcp("b", 2)]),
            ("postgres:///db?host=a,b&port=7", vec![tcp("a", 7), tcp("b", 7)]),
            ("postgres:///db?host=/run/pg", vec![socket("/run/pg", 5432)]),
            ("postgres://u@/db?host=/run/pg&port=6432", vec![socket("/run/pg", 6432)]),
            ("postgres://u:p@:6432/db?host=/run/pg", vec![socket("/run/pg", 6432)]),
            ("postgres://u@%2Frun%2Fpg/db", vec![socket("/run/pg", 5432)]),
            (
                "postgres://ignored/db?host=/run/pg,/run/other",
                vec![socket("/run/pg", 5432), socket("/run/other", 5432)],
            ),
        ] {
            assert_eq!(url(text).endpoints, expected, "{text}");
        }
        let by_address = url("postgres://db.internal/app?hostaddr=10.0.0.7").endpoints;
        let address = Some("10.0.0.7".parse().unwrap());
        assert_eq!(by_address, [Endpoint { host: Host::Tcp { name: "db.internal".to_owned(), address }, port: 5432 }]);
    }

    #[test]
    fn user_password_and_name_are_unescaped() {
        let read = url("postgres://ann%40home:p%23%2F%3F%25w@h/my%20db?application_name=a%20b");
        assert_eq!((read.startup.get_user(), read.startup.get_dbname()), (Some("ann@home"), Some("my db")));
        assert_eq!(read.startup.get_password(), Some(&b"p#/?%w"[..]));
        assert_eq!(read.startup.get_application_name(), Some("a b"));
        let in_query = url("postgres:///?user=ann&password=s3cret&dbname=app");
        assert_eq!((in_query.startup.get_user(), in_query.startup.get_dbname()), (Some("ann"), Some("app")));
        assert_eq!(in_query.startup.get_password(), Some(&b"s3cret"[..]));
        assert_eq!(url("postgres://h/db?user=a@b").startup.get_user(), Some("a@b"));
    }

    #[test]
    fn what_must_be_escaped_is_told() {
        for (text, character) in [
            ("postgres://ann:p#w@h/db", '#'),
            ("postgres://ann:p/w@h/db", '/'),
            ("postgres://ann:p?w@h/db", '?'),
            ("postgres://ann:12/34@h/db", '/'),
            ("postgres://ann:12#34@h/db", '#'),
            ("postgres://ann:p@w@h/db", '@'),
            ("postgres://ann:100%@h/db", '%'),
            ("postgres://ann:100%zz@h/db", '%'),
            ("postgres://h/db#fragment", '#'),
        ] {
            let error = refused(text);
            assert_eq!(error, DatabaseUrlError::Unescaped(character), "{text}");
            assert!(error.to_string().contains("%23"), "{error}");
        }
    }

    #[test]
    fn options_that_are_wrong_are_named() {
        assert_eq!(refused("postgres://h/db?schema=app"), DatabaseUrlError::UnknownOption("schema".to_owned()));
        for option in [
            "sslmode=sometimes",
            "target_session_attrs=master",
            "keepalives=yes",
            "keepalives_idle=0",
            "connect_timeout=soon",
            "hostaddr=db.internal",
            "channel_binding=maybe",
        ] {
            let error = refused(&format!("postgres://h/db?{option}"));
            let name = option.split('=').next().unwrap();
            assert!(matches!(&error, DatabaseUrlError::OptionValue { name: told, .. } if told == name), "{error}");
        }
        for text in [
            "postgres://h/db?sslrootcert=/nowhere/at/all.pem",
            "postgres://h:0/db",
            "postgres://h:x/db",
            "postgres://a,b/db?port=1,2,3",
            "postgres://h/db?sslmode",
        ] {
            assert!(matches!(refused(text), DatabaseUrlError::Malformed(_)), "{text}");
        }
    }

    #[test]
    fn dead_connections_are_noticed_and_the_address_has_the_last_word() {
        assert_eq!(url("postgres://h/db").liveness, Liveness::default());
        let options =
            "connect_timeout=3&keepalives_idle=60&keepalives_interval=7&keepalives_count=2&tcp_user_timeout=1500";
        let keepalive = Keepalive { idle: Duration::from_mins(1), interval: Duration::from_secs(7), count: 2 };
        let chosen = Liveness {
            connect_timeout: Some(Duration::from_secs(3)),
            keepalive: Some(keepalive),
            tcp_user_timeout: Some(Duration::from_millis(1500)),
        };
        assert_eq!(url(&format!("postgres://h/db?{options}")).liveness, chosen);
        let none = url("postgres://h/db?keepalives=0&tcp_user_timeout=0").liveness;
        assert_eq!((none.keepalive, none.tcp_user_timeout), (None, None));
    }

    #[test]
    fn tls_is_verified_unless_nobody_can_listen_or_the_address_says_so() {
        assert_eq!(url("postgres://db.internal/app").tls, TlsMode::Verify);
        assert_eq!(url("postgres://localhost,db.internal/app").tls, TlsMode::Verify);
        assert_eq!(url("postgres://127.0.0.1,[::1],localhost/app").tls, TlsMode::Disable);
        assert_eq!(url("postgres:///app?host=/run/pg").tls, TlsMode::Disable);
        assert_eq!(url("postgres://db.internal/app?sslmode=no-verify").tls, TlsMode::NoVerify);
    }

    #[test]
    fn the_password_is_not_printed() {
        let told = |text: &str| format!("{} {:?}", url(text), url(text));
        let plain = "postgres://db.internal:5432/app";
        let secret = "postgres://ann:s3cret@db.internal/app?options=s3cret&password=s3cret";
        assert_eq!(told(secret), format!("{plain} PostgresUrl({plain})"));
        assert_eq!(url("postgres://u:p@a,b:6432/app").to_string(), "postgres://a:5432,b:6432/app");
        assert_eq!(url("postgres://u:p@/app?host=/run/pg").to_string(), "postgres:///app?host=/run/pg");
    }
}
