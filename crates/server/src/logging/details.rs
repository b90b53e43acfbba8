//! Details of audit events in lines for machines: an object, which no field of a log line can be.

use std::fmt;

use serde_json::Value;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// Lines as this format has them, but for the details in them.
pub(super) struct Details<F>(F);

impl<F> Details<F> {
    pub(super) const fn of(format: F) -> Self {
        Self(format)
    }
}

impl<S, N, F> FormatEvent<S, N> for Details<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if event.metadata().target() != "audit" {
            return self.0.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(&opened(&line).unwrap_or(line))
    }
}

/// With the text in `details` as the object that it is.
fn opened(line: &str) -> Option<String> {
    let mut line: Value = serde_json::from_str(line).ok()?;
    let details = line.get_mut("details")?;
    *details = serde_json::from_str(details.as_str()?).ok().filter(Value::is_object)?;
    Some(format!("{line}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_in_a_text_is_opened_and_nothing_else() {
        let line = r#"{"kind":"session.log_in","details":"{\"reason\":\"a \\\"b\\\"\"}","target":"audit"}"#;
        let expected = r#"{"kind":"session.log_in","details":{"reason":"a \"b\""},"target":"audit"}"#;
        assert_eq!(opened(line).as_deref(), Some(&*format!("{expected}\n")));
        for line in ["", r#"{"kind":"x"}"#, r#"{"details":"x"}"#, r#"{"details":"[1]"}"#, r#"{"details":1}"#] {
            assert_eq!(opened(line), None, "{line}");
        }
    }
}
