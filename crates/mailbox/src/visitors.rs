//! Who may look into the mailbox.

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::{
    guard::{Guard, GuardContext},
    http::{
        Version,
        header::{HOST, HeaderName},
    },
};

/// Who may look into the mailbox, among those who reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitors {
    /// Who asks for this machine by a name that means it everywhere: `localhost`, a name below it, or a loopback
    /// address. Pages from elsewhere can't, even where their own name is made to lead to this machine (DNS rebinding); nor can
    /// anybody through a proxy on this machine, which asks for whoever reaches it.
    OfThisMachine,
    /// Everybody.
    All,
}

impl Guard for Visitors {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        match self {
            Self::All => true,
            Self::OfThisMachine => {
                let headers = context.head().headers();
                let host = headers.get(HOST).and_then(|host| host.to_str().ok());
                // Browsers have long spoken 1.1; a proxy that says nothing else, such as nginx as it comes, speaks 1.0.
                let is_direct = context.head().version >= Version::HTTP_11 && !headers.keys().any(is_of_a_proxy);
                is_direct && host.is_some_and(is_this_machine)
            }
        }
    }
}

/// Whether proxies set this header, to tell of those whom they ask for.
fn is_of_a_proxy(name: &HeaderName) -> bool {
    const KNOWN: [&str; 8] = [
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-original-host",
    ];
    KNOWN.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded")
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
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn nobody_looks_in_through_a_proxy() {
        let is_let_in = |headers: &[(&'static str, &'static str)]| {
            let request = TestRequest::default().insert_header((HOST, "localhost:8000"));
            let request = headers.iter().fold(request, |request, header| request.insert_header(*header));
            Visitors::OfThisMachine.check(&request.to_srv_request().guard_ctx())
        };
        assert!(is_let_in(&[]) && is_let_in(&[("user-agent", "x"), ("x-requested-with", "y")]));
        for name in ["X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"] {
            assert!(!is_let_in(&[(name, "127.0.0.1")]), "{name}");
        }
        let older = TestRequest::default().version(Version::HTTP_10).insert_header((HOST, "localhost:8000"));
        assert!(!Visitors::OfThisMachine.check(&older.to_srv_request().guard_ctx()));
    }

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
