//! Lines for machines: a JSON object each, written at once into the line.

use std::{
    fmt::{self, Debug},
    io,
};

use ironplate_application::ports::Clock;
use ironplate_crypto::SystemClock;
use ironplate_measure::Work;
use serde::Serialize;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use super::{AUDIT, details::object, request::of_a_request};

/// What the crate `log` passes on, whose real target is a field.
const LOG: &str = "log";

/// Lines as objects: time, level, what the line has to say, whose it is, and the request that it is written for.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let about = event.metadata();
        line.write_str("{\"timestamp\":\"")?;
        SystemClock.now().write_in_full(&mut line)?;
        line.write_str("\",\"level\":\"")?;
        line.write_str(about.level().as_str())?;
        line.write_str("\",")?;
        let mut members = Members { out: &mut line, about: about.target(), target: None, outcome: Ok(()) };
        event.record(&mut members);
        let Members { target, outcome, .. } = members;
        outcome?;
        line.write_str("\"target\":")?;
        quoted(&mut line, target.as_deref().unwrap_or(about.target()))?;
        of_a_request(|work| span(&mut line, work))?;
        line.write_str("}\n")
    }
}

fn span(line: &mut Writer<'_>, work: &Work) -> fmt::Result {
    line.write_str(",\"span\":{\"request_id\":")?;
    quoted(line, &work.id)?;
    if let Some(trace) = &work.trace {
        write!(line, ",\"trace_id\":\"{}\"", trace.id.as_simple())?;
    }
    line.write_str(",\"name\":\"request\"}")
}

struct Members<'a, 'writer> {
    out: &'a mut Writer<'writer>,
    /// The target of the event.
    about: &'static str,
    /// What the crate `log` says that the target is.
    target: Option<String>,
    outcome: fmt::Result,
}

impl Members<'_, '_> {
    fn member(&mut self, field: &Field, value: &impl Serialize) {
        self.member_of(field, |out| json(out, value));
    }

    fn member_of(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        // In the line already, or nobody's business, such as the place of a file on the machine that built it.
        let is_told = self.about != LOG || !field.name().starts_with("log.");
        if is_told && self.outcome.is_ok() {
            self.outcome = self.try_member(field.name(), value);
        }
    }

    fn try_member(&mut self, name: &str, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) -> fmt::Result {
        self.out.write_char('"')?;
        self.out.write_str(name.strip_prefix("r#").unwrap_or(name))?;
        self.out.write_str("\":")?;
        value(self.out)?;
        self.out.write_char(',')
    }

    fn text(&mut self, field: &Field, text: &str) {
        match (self.about, field.name()) {
            (AUDIT, "details") => self.member(field, &object(text)),
            (LOG, "log.target") => self.target = Some(text.to_owned()),
            _ => self.member_of(field, |out| quoted(out, text)),
        }
    }
}

impl Visit for Members<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, &format!("{value:?}"));
    }
}

/// Writes a text as JSON. Most have nothing that must be escaped, and go as they are.
fn quoted(out: &mut Writer<'_>, text: &str) -> fmt::Result {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        return json(out, text);
    }
    out.write_char('"')?;
    out.write_str(text)?;
    out.write_char('"')
}

/// Writes a value as JSON.
fn json(out: &mut Writer<'_>, value: &(impl Serialize + ?Sized)) -> fmt::Result {
    serde_json::to_writer(Bytes(out), value).map_err(|_| fmt::Error)
}

/// Takes the bytes of JSON, which are text.
struct Bytes<'a, 'writer>(&'a mut Writer<'writer>);

impl io::Write for Bytes<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        pin::pin,
        sync::{Arc, Mutex},
        task::{Context, Poll, Waker},
    };

    use ironplate_measure::WorkKind;
    use serde_json::{Value, json};
    use tracing::subscriber::with_default;
    use tracing_subscriber::{layer::SubscriberExt, registry};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The one line that this writes, without its time.
    fn line(tell: impl FnOnce()) -> Value {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt::layer().with_writer(move || writer.clone()).event_format(JsonLines);
        with_default(registry().with(lines), tell);
        let written = written.0.lock().unwrap();
        let text = str::from_utf8(&written).unwrap();
        assert!(text.ends_with('\n') && text.lines().count() == 1, "{text}");
        let mut line: Value = serde_json::from_str(text).unwrap();
        let time = line.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(time.as_str().is_some_and(|time| time.len() == "2026-11-29T10:00:00.000000Z".len()), "{time}");
        line
    }

    fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn whatever_is_in_a_line_it_is_one_object_on_one_line() {
        let hostile = "a \"b\" \\ \n \u{1b}[0m \u{2028} \u{1F980}";
        let told = line(|| {
            tracing::info!(target: "t", text = hostile, number = -1, big = u64::MAX, none = None::<u8>, yes = true, r#type = ?hostile, "said {hostile}");
        });
        let expected = json!({
            "level": "INFO", "message": format!("said {hostile}"), "text": hostile, "number": -1, "big": u64::MAX, "yes": true,
            "type": format!("{hostile:?}"), "target": "t",
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn a_line_names_the_request_that_it_is_written_for() {
        let told = |kind, trace| {
            let work = Work::begin_traced(kind, "a\"b".to_owned(), trace);
            line(|| assert!(poll(work.during(async { tracing::warn!(target: "t", "odd") })).is_ready()))
        };
        let span = json!({ "request_id": "a\"b", "name": "request" });
        let expected = json!({ "level": "WARN", "message": "odd", "target": "t", "span": span });
        assert_eq!(told(WorkKind::Request("GET"), None), expected);
        assert_eq!(told(WorkKind::Mail("welcome"), None), json!({ "level": "WARN", "message": "odd", "target": "t" }));
    }

    #[test]
    fn details_of_an_audit_event_are_an_object() {
        let told = line(|| tracing::info!(target: AUDIT, kind = "session.log_in", details = "count=2 fields=a \"b\""));
        let details = json!({ "count": 2, "fields": "a \"b\"" });
        assert_eq!(told, json!({ "level": "INFO", "kind": "session.log_in", "details": details, "target": "audit" }));
    }

    #[test]
    fn what_libraries_log_does_not_name_their_files() {
        let told = line(|| {
            let (target, file) = ("a_library::part", "/build/a.rs");
            tracing::info!(target: LOG, { log.target = target, log.file = file, log.line = 1, log.module_path = target }, "hello");
        });
        assert_eq!(told, json!({ "level": "INFO", "message": "hello", "target": "a_library::part" }));
    }
}
