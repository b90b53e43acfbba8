//! Where people reach it, and through what.

use std::time::Duration;

use tokio::{net::TcpStream, time::timeout};
use url::Url;

use super::finding::Finding;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn findings(config: &Config) -> Vec<Finding> {
    let mut hosts = vec![&config.web.frontend_host];
    if config.web.dashboard_host != config.web.frontend_host {
        hosts.push(&config.web.dashboard_host);
    }
    let mut findings = Vec::new();
    for host in hosts {
        findings.push(reach(host).await);
    }
    findings.push(proxies(config));
    findings
}

/// Somebody listens there; who, a certificate tells to browsers.
async fn reach(host: &str) -> Finding {
    let place = Url::parse(host).ok();
    let place =
        place.as_ref().and_then(|url| Some((url.host_str()?.trim_matches(['[', ']']), url.port_or_known_default()?)));
    let Some(place) = place else {
        return Finding::wrong("links", format!("{host} is no address"), "mend FRONTEND_HOST");
    };
    let fix = "start what is there, or set FRONTEND_HOST to what people type: links in mail begin with it";
    match timeout(PATIENCE, TcpStream::connect(place)).await {
        Ok(Ok(_)) => Finding::ok("links", format!("begin with {host}, where somebody listens")),
        Ok(Err(error)) => {
            Finding::unwise("links", format!("begin with {host}, which can't be reached from here: {error}"), fix)
        }
        Err(_) => Finding::unwise("links", format!("begin with {host}, which does not answer from here"), fix),
    }
}

fn proxies(config: &Config) -> Finding {
    let trusted: Vec<_> = config.http.trusted_proxies.iter().map(ToString::to_string).collect();
    let is_public = !config.http.address.ip().is_loopback();
    if !trusted.is_empty() {
        let says = format!("a request through {} counts as the last address of X-Forwarded-For", trusted.join(", "));
        return Finding::ok("proxies", says + " that is none of them");
    }
    let says = "none is trusted: a request counts as the address that it comes from";
    if config.environment.is_production() && !is_public {
        let fix = "behind a proxy set IRONPLATE__HTTP__TRUSTED_PROXIES, or all people share the limits of one";
        return Finding::unwise("proxies", says, fix);
    }
    Finding::ok("proxies", says)
}
