//! The application behind the API, and the rule by which its use cases run.

use std::{future::Future, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderValue};
use ipnet::IpNet;
use ironplate_application::{
    Application,
    ports::{Secrets, Store},
};
use std::future::{Ready, ready};
use tokio::runtime::Handle;
use tracing::Instrument;
use uuid::Uuid;

use crate::problem::Problem;

/// What the API needs to know besides the use cases.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The product's name, on the docs page and in the OpenAPI document.
    pub project_name: String,
    /// Origins whose pages may call the API, compared exactly: `https://app.example.com`.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Request-Id` is taken over.
    pub trusted_proxies: Vec<IpNet>,
}

/// The application as handlers see it; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    application: Arc<Application>,
    store: Arc<dyn Store>,
    secrets: Arc<dyn Secrets>,
    runtime: Handle,
    settings: Settings,
    cors_origins: Vec<HeaderValue>,
    document: String,
}

impl App {
    /// Use cases will run on the runtime that this is called on, which must be a multi-threaded one.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(application: Application, store: Arc<dyn Store>, secrets: Arc<dyn Secrets>, settings: Settings) -> Self {
        let cors_origins = settings.cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
        let document = crate::document(&settings.project_name);
        let application = Arc::new(application);
        Self(Arc::new(Inner {
            application,
            store,
            secrets,
            runtime: Handle::current(),
            settings,
            cors_origins,
            document,
        }))
    }

    /// Runs a use case as a task of its own on the multi-threaded runtime. A client that goes away stops the answer,
    /// never the use case; and database drivers never live on a web worker.
    pub(crate) async fn run<T, E, F>(&self, use_case: impl FnOnce(Arc<Application>) -> F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let task = use_case(self.0.application.clone()).in_current_span();
        match self.0.runtime.spawn(task).await {
            Ok(outcome) => outcome.map_err(Into::into),
            Err(panic) => Err(Problem::internal(&panic)),
        }
    }

    /// The store itself, for readiness alone.
    pub(crate) async fn health(&self) -> Result<ironplate_application::ports::Health, Problem> {
        let store = self.0.store.clone();
        let health = self.0.runtime.spawn(async move { store.health().await });
        health.await.map_err(|panic| Problem::internal(&panic))
    }

    pub(crate) fn new_request_id(&self) -> Uuid {
        self.0.secrets.id()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn allows_origin(&self, origin: &HeaderValue) -> bool {
        self.0.cors_origins.contains(origin)
    }

    pub(crate) fn document(&self) -> &str {
        &self.0.document
    }
}

impl FromRequest for App {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl App {
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        request.app_data::<Self>().cloned().ok_or_else(|| Problem::internal(&"the application is not wired"))
    }
}
