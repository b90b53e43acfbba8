//! Traces: whether the collector takes them.

use tokio::task::spawn_blocking;

use super::finding::Finding;
use crate::{config::TraceSettings, telemetry};

pub(super) async fn finding(collector: &TraceSettings) -> Finding {
    let (url, collector) = (&collector.url, collector.clone());
    let greeted = spawn_blocking(move || telemetry::greet(&collector)).await;
    match greeted.unwrap_or_else(|panic| Err(panic.to_string())) {
        Ok(()) => Finding::ok("traces", format!("{url} takes traces")),
        Err(why) => {
            let fix = "start the collector, or look at OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS";
            Finding::unwise("traces", format!("{url} does not take traces: {why}"), fix)
        }
    }
}
