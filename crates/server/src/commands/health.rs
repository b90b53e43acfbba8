//! `ironplate health`.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use crate::{
    cli::AskHealth,
    config::Http,
    failure::Failure,
    http_client::{Trust, get},
    terminal::say,
};

/// A server tells within a second or two that its database is silent. Health checks of containers usually wait for five.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn run(http: &Http, AskHealth { live }: AskHealth) -> Result<(), Failure> {
    let (address, path) = (on_this_machine(http.address), if live { "/livez" } else { "/readyz" });
    let url = format!("{}://{address}{path}", http.scheme());
    let asked = async {
        let answer = get(&url, Trust::Anybody, PATIENCE).await?;
        Ok((answer.status, answer.text().await?))
    };
    let answer: io::Result<_> = asked.await;
    match answer.map_err(|error| Failure::because(&format!("{url} does not answer"), &error))? {
        (200, body) => say(body),
        (status, body) => return Err(Failure(format!("{url} answers {status}: {body}"))),
    }
    Ok(())
}

/// Where a server is found that listens everywhere.
fn on_this_machine(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
