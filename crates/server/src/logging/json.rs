//! Lines for machines: a JSON object each, written at once into the line.

use std::{
    cell::RefCell,
    fmt::{self, Debug, Write as _},
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

thread_local! {
    /// Where a line is put together: piece by piece into a text, and in one piece to where it goes.
    static LINE: RefCell<String> = RefCell::default();
}

/// Lines as objects: time, level, what the line has to say, whose it is, and the request that it is written for.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        // A value that is asked how it looks could log something itself: that line has a text of its own.
        let mut line = LINE.take();
        line.clear();
        let outcome = put_together(&mut line, event).and_then(|()| out.write_str(&line));
        LINE.set(line);
        outcome
    }
}

fn put_together(line: &mut String, event: &Event<'_>) -> fmt::Result {
    let about = event.metadata();
    line.push_str("{\"timestamp\":\"");
    SystemClock.now().write_in_full(line)?;
    line.push_str("\",\"level\":\"");
    line.push_str(about.level().as_str());
    line.push_str("\",");
    let mut members = Members { out: line, about: about.target(), target: None, outcome: Ok(()) };
    event.record(&mut members);
    let Members { target, outcome, .. } = members;
    outcome?;
    line.push_str("\"target\":");
    quoted(line, target.as_deref().unwrap_or(about.target()))?;
    of_a_request(|work| span(line, work))?;
    line.push_str("}\n");
    Ok(())
}

fn span(line: &mut String, work: &Work) -> fmt::Result {
    line.push_str(",\"span\":{\"request_id\":");
    quoted(line, &work.id)?;
    if let Some(trace) = &work.trace {
        write!(line, ",\"trace_id\":\"{}\"", trace.id.as_simple())?;
    }
    line.push_str(",\"name\":\"request\"}");
    Ok(())
}

struct Members<'a> {
    out: &'a mut String,
    /// The target of the event.
    about: &'static str,
    /// What the crate `log` says that the target is.
    target: Option<String>,
    outcome: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, value: &impl Serialize) {
        self.member_of(field, |out| json(out, value));
    }

    fn member_of(&mut self, field: &Field, value: impl FnOnce(&mut String) -> fmt::Result) {
        // In the line already, or nobody's business, such as the place of a file on the machine that built it.
        let is_told = self.about != LOG || !field.name().starts_with("log.");
        if is_told && self.outcome.is_ok() {
            self.outcome = self.try_member(field.name(), value);
        }
    }

    fn try_member(&mut self, name: &str, value: impl FnOnce(&mut String) -> fmt::Result) -> fmt::Result {
        self.out.push('"');
        self.out.push_str(name.strip_prefix("r#").unwrap_or(name));
        self.out.push_str("\":");
        value(self.out)?;
        self.out.push(',');
        Ok(())
    }

    fn text(&mut self, field: &Field, text: &str) {
        match (self.about, field.name()) {
            (AUDIT, "details") => self.member(field, &object(text)),
            (LOG, "log.target") => self.target = Some(text.to_owned()),
            _ => self.member_of(field, |out| quoted(out, text)),
        }
    }
}

impl Visit for Members<'_> {
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
fn quoted(out: &mut String, text: &str) -> fmt::Result {
    // To its end, whatever is found: many bytes at once, by the compiler.
    let is_escaped = |byte: u8| u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\');
    if text.bytes().map(is_escaped).fold(0, |found, one| found | one) != 0 {
        return json(out, text);
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
    Ok(())
}

/// Writes a value as JSON.
fn json(out: &mut String, value: &(impl Serialize + ?Sized)) -> fmt::Result {
    serde_json::to_writer(Bytes(out), value).map_err(|_| fmt::Error)
}

/// Takes the bytes of JSON, which are text.
struct Bytes<'a>(&'a mut String);

impl io::Write for Bytes<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push_str(str::from_utf8(bytes).map_err(io::Error::other)?);
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
