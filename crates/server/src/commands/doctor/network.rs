//! Where people reach it, and through what.

use std::{io::ErrorKind, time::Duration};

use ironplate_application::{ports::Clock, with_causes};
use ironplate_crypto::SystemClock;
use url::Url;

use super::finding::Finding;
use crate::{
    certificate::{CertificateFiles, SOON, ends_at, in_its_time, is_for},
    config::{Environment, Http, Web},
    http_client::{Answer, Trust, get},
};

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn findings(environment: Environment, http: &Http, web: &Web) -> Vec<Finding> {
    let mut hosts = vec![&web.frontend_host];
    if web.dashboard_host != web.frontend_host {
        hosts.push(&web.dashboard_host);
    }
    let mut findings = Vec::new();
    for host in hosts {
        findings.push(reach(host).await);
    }
    findings.push(proxies(environment, http));
    findings.extend(http.tls.as_ref().map(|files| certificate(files, &web.dashboard_host)));
    findings
}

/// Links lead to pages below it; what answers at the address itself is taken for all of them.
async fn reach(host: &str) -> Finding {
    let Ok(url) = Url::parse(host) else {
        return Finding::wrong("links", format!("{host} is no address"), "mend FRONTEND_HOST");
    };
    let fix = "start what is there, or set FRONTEND_HOST to what people type: links in mail begin with it";
    let unwise = |what: String| Finding::unwise("links", format!("begin with {host}, which {what}"), fix);
    match get(url.as_str(), Trust::Machine, PATIENCE).await {
        Ok(Answer { status, location: Some(to), .. }) if (300..400).contains(&status) => {
            redirect(host, &url, status, &to)
        }
        Ok(Answer { status: status @ 400.., .. }) => unwise(format!("answers {status}")),
        Ok(Answer { status, .. }) => Finding::ok("links", format!("begin with {host}, which answers {status}")),
        Err(error) if error.kind() == ErrorKind::TimedOut => unwise("does not answer from here".to_owned()),
        Err(error) => unwise(format!("can't be reached from here: {error}")),
    }
}

/// A link carries its key past the address: whoever sends people elsewhere may drop it, and sees it.
fn redirect(host: &str, url: &Url, status: u16, to: &str) -> Finding {
    let says = format!("begin with {host}, which answers {status} and leads to {to}");
    match url.join(to) {
        Ok(there) if there.origin() == url.origin() => Finding::ok("links", says),
        _ => Finding::unwise("links", says, "set FRONTEND_HOST to where it leads, if people are at home there"),
    }
}

fn proxies(environment: Environment, http: &Http) -> Finding {
    let trusted: Vec<_> = http.trusted_proxies.iter().map(ToString::to_string).collect();
    if !trusted.is_empty() {
        let says = format!("a request through {} counts as the last address of X-Forwarded-For", trusted.join(", "));
        return Finding::ok("proxies", says + " that is none of them");
    }
    let says = "none is trusted: a request counts as the address that it comes from";
    // Somebody else ends TLS, or it listens to this machine alone: either way a proxy is in front.
    let is_behind_one = http.tls.is_none() || http.address.ip().is_loopback();
    if environment.is_production() && is_behind_one {
        let fix = "behind a proxy set IRONPLATE__HTTP__TRUSTED_PROXIES, or all people share the limits of one, \
                   and browsers are not told to keep to TLS";
        return Finding::unwise("proxies", says, fix);
    }
    Finding::ok("proxies", says)
}

/// Whether somebody renews it in time, and it is for the name that people type.
fn certificate(files: &CertificateFiles, host: &str) -> Finding {
    let (subject, fix) = ("certificate", "renew it: a server reads the new files by itself");
    let certified = match files.load() {
        Ok(certified) => certified,
        Err(error) => {
            return Finding::wrong(subject, with_causes(&error), format!("mend {}", files.setting(&error)));
        }
    };
    let Some(ends_at) = ends_at(&certified) else { return Finding::unwise(subject, "does not tell its end", fix) };
    let now = SystemClock.now();
    if let Err(error) = in_its_time(&certified, now) {
        return Finding::wrong(subject, error.to_string(), fix);
    }
    if now >= ends_at.before(SOON) {
        return Finding::unwise(subject, format!("is over at {ends_at}"), fix);
    }
    if !is_for(&certified, host) {
        let fix = "get one for this name, unless a proxy in front shows another";
        return Finding::unwise(subject, format!("is not for {host}, where people are sent"), fix);
    }
    Finding::ok(subject, format!("is good until {ends_at}"))
}
