//! Log lines on standard error: text for people, JSON for machines.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::{
    commands::Failure,
    config::{Log, LogFormat},
};

pub(crate) fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| Failure::because("log.filter (RUST_LOG) can't be understood", &error))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        LogFormat::Text => lines.compact().with_ansi(stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| Failure(format!("Logging could not be started: {error}")))
}
