//! What the libraries look at of a request: an address, header fields, a body within bounds.

use std::net::{IpAddr, SocketAddr};

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request},
    http::{HeaderValue, Method, request::Parts, uri::Authority},
};
use ironplate_application::sessions::{Authenticated, Reach};
use ironplate_domain::{Actor, Client};
use ironplate_web::{Host, RequestHead, client, credential};
use serde::de::DeserializeOwned;

use crate::fault::{Problem, failed, of_body};

/// No body here is longer.
const MAX_BODY: usize = 64 * 1024;

/// The head of a request as axum has it, and the host that answers it.
pub(crate) struct Head<'a>(pub(crate) &'a Parts, pub(crate) &'a Host);

impl RequestHead for Head<'_> {
    fn host(&self) -> Option<&Host> {
        Some(self.1)
    }

    fn is_safe(&self) -> bool {
        matches!(self.0.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
    }

    fn fields<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        self.0.headers.get_all(name).iter().map(HeaderValue::as_bytes)
    }

    fn authority(&self) -> Option<&str> {
        self.0.uri.authority().map(Authority::as_str)
    }

    fn peer(&self) -> Option<IpAddr> {
        self.0.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
    }
}

/// Where the request came from: behind trusted proxies, too.
pub(crate) struct ComesFrom(pub(crate) Client);

impl FromRequestParts<Host> for ComesFrom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        Ok(Self(client(&Head(parts, host))))
    }
}

/// Whoever is logged in, by a token or by the cookie; by the latter only when a page of ours asks.
pub(crate) struct Caller(pub(crate) Authenticated);

impl Caller {
    pub(crate) fn actor(&self) -> Actor {
        self.0.user.actor().by(self.0.session.id)
    }
}

impl FromRequestParts<Host> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        let head = Head(parts, host);
        let credential = credential(&head)?.ok_or_else(Problem::not_authenticated)?;
        let client = client(&head);
        host.authenticate(Reach::Everything, head.intent(), credential, None, &client).await.map(Self).map_err(failed)
    }
}

/// A JSON body, received within the bounds of all bodies in hand.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Host> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, host: &Host) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let received = host.bodies().collect(&Head(&parts, host), body.into_data_stream(), MAX_BODY).await;
        let (bytes, _in_hand) = received.map_err(of_body)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Problem::invalid(&error))
    }
}
