//! Log lines on standard error: text for people, JSON for machines.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::{
    config::{Log, LogFormat},
    failure::Failure,
};

pub(crate) fn start(log: &Log) -> Result<(), Failure> {
    // The configuration was refused if this filter could not be read.
    let lines = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&log.filter)).with_writer(stderr);
    // A log that can't be written is no reason to fail a request; saying so on standard error would panic there, too.
    let lines = lines.log_internal_errors(false);
    let started = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        LogFormat::Text => lines.compact().with_target(false).with_ansi(stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| Failure(format!("Logging could not be started: {error}")))
}
