//! What leaves the process for whoever is on call: faults of ours, to Sentry; traces, to a collector.

mod courier;
mod faults;
mod post;
mod sentry;
mod stack;
#[cfg(test)]
mod tests;
#[cfg(feature = "traces")]
mod traces;

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use ironplate_measure::{LoggedError, Work, when_over};
use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

#[cfg(test)]
pub(crate) use self::faults::faults_during;
pub(crate) use self::sentry::SentrySettings;
use self::{faults::fault_layer, post::Post, sentry::Sentry};
use crate::{
    config::{Config, TraceSettings},
    failure::Failure,
};

/// How long the end of the process waits for what is on its way.
const FAREWELL: Duration = Duration::from_secs(2);

static SENTRY: OnceLock<Sentry> = OnceLock::new();

/// Starts what the configuration asks for.
///
/// # Errors
/// There can be no more threads.
pub(crate) fn start(config: &Config) -> Result<(), Failure> {
    config.sentry.as_ref().map_or(Ok(()), report_to)?;
    #[cfg(feature = "traces")]
    if let Some(settings) = &config.traces {
        traces::start(settings, config)?;
        when_over(tell);
    }
    Ok(())
}

fn report_to(settings: &SentrySettings) -> Result<(), Failure> {
    let started = Sentry::start(settings);
    let sentry = started.map_err(|error| Failure::because("Reporting to Sentry could not be started", &error))?;
    let _ = SENTRY.set(sentry);
    when_over(tell);
    Ok(())
}

fn tell(work: &mut Work) {
    if let (Some(sentry), Some(fault)) = (SENTRY.get(), work.fault()) {
        sentry.report(fault, Some(work));
    }
    #[cfg(feature = "traces")]
    traces::tell(work);
}

/// What hears of faults as they are logged, where somebody is told of them.
pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> Option<impl Layer<S>> {
    let is_told = SENTRY.get().is_some() || ironplate_measure::sampler().is_some();
    is_told.then(|| fault_layer(report_alone))
}

/// A fault of no work, which has no trace either.
fn report_alone(fault: &LoggedError) {
    if let Some(sentry) = SENTRY.get() {
        sentry.report(fault, None);
    }
}

/// Reports why the process ends, or does not even begin.
pub(crate) fn report_end(failure: &Failure) {
    if let Some(sentry) = SENTRY.get() {
        let why = ("cause", failure.to_string());
        sentry.report(&LoggedError { what: "the process ended".to_owned(), details: vec![why], stack: None }, None);
    }
}

/// Dropped at the end of the process, after a panic as well: waits for what is on its way.
pub(crate) struct Farewell;

impl Drop for Farewell {
    fn drop(&mut self) {
        let latest = Instant::now() + FAREWELL;
        if let Some(sentry) = SENTRY.get()
            && !sentry.finish(latest)
        {
            tracing::warn!(receiver = "Sentry", "telemetry is left unsent: the process ends");
        }
        #[cfg(feature = "traces")]
        traces::finish(latest);
    }
}

/// Asks a collector to take no traces at all, and so whether it would take some. Blocks its thread, for some seconds at the most.
///
/// # Errors
/// Why it would not.
pub(crate) fn greet(collector: &TraceSettings) -> Result<(), String> {
    Post::to("", collector.url.to_string(), collector.headers.clone()).try_post(&[])
}
