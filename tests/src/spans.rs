//! What a collector understands of the traces that were posted to it, by OpenTelemetry's own types.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost::Message;

use crate::{Posted, Sink, until};

/// A span as it was received.
#[derive(Debug, Clone)]
pub struct ReceivedSpan {
    /// The id of its trace, in hexadecimal.
    pub trace: String,
    /// Its own.
    pub id: String,
    /// That of the span that it is part of; empty for none.
    pub parent: String,
    /// What was done.
    pub name: String,
    /// What sort of work it was.
    pub kind: SpanKind,
    /// From when to when, in nanoseconds since 1970.
    pub times: (u64, u64),
    /// Numbers as texts.
    pub attributes: BTreeMap<String, String>,
    /// The traces and spans that it points to.
    pub links: Vec<(String, String)>,
    /// Whether it failed.
    pub is_error: bool,
    /// What is said of the process.
    pub resource: BTreeMap<String, String>,
}

impl ReceivedSpan {
    /// An attribute, empty if it has none of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl Sink {
    /// All spans so far.
    #[must_use]
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.received().iter().flat_map(Posted::spans).collect()
    }

    /// All spans so far, once there is one like this.
    pub async fn spans_with(&self, what: &str, is_it: impl Fn(&ReceivedSpan) -> bool) -> Vec<ReceivedSpan> {
        until(what, async || Some(self.spans()).filter(|spans| spans.iter().any(&is_it))).await
    }
}

impl Posted {
    /// The spans of a request of export.
    #[must_use]
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        let export = ExportTraceServiceRequest::decode(&*self.body).expect("a request of export");
        let mut received = Vec::new();
        for resource_spans in export.resource_spans {
            let resource = texts(resource_spans.resource.expect("a resource").attributes);
            for scope_spans in resource_spans.scope_spans {
                assert_eq!(scope_spans.scope.expect("a scope").name, "ironplate");
                received.extend(scope_spans.spans.into_iter().map(|span| read(span, &resource)));
            }
        }
        received
    }
}

fn read(span: Span, resource: &BTreeMap<String, String>) -> ReceivedSpan {
    assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8), "{span:?}");
    let links = span.links.iter().map(|link| (hexadecimal(&link.trace_id), hexadecimal(&link.span_id))).collect();
    ReceivedSpan {
        trace: hexadecimal(&span.trace_id),
        id: hexadecimal(&span.span_id),
        parent: hexadecimal(&span.parent_span_id),
        kind: span.kind(),
        times: (span.start_time_unix_nano, span.end_time_unix_nano),
        links,
        is_error: span.status.is_some_and(|status| status.code() == StatusCode::Error),
        name: span.name,
        attributes: texts(span.attributes),
        resource: resource.clone(),
    }
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |pair: KeyValue| match pair.value?.value? {
        Value::StringValue(text) => Some((pair.key, text)),
        Value::IntValue(number) => Some((pair.key, number.to_string())),
        other => panic!("{}: {other:?}", pair.key),
    };
    attributes.into_iter().filter_map(text).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
