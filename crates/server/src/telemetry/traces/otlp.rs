//! Traces as the OpenTelemetry Protocol has them: each number here is a field of `opentelemetry/proto/trace/v1/trace.proto` or of
//! what that includes, each name an attribute of the semantic conventions, but for ours, which begin with `ironplate.`.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ironplate_measure::{Span, SpanKind, SpanStatus, Trace, WorkKind, WorkResult, root_of_mail};
use url::Url;
use uuid::Uuid;

use super::{TracedWork, protobuf::Message};

/// Of `ExportTraceServiceRequest`, `ResourceSpans` and `ScopeSpans`.
const RESOURCE_SPANS: u64 = 1;
const RESOURCE: u64 = 1;
const SCOPE_SPANS: u64 = 2;
const SCOPE: u64 = 1;
const SPANS: u64 = 2;

/// Of `Span`.
const ATTRIBUTES: u64 = 9;

/// Of `Span.SpanKind`.
const INTERNAL: u64 = 1;
const SERVER: u64 = 2;
const CLIENT: u64 = 3;
const PRODUCER: u64 = 4;
const CONSUMER: u64 = 5;

/// Of the flags of a span: it is sampled, and it is known where what it is part of ran; elsewhere.
const SAMPLED: u32 = 0x101;
const PART_OF_ANOTHER_SERVICE: u32 = 0x200;

/// What is sent with all traces, or on all spans of one sort: encoded once.
pub(super) struct Encoder {
    resource: Message,
    scope: Message,
    request: Message,
    statement: Message,
}

/// What the encoder says besides what it is given.
pub(super) struct Facts<'a> {
    /// Of the process: `service.name` and the like.
    pub(super) resource: &'a BTreeMap<String, String>,
    /// Where people reach this server.
    pub(super) server: Option<Url>,
    /// What the database is, by the name of the conventions.
    pub(super) database: &'static str,
}

/// One moment, by both clocks.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) instant: Instant,
    /// Since 1970.
    pub(super) nanos: u64,
}

impl Now {
    fn nanos_at(self, moment: Instant) -> u64 {
        self.nanos.saturating_sub(nanos(self.instant.saturating_duration_since(moment)))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Encoder {
    pub(super) fn new(facts: &Facts<'_>) -> Self {
        let (mut resource, mut scope) = (Message::default(), Message::default());
        let (mut request, mut statement) = (Message::default(), Message::default());
        for (name, value) in facts.resource {
            resource.pair(1, name, value);
        }
        scope.bytes(1, "ironplate");
        scope.bytes(2, env!("CARGO_PKG_VERSION"));
        if let Some(server) = &facts.server {
            text(&mut request, "url.scheme", server.scheme());
            text(&mut request, "server.address", server.host_str().unwrap_or_default());
            if let Some(port) = server.port_or_known_default().filter(|port| *port != 0) {
                number(&mut request, "server.port", port);
            }
        }
        text(&mut statement, "db.system.name", facts.database);
        Self { resource, scope, request, statement }
    }

    /// A request of export with all spans of this work.
    pub(super) fn encode(&self, works: &[TracedWork], now: Now) -> Vec<u8> {
        let mut export = Message::default();
        export.message(RESOURCE_SPANS, |resource_spans| {
            resource_spans.message(RESOURCE, |it| it.extend(&self.resource));
            resource_spans.message(SCOPE_SPANS, |scope_spans| {
                scope_spans.message(SCOPE, |it| it.extend(&self.scope));
                for work in works {
                    scope_spans.message(SPANS, |span| self.work(span, work, now));
                    for part in &work.spans {
                        scope_spans.message(SPANS, |span| self.part(span, part, &work.trace, now));
                    }
                }
            });
        });
        export.into_bytes()
    }

    fn work(&self, span: &mut Message, work: &TracedWork, now: Now) {
        let TracedWork { kind, id, route, begun, took, fault, trace, .. } = work;
        let route = route.as_deref().unwrap_or_default();
        let flags = if trace.parent.is_some() { SAMPLED | PART_OF_ANOTHER_SERVICE } else { SAMPLED };
        identity(span, trace.id, trace.span_id(0), trace.parent, flags);
        times(span, now.nanos_at(*begun), nanos(*took));
        match kind {
            WorkKind::Request(method) => {
                // What clients make up is one method to us.
                let is_known = *method != "other";
                let (name, method) = if is_known { (*method, *method) } else { ("HTTP", "_OTHER") };
                call(span, &[name, if route.is_empty() { "" } else { " " }, route], SERVER);
                text(span, "http.request.method", method);
                if !route.is_empty() {
                    text(span, "http.route", route);
                }
                span.extend(&self.request);
                text(span, "ironplate.request_id", id);
            }
            WorkKind::Mail(template) => {
                call(span, &["mail ", template], CONSUMER);
                messaging(span, "process", id);
                text(span, "ironplate.mail.template", template);
            }
        }
        let failure = match trace.ended().map(|ended| ended.result) {
            Some(WorkResult::Answered(code)) => {
                number(span, "http.response.status_code", code);
                (code >= 500).then(|| code.to_string())
            }
            Some(WorkResult::Mailed(outcome)) => {
                text(span, "ironplate.mail.outcome", outcome);
                matches!(outcome, "failed" | "dead").then(|| outcome.to_owned())
            }
            None => None,
        };
        if trace.left_out() > 0 {
            number(span, "ironplate.spans_left_out", trace.left_out());
        }
        if let Some(kind) = fault.as_ref().or(failure.as_ref()) {
            text(span, "error.type", kind);
            error(span);
        }
    }

    fn part(&self, span: &mut Message, part: &Span, trace: &Trace, now: Now) {
        let Span { kind, name, number, parent, begun, took, status } = *part;
        identity(span, trace.id, trace.span_id(number), Some(trace.span_id(parent)), SAMPLED);
        times(span, now.nanos_at(begun), nanos(took));
        match kind {
            SpanKind::UseCase => {
                let path = function(name);
                call(span, &[short(&path)], INTERNAL);
                text(span, "code.function.name", &path);
            }
            SpanKind::Statement => {
                call(span, &[name], CLIENT);
                span.extend(&self.statement);
                text(span, "db.query.summary", name);
            }
            SpanKind::Internal => call(span, &[name], INTERNAL),
            SpanKind::Transport => call(span, &[name], CLIENT),
            SpanKind::Enqueued(message) => {
                call(span, &["enqueue ", name], PRODUCER);
                messaging(span, "send", &message.to_string());
                span.message(13, |link| {
                    link.bytes(1, message.as_bytes());
                    link.bytes(2, root_of_mail(message, 1).to_be_bytes());
                });
            }
        }
        if status == SpanStatus::Error {
            error(span);
        }
    }
}

fn identity(span: &mut Message, trace: Uuid, id: u64, parent: Option<u64>, flags: u32) {
    span.bytes(1, trace.as_bytes());
    span.bytes(2, id.to_be_bytes());
    if let Some(parent) = parent {
        span.bytes(4, parent.to_be_bytes());
    }
    span.fixed32(16, flags);
}

fn call(span: &mut Message, name: &[&str], kind: u64) {
    span.joined(5, name);
    span.uint(6, kind);
}

fn times(span: &mut Message, begun: u64, took: u64) {
    span.fixed64(7, begun);
    span.fixed64(8, begun.saturating_add(took));
}

fn error(span: &mut Message) {
    span.message(15, |status| status.uint(3, 2));
}

fn messaging(span: &mut Message, operation: &str, message: &str) {
    text(span, "messaging.system", "ironplate");
    text(span, "messaging.destination.name", "outbox");
    text(span, "messaging.operation.type", operation);
    text(span, "messaging.message.id", message);
}

fn text(span: &mut Message, name: &str, value: &str) {
    span.pair(ATTRIBUTES, name, value);
}

fn number(span: &mut Message, name: &str, value: impl Into<u64>) {
    span.message(ATTRIBUTES, |pair| {
        pair.bytes(1, name);
        pair.message(2, |it| it.uint(3, value.into()));
    });
}

/// The function that something is within, by the path of its type: without what it is generic over, and without closures.
fn function(path: &str) -> Cow<'_, str> {
    // Of `{{closure}}`.
    let path = path.split('{').next().unwrap_or_default().trim_end_matches(':');
    if !path.contains('<') {
        return path.into();
    }
    let mut depth = 0_u32;
    let bare: String = path
        .chars()
        .filter(|letter| {
            match letter {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    bare.trim_matches(':').to_owned().into()
}

/// The last two words of a path.
fn short(path: &str) -> &str {
    let colons = path.char_indices().rev().filter(|(_, letter)| *letter == ':');
    colons.map(|(at, _)| at).nth(2).and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_case_is_called_by_the_function_that_began_it() {
        for (path, function_name, name) in [
            (
                "ironplate_http::endpoints::items::create_item::{{closure}}::{{closure}}::{{closure}}",
                "ironplate_http::endpoints::items::create_item",
                "items::create_item",
            ),
            (
                "ironplate_web::host::Host::authenticate::{{closure}}",
                "ironplate_web::host::Host::authenticate",
                "Host::authenticate",
            ),
            ("a::list<b::Item, c::Order<d>>::{{closure}}", "a::list", "a::list"),
            ("<a::B as c::D>::run::{{closure}}", "run", "run"),
        ] {
            let told = function(path);
            assert_eq!((&*told, short(&told)), (function_name, name));
        }
    }
}
