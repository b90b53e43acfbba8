//! Who may look into the mailbox.

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::{
    guard::{Guard, GuardContext},
    http::header::HOST,
};

/// Who may look into the mailbox, among those who reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitors {
    /// Who asks for this machine by a name that means it everywhere: `localhost`, a name below it, or a loopback
    /// address. Pages from elsewhere can't, even where their own name is made to lead to this machine (DNS rebinding).
    OfThisMachine,
    /// Everybody.
    All,
}

impl Guard for Visitors {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        match self {
            Self::All => true,
            Self::OfThisMachine => {
                let host = context.head().headers().get(HOST).and_then(|host| host.to_str().ok());
                host.is_some_and(is_this_machine)
            }
        }
    }
}

/// Whether this `Host`, a port behind it or none, is this machine's.
fn is_this_machine(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.to_ascii_lowercase();
    is_port && (is_localhost(&name) || is_loopback(&name))
}

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

fn is_loopback(name: &str) -> bool {
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_mean_this_machine_everywhere_are_this_machine_s() {
        for host in [
            "localhost",
            "localhost:8000",
            "LocalHost:8000",
            "app.localhost:80",
            "127.0.0.1",
            "127.9.8.7:8000",
            "[::1]",
            "[::1]:8000",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            ":8000",
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "127.1",
            "128.0.0.1",
            "0.0.0.0:8000",
            "10.0.0.1",
            "::1",
            "[::2]:8000",
            "[::1",
            "[::1]evil.example",
            "localhost:evil",
            "evil.example@localhost",
            "localhost, evil.example",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
