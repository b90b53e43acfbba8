//! The use cases as inbound adapters see them, and the rule by which they run.

use std::{
    any::type_name,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Once},
    time::Duration,
};

use actix_web::HttpRequest;
use ipnet::IpNet;
use ironplate_application::{
    Application, Policy, logged,
    ports::Secrets,
    sessions::{AuthenticateError, Authenticated, Credential, Intent, Reach},
};
use ironplate_domain::{Client, OrganizationId};
use ironplate_measure::{SpanKind, traced};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, oneshot},
};
use uuid::Uuid;

use crate::{Bodies, Cookies};

/// What the operator says of the network around the server.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Proxies whose `X-Forwarded-For`, `X-Forwarded-Proto`, `X-Request-Id` and `traceparent` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call, compared exactly: `https://app.example.com`; or apps, `capacitor://localhost`.
    pub origins: Vec<String>,
    /// Whether this server speaks TLS itself, and so with everybody.
    pub speaks_tls: bool,
    /// For how long browsers that came over TLS are told to reach this host in no other way; `None` tells them nothing.
    pub strict_transport: Option<Duration>,
    /// The cookies that keep people logged in.
    pub cookies: Cookies,
}

/// The use cases, the runtime that they run on, and the network around; cheap to clone.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    application: Arc<Application>,
    runtime: Handle,
    shared: Arc<Shared>,
}

/// What the hosts of all threads have in common.
struct Shared {
    secrets: Arc<dyn Secrets>,
    network: Network,
    bodies: Bodies,
    /// Whether it was told that a proxy is not trusted.
    told_of_proxy: Once,
    /// Uses that are being noted.
    noting: Arc<Semaphore>,
}

/// Uses that are noted at once: each may wait for a database that has one writer. Beyond that, the next request notes it.
const NOTED_AT_ONCE: usize = 4;

/// Why a use case gave nothing.
#[derive(Debug)]
pub enum Failed<E> {
    /// It said no.
    Refused(E),
    /// It panicked, with this message.
    Panicked(String),
}

impl Host {
    /// Use cases will run on the runtime that this is called on: over SQLite, a multi-threaded one.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(application: Arc<Application>, secrets: Arc<dyn Secrets>, network: Network, bodies: Bodies) -> Self {
        let noting = Arc::new(Semaphore::new(NOTED_AT_ONCE));
        let shared = Arc::new(Shared { secrets, network, bodies, told_of_proxy: Once::new(), noting });
        Self(Arc::new(Inner { application, runtime: Handle::current(), shared }))
    }

    /// The same host, whose use cases run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn here(&self, application: Arc<Application>) -> Self {
        Self(Arc::new(Inner { application, runtime: Handle::current(), shared: self.0.shared.clone() }))
    }

    /// The host that answers this request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<&Self> {
        request.app_data::<Self>()
    }

    /// Runs a use case as a task of its own. A client that goes away stops the answer, never the use case.
    ///
    /// # Errors
    /// The use case's own, or that it panicked.
    pub async fn run<T, E, F>(&self, use_case: impl FnOnce(Arc<Application>) -> F) -> Result<T, Failed<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let use_case = traced(SpanKind::UseCase, type_name::<F>(), use_case(self.0.application.clone()));
        let (tell, told) = oneshot::channel();
        // Of one type whatever the use case: of each type, the runtime would have a dozen functions of its own.
        let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move { drop(tell.send(use_case.await)) });
        let task = self.0.runtime.spawn(task);
        match told.await {
            Ok(outcome) => outcome.map_err(Failed::Refused),
            Err(_) => Err(Failed::Panicked(task.await.map_or_else(|panic| panic.to_string(), |()| String::new()))),
        }
    }

    /// Whom a credential is of, for a request that is after this, and what they are in the organisation that it names. That the session
    /// was used is noted beside the answer, which does not wait for it; that it may write, before.
    ///
    /// # Errors
    /// Nobody was recognised.
    pub async fn authenticate(
        &self,
        reach: Reach,
        intent: Intent,
        credential: Credential,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Authenticated, Failed<AuthenticateError>> {
        let authenticated = self.run(|app| async move {
            let mut recognised = app.sessions.authenticate_for(reach, &credential, at).await?;
            if intent == Intent::Change {
                app.sessions.note_writing(&mut recognised).await?;
            }
            Ok(recognised)
        });
        let recognised = authenticated.await?;
        ironplate_measure::at_hand(|work| work.is_for(recognised.user.id.0));
        if recognised.is_worth_noting
            && let Ok(turn) = self.0.shared.noting.clone().try_acquire_owned()
        {
            let (app, used, client) = (self.0.application.clone(), recognised.clone(), client.clone());
            self.0.runtime.spawn(async move {
                if let Err(error) = app.sessions.note_use(&used, &client).await {
                    tracing::debug!(error = logged(&error), "the use of a session was not noted");
                }
                drop(turn);
            });
        }
        Ok(recognised)
    }

    /// What the operator decided.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.application.core.policy
    }

    /// The runtime that use cases run on.
    #[must_use]
    pub fn runtime(&self) -> &Handle {
        &self.0.runtime
    }

    /// Logs once that `X-Forwarded-For` came from an address that is no trusted proxy: if it is a proxy, all its clients count as one
    /// until it is named.
    pub(crate) fn tell_of_strange_proxy(&self, proxy: IpAddr) {
        self.0.shared.told_of_proxy.call_once(|| {
            tracing::warn!(%proxy, "X-Forwarded-For is not believed: is this a proxy, name it in http.trusted_proxies");
        });
    }

    /// Whether what this peer says of a request is believed.
    pub(crate) fn trusts(&self, peer: Option<IpAddr>) -> bool {
        let is_at = |peer: IpAddr| self.0.shared.network.trusted_proxies.iter().any(|range| range.contains(&peer));
        peer.is_some_and(|peer| is_at(peer.to_canonical()))
    }

    /// What the operator says of the network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.0.shared.network
    }

    /// The bodies of requests.
    #[must_use]
    pub fn bodies(&self) -> &Bodies {
        &self.0.shared.bodies
    }

    /// Whether pages of this origin may call, as whoever is logged in there.
    #[must_use]
    pub fn allows_origin(&self, origin: &[u8]) -> bool {
        self.names(origin) && is_of_the_web(origin)
    }

    /// Whether this is the origin of an app that may call, with a token that it keeps: the cookies of the web view or of the
    /// browser that it lives in are not its own.
    #[must_use]
    pub fn allows_app(&self, origin: &[u8]) -> bool {
        self.names(origin) && !is_of_the_web(origin)
    }

    fn names(&self, origin: &[u8]) -> bool {
        self.0.shared.network.origins.iter().any(|it| it.as_bytes() == origin)
    }

    /// Whether pages at this host and port may call, when they were loaded over TLS.
    pub(crate) fn allows_over_tls(&self, authority: &str) -> bool {
        let over_tls = |origin: &String| origin.strip_prefix("https://") == Some(authority);
        self.0.shared.network.origins.iter().any(over_tls)
    }

    pub(crate) fn new_request_id(&self) -> Uuid {
        self.0.shared.secrets.id()
    }
}

fn is_of_the_web(origin: &[u8]) -> bool {
    ["https://", "http://"].iter().any(|scheme| origin.starts_with(scheme.as_bytes()))
}
