//! Where a request came from.

use std::net::IpAddr;

use ipnet::IpNet;
use ironplate_domain::{Client, RequestId, UserAgent};

use crate::{RequestHead, request_id};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Where this request came from: its address as the nearest trusted machine saw it, what the program calls itself, and the
/// name of the request.
#[must_use]
pub fn client(request: &impl RequestHead) -> Client {
    Client {
        address: address(request),
        user_agent: request.field("user-agent").and_then(|text| UserAgent::new(&text_of(text))),
        request_id: request_id::current().as_deref().and_then(RequestId::new),
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The address alone that it came from, where nothing else is asked.
#[must_use]
pub fn address(request: &impl RequestHead) -> Option<IpAddr> {
    let peer = request.peer()?.to_canonical();
    let host = request.host();
    let trusted = host.map_or(&[][..], |host| &host.network().trusted_proxies);
    if let Some(host) = host.filter(|_| request.field(X_FORWARDED_FOR).is_some() && !is_one_of(trusted, peer)) {
        host.tell_of_strange_proxy(peer);
    }
    Some(behind_proxies(peer, request, trusted))
}

/// From the right, past every trusted proxy, to the first address that is none. What is no address ends the way: the last
/// proxy that was believed is all that is known then.
fn behind_proxies(peer: IpAddr, request: &impl RequestHead, trusted: &[IpNet]) -> IpAddr {
    if !is_one_of(trusted, peer) {
        return peer;
    }
    // Several fields are one list, in their order.
    let fields: Vec<String> = request.fields(X_FORWARDED_FOR).map(text_of).collect();
    let hops = fields.iter().flat_map(|field| field.split(',')).map(str::trim).filter(|hop| !hop.is_empty());
    let mut nearest = peer;
    for hop in hops.collect::<Vec<_>>().into_iter().rev() {
        let Some(address) = address_of(hop) else { return nearest };
        nearest = address;
        if !is_one_of(trusted, nearest) {
            return nearest;
        }
    }
    nearest
}

fn is_one_of(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|range| range.contains(&address))
}

/// Some proxies add a port, and brackets around an IPv6 address.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = match hop.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if hop.matches(':').count() == 1 => hop.split(':').next().unwrap_or_default(),
        None => hop,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, fields: &[&str]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "fd00::/8"].iter().map(|range| range.parse().unwrap()).collect();
        let request = fields
            .iter()
            .fold(TestRequest::default(), |request, field| request.append_header((X_FORWARDED_FOR, *field)))
            .to_http_request();
        behind_proxies(peer.parse().unwrap(), &request, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &["10.0.0.1"]), "192.0.2.1");
    }

    #[test]
    fn the_first_address_from_the_right_that_is_no_proxy_is_the_client() {
        for (fields, expected) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            (&["127.0.0.1, 198.51.100.7, 10.0.0.3,10.0.0.2"], "198.51.100.7"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["2001:db8::7, fd00::1"], "2001:db8::7"),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
            (&["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            (&[], "10.0.0.1"),
            (&[""], "10.0.0.1"),
        ] {
            assert_eq!(seen("10.0.0.1", fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn what_is_no_address_hides_what_stands_before_it() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, evil, 10.0.0.2"]), "10.0.0.2");
    }
}
