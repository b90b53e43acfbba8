//! What leaves the process for whoever is on call: faults of ours, to Sentry.

mod courier;
mod faults;
mod post;
mod redaction;
mod sentry;
mod stack;
#[cfg(test)]
mod tests;

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use ironplate_measure::{LoggedError, when_over};
use tracing::Subscriber;
use tracing_subscriber::Layer;

#[cfg(test)]
pub(crate) use self::faults::faults_during;
pub(crate) use self::sentry::SentrySettings;
use self::{faults::FaultLayer, sentry::Sentry};
use crate::{config::Config, failure::Failure};

/// How long the end of the process waits for what is on its way.
const FAREWELL: Duration = Duration::from_secs(2);

static SENTRY: OnceLock<Sentry> = OnceLock::new();

/// Starts what the configuration asks for.
///
/// # Errors
/// There can be no more threads.
pub(crate) fn start(config: &Config) -> Result<(), Failure> {
    config.sentry.as_ref().map_or(Ok(()), report_to)
}

fn report_to(settings: &SentrySettings) -> Result<(), Failure> {
    let started = Sentry::start(settings);
    let sentry = started.map_err(|error| Failure::because("Reporting to Sentry could not be started", &error))?;
    let _ = SENTRY.set(sentry);
    when_over(|work| {
        if let (Some(sentry), Some(fault)) = (SENTRY.get(), work.fault()) {
            sentry.report(fault, Some(work));
        }
    });
    Ok(())
}

/// What hears of faults as they are logged, where they are reported.
pub(crate) fn layer<S: Subscriber>() -> Option<impl Layer<S>> {
    SENTRY.get().map(|sentry| FaultLayer(|fault: &LoggedError| sentry.report(fault, None)))
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
        if let Some(sentry) = SENTRY.get() {
            if !sentry.finish(Instant::now() + FAREWELL) {
                tracing::warn!(receiver = "Sentry", "telemetry is left unsent: the process ends");
            }
        }
    }
}
