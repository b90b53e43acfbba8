//! The head of a request, whichever web framework received it.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::{
        header::{HeaderName, HeaderValue},
        uri::Authority,
    },
};

use ironplate_application::sessions::Intent;

use crate::Host;

/// What is looked at of a request before its body. Another framework than actix-web implements it on its own type, and has
/// from then on all of this crate that takes one: `examples/axum` shows how.
pub trait RequestHead {
    /// The host that answers the request.
    fn host(&self) -> Option<&Host>;

    /// Whether its method changes nothing (RFC 9110, section 9.2.1).
    fn is_safe(&self) -> bool;

    /// What it may do, by its method.
    fn intent(&self) -> Intent {
        if self.is_safe() { Intent::Look } else { Intent::Change }
    }

    /// The values of all header fields of this name, which is in lower case, in the order in which they came.
    fn fields<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]>;

    /// The host and port that its address names, if it names any.
    fn authority(&self) -> Option<&str>;

    /// Who is at the other end of the connection.
    fn peer(&self) -> Option<IpAddr>;

    /// The value of the first header field of this name.
    fn field(&self, name: &'static str) -> Option<&[u8]> {
        self.fields(name).next()
    }
}

impl RequestHead for HttpRequest {
    fn host(&self) -> Option<&Host> {
        Host::of(self)
    }

    fn is_safe(&self) -> bool {
        self.method().is_safe()
    }

    fn fields<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        // By its text, a name that is no standard one would be copied each time.
        self.headers().get_all(HeaderName::from_static(name)).map(HeaderValue::as_bytes)
    }

    fn authority(&self) -> Option<&str> {
        self.uri().authority().map(Authority::as_str)
    }

    fn peer(&self) -> Option<IpAddr> {
        self.peer_addr().map(|peer| peer.ip())
    }
}
