//! Metrics of this process and of what it works on, at an address of their own.

mod process;
mod state;

use std::{fmt, io, net::SocketAddr, sync::Arc};

use actix_web::{
    App, HttpResponse, guard,
    http::header::CONTENT_TYPE,
    web::{self, Data},
};
use ironplate_application::{Application, limits::Limit, outbox::Delivery, ports::Store};
use ironplate_domain::{AuditKind, AuditOutcome};
use ironplate_measure::{Expected, figures};
use prometheus_client::{
    encoding::text::{encode_eof, encode_registry},
    metrics::{gauge::Gauge, info::Info},
    registry::Registry,
};
use tokio::runtime::Handle;

use self::state::State;
use crate::{
    certificate::{CurrentCertificate, ends_at},
    config::Http,
    failure::Failure,
    server::answer_aside,
};

/// What the text is, as Prometheus asks for it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is told to whoever asks.
struct Metrics {
    /// What is counted when it happens.
    counted: Registry,
    state: State,
    certificate: Option<Arc<CurrentCertificate>>,
    /// Database drivers never live on a web worker.
    runtime: Handle,
}

impl Metrics {
    fn new(state: State, certificate: Option<Arc<CurrentCertificate>>) -> Self {
        let mut counted = Registry::with_prefix("ironplate");
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        counted.register("build", "The version of this binary", Info::new(version));
        figures().expect(&expected());
        figures().register(&mut counted);
        Self { counted, state, certificate, runtime: Handle::current() }
    }

    /// With what is looked up when somebody asks.
    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.counted)?;
        let mut looked_up = Registry::default();
        process::register(&mut looked_up);
        let ours = looked_up.sub_registry_with_prefix("ironplate");
        self.state.register(ours);
        if let Some(ends_at) = self.certificate.as_ref().and_then(|certificate| ends_at(&certificate.shown())) {
            let help = "When the certificate that is shown is over, in seconds since 1970";
            let seconds = u64::try_from(ends_at.seconds()).unwrap_or(0);
            gauge(ours, "tls_certificate_expiry_timestamp_seconds", help, seconds);
        }
        encode_registry(&mut text, &looked_up)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// All that is counted by a name of ours.
fn expected() -> Expected {
    let outcomes = |kind: AuditKind| AuditOutcome::ALL.map(|outcome| (kind.name(), outcome.name()));
    Expected {
        mails: [Delivery::Sent, Delivery::Failed, Delivery::Dead].map(Delivery::name).to_vec(),
        limits: Limit::ALL.map(Limit::name).into_iter().chain(["requests_per_client"]).collect(),
        events: AuditKind::ALL.into_iter().flat_map(outcomes).collect(),
    }
}

/// Answers `GET /metrics` at this address, in the background, as long as there is this process.
///
/// # Errors
/// The address is taken.
pub(crate) fn start(
    address: SocketAddr,
    application: Application,
    store: Arc<dyn Store>,
    certificate: Option<Arc<CurrentCertificate>>,
    http: &Http,
) -> Result<(), Failure> {
    let metrics = Data::new(Metrics::new(State::new(application, store), certificate));
    let asked = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let app = move || App::new().app_data(metrics.clone()).route("/metrics", asked().to(tell));
    let address = answer_aside(address, http, app).map_err(|error| cant_listen(address, &error))?;
    tracing::info!(metrics = %address, "metrics are told");
    Ok(())
}

fn cant_listen(address: SocketAddr, error: &io::Error) -> Failure {
    Failure(format!(
        "Can't listen on {address} for metrics: {error}.\nChoose another address by IRONPLATE__METRICS__ADDRESS."
    ))
}

async fn tell(metrics: Data<Metrics>) -> HttpResponse {
    let state = metrics.state.clone();
    // After a panic there, what was seen before is told.
    let _ = metrics.runtime.spawn(async move { state.refresh().await }).await;
    match metrics.text() {
        Ok(text) => HttpResponse::Ok().insert_header((CONTENT_TYPE, OPEN_METRICS)).body(text),
        Err(error) => {
            tracing::error!(%error, "metrics can't be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A figure of this moment.
fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}
