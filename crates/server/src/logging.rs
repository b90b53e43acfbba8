//! Log lines on standard error: text for people, JSON for machines. Panics are such lines, too.

mod details;
mod json;
mod request;
mod text;

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{IsTerminal, stderr},
    panic::{self, PanicHookInfo},
    sync::OnceLock,
};

use ironplate_measure::{Audience, redacted};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt, filter_fn},
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use json::JsonLines;
use text::TextLines;

use crate::{
    config::{Config, Log, LogFormat},
    failure::Failure,
    output::Output,
    telemetry,
};

/// What lines of audit events are about.
const AUDIT: &str = "audit";

/// What the targets of our lines and the names of our functions begin with: all crates are called after this one.
pub(crate) const OURS: &str = env!("CARGO_CRATE_NAME");

/// What the last line of a process is about. It is told whatever the filter says.
const END: &str = "ironplate::end";

/// How lines are written, once they are.
static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Begins with what the configuration warns of.
pub(crate) fn start(config: &Config, output: &Output) -> Result<(), Failure> {
    telemetry::start(config)?;
    start_lines(&config.log, output)?;
    ironplate_measure::set_slow(config.log.slow);
    if let Some(traces) = &config.traces {
        tracing::info!(collector = %traces.url, "traces are sent");
    }
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// For a command, which says in its own words how it went: what is an audit event is a line as in a server's log, so that whoever
/// collects lines has those as well.
pub(crate) fn start_audit(log: &Log) -> Result<(), Failure> {
    let lines = lines(log, stderr).with_filter(filter_fn(|line| line.target() == AUDIT));
    begin(registry().with(lines))
}

/// Why the process ends, or does not even begin: to Sentry, and as a line like all others where machines read them. People are told
/// in plain sentences; so is everybody as long as nobody knows how lines are to be written.
pub(crate) fn tell_end(failure: &Failure, output: &Output) {
    if let Some(LogFormat::Json) = FORMAT.get() {
        tracing::error!(target: END, cause = %failure, "the process ended");
    } else {
        output.complain(failure);
        telemetry::report_end(failure);
    }
}

fn start_lines(log: &Log, output: &Output) -> Result<(), Failure> {
    let output = output.clone();
    // The configuration was refused if this filter could not be read.
    let wanted = EnvFilter::new(&log.filter);
    let last = filter_fn(|line| line.target() == END).with_max_level_hint(Level::ERROR);
    // Each filter says how far it goes, or every line of a library that nobody wants is asked about anew.
    let ours = filter_fn(may_be_told).with_max_level_hint(Level::TRACE);
    let lines = lines(log, move || output.clone()).with_filter(wanted.and(ours).or(last));
    begin(registry().with(lines).with(telemetry::layer()))?;
    let _ = FORMAT.set(log.format);
    // The standard library's own words would wait for whoever reads them.
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn lines<W>(log: &Log, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // A log that can't be written is no reason to fail a request; saying so on standard error would panic there, too.
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).log_internal_errors(false);
    match log.format {
        LogFormat::Json => lines.event_format(JsonLines).boxed(),
        LogFormat::Text => {
            let is_colourful = stderr().is_terminal();
            lines.with_ansi(is_colourful).event_format(TextLines::new(is_colourful)).boxed()
        }
    }
}

fn begin(lines: impl SubscriberInitExt) -> Result<(), Failure> {
    lines.try_init().map_err(|error| Failure(format!("Logging could not be started: {error}")))
}

pub(crate) fn log_panic(panic: &PanicHookInfo<'_>) {
    // It may quote what it stumbled over.
    let reason = panic.payload_as_str().map(|reason| redacted(reason, Audience::Operator));
    let place = panic.location().map(ToString::to_string);
    let trace = Backtrace::capture();
    let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
    tracing::error!(reason, place, trace, "panicked");
}

/// Whatever the filter wants: below this level libraries tell what passes through them, such as the parameters of each
/// statement, and so password hashes, addresses and tokens. Our own lines hold none. What is no HTTP at all is answered 400 by the
/// library, to which it is an error each time: anybody could fill the log with those.
fn may_be_told(line: &Metadata<'_>) -> bool {
    if line.target() == "actix_http::h1::dispatcher" {
        return false;
    }
    let is_ours = line.target() == AUDIT || line.target().starts_with(OURS);
    is_ours || *line.level() <= Level::INFO
}
