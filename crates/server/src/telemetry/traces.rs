//! Traces on their way to a collector, by the OpenTelemetry Protocol over HTTP.

mod otlp;
mod protobuf;

use std::{
    mem,
    sync::OnceLock,
    time::{Duration, Instant},
};

use ironplate_application::ports::Clock;
use ironplate_crypto::SystemClock;
use ironplate_measure::{Span, Trace, Work, WorkKind, trace_by};
use ironplate_persistence::DatabaseUrl;
use url::Url;

use self::otlp::{Encoder, Facts, Now};
use super::{
    courier::{Courier, Route},
    post::Post,
};
use crate::{
    config::{Config, TraceSettings},
    failure::Failure,
};

/// Half of this goes at once: a megabyte or so, which collectors take.
const ROUTE: Route = Route { name: "traces", capacity: 2_048, gather: Duration::from_secs(1) };

/// Whom to blame in the log.
const RECEIVER: &str = "the collector of traces";

static TRACES: OnceLock<Courier<TracedWork>> = OnceLock::new();

/// Work that is over, with what its spans are made of.
pub(super) struct TracedWork {
    kind: WorkKind,
    id: String,
    route: Option<String>,
    begun: Instant,
    took: Duration,
    fault: Option<String>,
    trace: Trace,
    spans: Vec<Span>,
}

impl TracedWork {
    /// Takes what is needed out of it: nobody else will.
    fn of(work: &mut Work) -> Option<Self> {
        let trace = work.trace.take()?;
        let took = trace.ended().map_or_else(|| work.begun.elapsed(), |ended| ended.took);
        Some(Self {
            kind: work.kind,
            id: mem::take(&mut work.id),
            route: work.take_route(),
            begun: work.begun,
            took,
            fault: work.fault().map(|fault| fault.what.clone()),
            spans: trace.take_spans(),
            trace,
        })
    }
}

/// Sends what is over to a collector, and from here on traces what begins.
///
/// # Errors
/// There can be no more threads.
pub(super) fn start(settings: &TraceSettings, config: &Config) -> Result<(), Failure> {
    let TraceSettings { resource, sampler, .. } = settings;
    let database = match config.database.url {
        DatabaseUrl::Sqlite(_) => "sqlite",
        DatabaseUrl::Postgres(_) => "postgresql",
    };
    let encoder = Encoder::new(&Facts { resource, server: Url::parse(&config.web.dashboard_host).ok(), database });
    let mut post = Post::to(RECEIVER, settings.url.to_string(), settings.headers.clone());
    let courier = Courier::start(&ROUTE, move |works: Vec<TracedWork>| {
        let now = Now { instant: Instant::now(), nanos: unix_nanos() };
        if post.post(&encoder.encode(&works, now)) { 0 } else { works.len() }
    });
    let courier = courier.map_err(|error| Failure::because("Sending traces could not be started", &error))?;
    let _ = TRACES.set(courier);
    trace_by(*sampler);
    Ok(())
}

fn unix_nanos() -> u64 {
    u64::try_from(SystemClock.now().micros()).unwrap_or(0).saturating_mul(1_000)
}

/// Sends work that is over, if it is traced.
pub(super) fn tell(work: &mut Work) {
    if let Some(courier) = TRACES.get()
        && let Some(work) = TracedWork::of(work)
    {
        courier.give(work);
    }
}

/// Waits for what is on its way, until this moment.
pub(super) fn finish(latest: Instant) {
    if let Some(courier) = TRACES.get()
        && !courier.finish(latest)
    {
        tracing::warn!(receiver = RECEIVER, "telemetry is left unsent: the process ends");
    }
}
