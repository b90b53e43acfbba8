//! Traces: whether the collector takes them.

use tokio::task::spawn_blocking;

use super::finding::Finding;
use crate::{config::Config, telemetry};

/// `None` where none are sent.
pub(super) async fn finding(config: &Config) -> Option<Finding> {
    let collector = config.traces.clone()?;
    let url = collector.url.clone();
    let greeted = spawn_blocking(move || telemetry::greet(&collector)).await;
    Some(match greeted.unwrap_or_else(|panic| Err(panic.to_string())) {
        Ok(()) => Finding::ok("traces", format!("{url} takes traces")),
        Err(why) => {
            let fix = "start the collector, or look at OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS";
            Finding::unwise("traces", format!("{url} does not take traces: {why}"), fix)
        }
    })
}
