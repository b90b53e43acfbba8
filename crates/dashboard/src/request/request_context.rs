//! Somebody who asks for a page, known or not.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::REFERER};
use ironplate_application::{Application, Fault, Policy, sessions::HeldCookies};
use ironplate_domain::Client;
use ironplate_web::{Cookie, Failed, Host, Network};
use serde::Serialize;

use super::{Fields, OwnPath};
use crate::{
    fault::{InternalError, PageError},
    shell::{Flash, PageResponse, Shell, Site},
};

/// A request for a page.
pub(crate) struct RequestContext {
    shell: Shell,
    host: Host,
    /// Where it came from.
    pub(crate) client: Client,
    /// The parameters of its address.
    pub(crate) query: Fields,
    /// What the cookies that keep people logged in hold, whether that is worth anything or not.
    pub(crate) held: HeldCookies,
    /// The path of the page before.
    came_from: Option<String>,
}

impl RequestContext {
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, PageError> {
        ironplate_web::note_route(request);
        let (shell, host) =
            Shell::of(request).zip(Host::of(request)).ok_or(InternalError("the dashboard is not wired"))?;
        Ok(Self {
            shell,
            host: host.clone(),
            client: ironplate_web::client(request),
            query: Fields::of_query(request),
            held: host.network().cookies.held(request),
            came_from: came_from(request),
        })
    }

    /// This list, as the reader left it if they came from there.
    pub(crate) fn back_to(&self, list: &str) -> OwnPath {
        OwnPath::of_list(self.came_from.as_deref().unwrap_or_default(), list)
    }

    /// The page before, if it was one of ours.
    pub(crate) fn came_from(&self) -> Option<OwnPath> {
        OwnPath::parse(self.came_from.as_deref()?)
    }

    pub(crate) fn site(&self) -> &Site {
        self.shell.site()
    }

    /// What the page before left to be said.
    pub(crate) fn flash(&self) -> Option<Flash> {
        self.shell.flash
    }

    pub(crate) fn policy(&self) -> &Policy {
        self.host.policy()
    }

    /// What the operator says of the network.
    pub(crate) fn network(&self) -> &Network {
        self.host.network()
    }

    pub(crate) fn session_cookie(&self) -> &Cookie {
        &self.network().cookies.session
    }

    /// Runs a use case, as [`Host::run`] does.
    pub(crate) async fn run<T, E, F>(&self, use_case: impl FnOnce(Arc<Application>) -> F) -> Result<T, PageError>
    where
        T: Send + 'static,
        E: Fault,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.host.run(use_case).await.map_err(|failed| match failed {
            Failed::Refused(error) => error.into(),
            Failed::Panicked(message) => InternalError(&message).into(),
        })
    }

    /// A page for whoever it is.
    pub(crate) fn page(&self, template: &'static str, content: impl Serialize) -> PageResponse<'_> {
        PageResponse::new(&self.shell, template, &content)
    }
}

impl FromRequest for RequestContext {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

fn came_from(request: &HttpRequest) -> Option<String> {
    let (_, rest) = request.headers().get(REFERER)?.to_str().ok()?.split_once("://")?;
    rest.split_once('/').map(|(_, path)| format!("/{path}"))
}
