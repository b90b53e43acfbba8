//! The application behind the API, and the rule by which its use cases run.

use std::{
    future::{Future, Ready, ready},
    num::NonZeroU32,
    sync::{Arc, LazyLock},
    time::Duration,
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev::Payload};
use ironplate_application::{
    Application,
    limits::Throttle,
    ports::{Health, Secrets, Store},
    sessions::{Authenticated, Credential, Intent, Reach},
};
use ironplate_domain::{Client, OrganizationId};
use ironplate_measure::carried;
use ironplate_web::{Bodies, ClientRateLimiter, Cookies, Failed, Host, Network, Stage, TellByPage};

use crate::problem::Problem;

/// What the API needs to know besides the use cases.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The product's name, on the docs page and in the OpenAPI document.
    pub project_name: String,
    /// The network around the server.
    pub network: Network,
    /// The bodies of all requests.
    pub bodies: Bodies,
    /// Whether the OpenAPI document and the page that shows it are there.
    pub docs: Docs,
    /// How often one client may ask in all: so often at once, and all of it again after so long.
    pub requests_per_client: Option<(NonZeroU32, Duration)>,
    /// Tells people, on a page, that they asked too often. Without it they are told as programs are.
    pub too_many: Option<TellByPage>,
    /// How far the server is: when it starts and when it is about to stop, it is not ready.
    pub stage: Stage,
}

/// Whether the OpenAPI document and the page that shows it are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Docs {
    /// For whoever asks.
    #[default]
    Shown,
    /// For nobody.
    Hidden,
}

/// The application as handlers see it; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    host: Host,
    store: Arc<dyn Store>,
    client_rate_limiter: ClientRateLimiter,
    too_many: Option<TellByPage>,
    stage: Stage,
    project_name: String,
    document: Document,
    docs: Docs,
}

/// Made when somebody asks for it: few do.
type Document = Arc<LazyLock<String, Box<dyn FnOnce() -> String + Send>>>;

impl App {
    /// `document` makes the OpenAPI document; what is above this room makes it.
    pub(crate) fn documented(
        application: Application,
        store: Arc<dyn Store>,
        secrets: Arc<dyn Secrets>,
        settings: Settings,
        document: impl FnOnce() -> String + Send + 'static,
    ) -> Self {
        let Settings { project_name, network, bodies, docs, requests_per_client, too_many, stage } = settings;
        let host = Host::new(Arc::new(application), secrets, network, bodies);
        let client_rate_limiter = ClientRateLimiter::new(requests_per_client);
        Self(Arc::new(Inner {
            host,
            store,
            client_rate_limiter,
            too_many,
            stage,
            project_name,
            document: Arc::new(LazyLock::new(Box::new(document))),
            docs,
        }))
    }

    /// The same application, whose use cases run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn here(&self, application: Application) -> Self {
        let Inner { host, store, client_rate_limiter, too_many, stage, project_name, document, docs } = &*self.0;
        Self(Arc::new(Inner {
            host: host.here(Arc::new(application)),
            store: store.clone(),
            client_rate_limiter: client_rate_limiter.clone(),
            too_many: *too_many,
            stage: stage.clone(),
            project_name: project_name.clone(),
            document: document.clone(),
            docs: *docs,
        }))
    }

    /// What this inbound adapter shares with others.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.0.host
    }

    /// Runs a use case, as [`Host::run`] does.
    pub(crate) async fn run<T, E, F>(&self, use_case: impl FnOnce(Arc<Application>) -> F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.0.host.run(use_case).await.map_err(problem)
    }

    /// Whom a credential is of, and what they are in the organisation that the request names.
    pub(crate) async fn authenticate(
        &self,
        reach: Reach,
        intent: Intent,
        credential: Credential,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Authenticated, Problem> {
        self.0.host.authenticate(reach, intent, credential, at, client).await.map_err(problem)
    }

    /// The cookies that keep people logged in.
    pub(crate) fn cookies(&self) -> &Cookies {
        &self.0.host.network().cookies
    }

    /// The store itself, for readiness alone.
    pub(crate) async fn health(&self) -> Result<Health, Problem> {
        let store = self.0.store.clone();
        let health = self.0.host.runtime().spawn(carried(async move { store.health().await }));
        health.await.map_err(|panic| Problem::internal(&panic))
    }

    /// How far the server is.
    pub(crate) fn stage(&self) -> &Stage {
        &self.0.stage
    }

    pub(crate) fn client_rate_limiter(&self) -> &ClientRateLimiter {
        &self.0.client_rate_limiter
    }

    pub(crate) fn too_many(&self, request: &HttpRequest, throttle: &Throttle) -> HttpResponse {
        let page = self.0.too_many.and_then(|page| page(request, throttle));
        page.unwrap_or_else(|| Problem::throttled("too_many_requests", throttle).error_response())
    }

    pub(crate) fn project_name(&self) -> &str {
        &self.0.project_name
    }

    pub(crate) fn document(&self) -> &str {
        &self.0.document
    }

    pub(crate) fn docs(&self) -> Docs {
        self.0.docs
    }

    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        request.app_data::<Self>().cloned().ok_or_else(|| Problem::internal(&"the application is not wired"))
    }
}

fn problem<E: Into<Problem>>(failed: Failed<E>) -> Problem {
    match failed {
        Failed::Refused(error) => error.into(),
        Failed::Panicked(message) => Problem::internal(&message),
    }
}

impl FromRequest for App {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ironplate_web::note_route(request);
        ready(Self::of(request))
    }
}
