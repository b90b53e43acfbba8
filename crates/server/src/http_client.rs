//! HTTP as a client: whoever is asked has a bounded time and room for so many words; no redirect is followed, and no proxy used.

use std::{io, sync::Arc, time::Duration};

use rustls::crypto::ring;
use tokio::task::spawn_blocking;
use ureq::{
    Agent, Body, Error,
    tls::{Certificate, RootCerts, TlsConfig},
};

/// More than is read of any answer.
const MOST: u64 = 64 * 1024;

/// Whose certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Whose the machine says: as for connections to the database and to the mail server.
    Machine,
    /// Anybody's. For a server on this machine, asked by its address: its certificate is for the name that people type, and whether
    /// that is good is theirs to judge. Nothing secret is told there, and nothing but a status is believed.
    Anybody,
}

/// What came back, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where it leads to, as it says so.
    pub(crate) location: Option<String>,
    body: Body,
}

/// One that asks whoever is behind this address, and has this patience with all of it, from connecting to the last byte.
pub(crate) fn agent(url: &str, trust: Trust, patience: Duration) -> Agent {
    let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()));
    let tls = match trust {
        Trust::Machine => tls.root_certs(RootCerts::new_with_certs(&machines_own(url))),
        Trust::Anybody => tls.disable_verification(true),
    };
    let config = Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent(concat!("ironplate/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build());
    config.build().into()
}

/// They are many files, and read only if they matter.
fn machines_own(url: &str) -> Vec<Certificate<'static>> {
    if !url.starts_with("https:") {
        return Vec::new();
    }
    let found = rustls_native_certs::load_native_certs().certs;
    found.iter().map(|der| Certificate::from_der(der).to_owned()).collect()
}

/// Asks once.
///
/// # Errors
/// Nobody answers, or not in time; a certificate is not what it should be, or the answer is none of HTTP.
pub(crate) async fn get(url: &str, trust: Trust, patience: Duration) -> io::Result<Answer> {
    let url = url.to_owned();
    blocking(move || {
        let (head, body) = agent(&url, trust, patience).get(&url).call()?.into_parts();
        let location = head.headers.get("location").and_then(|to| to.to_str().ok());
        Ok(Answer { status: head.status.as_u16(), location: location.map(str::to_owned), body })
    })
    .await
}

impl Answer {
    /// # Errors
    /// It ends too early, too late or not at all.
    pub(crate) async fn text(self) -> io::Result<String> {
        let mut body = self.body;
        blocking(move || body.with_config().limit(MOST).lossy_utf8(true).read_to_string()).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await?.map_err(|error| match error {
        Error::Timeout(_) => io::ErrorKind::TimedOut.into(),
        error => error.into_io(),
    })
}
