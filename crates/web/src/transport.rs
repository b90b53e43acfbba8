//! Whether a request came over TLS.

use crate::RequestHead;

const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Whether it left its client over TLS: by the word of a trusted proxy, or else as it came here. Of several schemes that proxies
/// wrote down, the first is that of the client.
#[must_use]
pub fn is_over_tls(request: &impl RequestHead) -> bool {
    let Some(host) = request.host() else { return false };
    let told = request.field(X_FORWARDED_PROTO).filter(|_| host.trusts(request.peer()));
    match told {
        Some(schemes) => {
            let scheme = schemes.split(|byte| *byte == b',').next().unwrap_or_default();
            scheme.trim_ascii().eq_ignore_ascii_case(b"https")
        }
        None => host.network().speaks_tls,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::test::TestRequest;
    use ironplate_testkit::World;

    use super::*;
    use crate::{Bodies, Host, Network};

    const PROXY: &str = "10.0.0.1:4711";
    const STRANGER: &str = "192.0.2.1:4711";

    fn came_over_tls(speaks_tls: bool, peer: &str, schemes: Option<&str>) -> bool {
        let world = World::new();
        let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let network = Network { trusted_proxies, speaks_tls, ..Network::default() };
        let host = Host::new(Arc::new(world.application()), world.secrets.clone(), network, Bodies::default());
        let request = TestRequest::default().app_data(host).peer_addr(peer.parse().unwrap());
        let schemes = schemes.map(|schemes| (X_FORWARDED_PROTO, schemes));
        is_over_tls(&schemes.into_iter().fold(request, TestRequest::insert_header).to_http_request())
    }

    #[tokio::test]
    async fn a_trusted_proxy_knows_how_its_client_came() {
        for (schemes, is_tls) in [
            ("https", true),
            ("HTTPS", true),
            ("https, http", true),
            ("http", false),
            ("http, https", false),
            ("httpsx", false),
            ("", false),
        ] {
            for speaks_tls in [false, true] {
                assert_eq!(came_over_tls(speaks_tls, PROXY, Some(schemes)), is_tls, "{schemes:?}");
            }
        }
    }

    #[tokio::test]
    async fn nobody_else_does() {
        for speaks_tls in [false, true] {
            for (peer, schemes) in
                [(STRANGER, None), (STRANGER, Some("https")), (STRANGER, Some("http")), (PROXY, None)]
            {
                assert_eq!(came_over_tls(speaks_tls, peer, schemes), speaks_tls, "{peer} {schemes:?}");
            }
        }
    }
}
