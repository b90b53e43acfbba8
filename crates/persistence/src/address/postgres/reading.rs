//! From a text to the address of a PostgreSQL server.

use std::{borrow::Cow, fs, net::IpAddr, path::PathBuf, time::Duration};

use percent_encoding::percent_decode_str;
use tokio_postgres::{
    Config,
    config::{ChannelBinding, SslNegotiation},
};

use super::{
    super::DatabaseUrlError, DEFAULT_PORT, Endpoint, Host, Keepalive, Liveness, PostgresUrl, SessionAttrs, TlsMode,
};

/// What may stand after the question mark.
pub(in crate::address) const OPTIONS: &[&str] = &[
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

/// `rest` is what follows the two slashes in `text`.
pub(super) fn read(text: &str, rest: &str) -> Result<PostgresUrl, DatabaseUrlError> {
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
            // An option may hold one; what no option has was meant for the password.
            let is_option = |option: &str| option.split_once('=').is_some_and(|(name, _)| OPTIONS.contains(&name));
            let query = after.strip_prefix('?').unwrap_or_default();
            let in_query = query.split('&').any(|option| option.contains('@') && !is_option(option));
            if (cut_short && !port.is_empty()) || (!before.contains('@') && (path.contains('@') || in_query)) {
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
