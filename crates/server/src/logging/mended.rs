//! Lines for machines, mended: details of audit events are an object, which no field of a log line can be; and what libraries log
//! does not name the file of theirs that it came from, by its path on the machine that built them.

use std::fmt;

use ironplate_domain::AuditDetail;
use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// Lines as this format has them, but for these.
pub(super) struct Mended<F>(F);

impl<F> Mended<F> {
    pub(super) const fn of(format: F) -> Self {
        Self(format)
    }
}

impl<S, N, F> FormatEvent<S, N> for Mended<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mend = match event.metadata().target() {
            "audit" => opened,
            // As the crate `log` is passed on.
            "log" => without_places,
            _ => return self.0.format_event(context, writer, event),
        };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(&mend(&line).unwrap_or(line))
    }
}

/// With the text in `details` as the object that it stands for.
fn opened(line: &str) -> Option<String> {
    let mut line: Value = serde_json::from_str(line).ok()?;
    let details = line.get_mut("details")?;
    *details = object(details.as_str()?);
    Some(format!("{line}\n"))
}

/// Without the fields of a record that are in the line already, or nobody's business.
fn without_places(line: &str) -> Option<String> {
    let mut line: Map<String, Value> = serde_json::from_str(line).ok()?;
    line.retain(|name, _| !name.starts_with("log."));
    Some(format!("{}\n", Value::Object(line)))
}

/// Out of `limit=log_in_per_address passed_over=3`: a word begins a detail if it begins with the name of one.
fn object(details: &str) -> Value {
    let mut pairs: Vec<(AuditDetail, String)> = Vec::new();
    for word in details.split(' ') {
        match word.split_once('=').and_then(|(name, text)| Some((AuditDetail::from_name(name)?, text))) {
            Some((detail, text)) => pairs.push((detail, text.to_owned())),
            None => {
                if let Some((_, text)) = pairs.last_mut() {
                    *text = format!("{text} {word}");
                }
            }
        }
    }
    pairs.into_iter().flat_map(|(detail, text)| fields(detail, text)).collect()
}

/// Numbers and booleans of what always is one: a text that looks like one stays a text. What something was before it changed is a
/// field of its own, so that each has one type.
fn fields(detail: AuditDetail, text: String) -> Vec<(String, Value)> {
    use AuditDetail::{Count, IsActive, IsSuperuser, IsVerified, PassedOver};
    let name = detail.name();
    let typed = |text: &str| text.parse().unwrap_or_else(|_| Value::from(text));
    match (detail, text.split_once(" -> ")) {
        (IsActive | IsSuperuser | IsVerified, Some((before, now))) => {
            vec![(name.to_owned(), typed(now)), (format!("{name}_before"), typed(before))]
        }
        (IsActive | IsSuperuser | IsVerified | Count | PassedOver, _) => vec![(name.to_owned(), typed(&text))],
        _ => vec![(name.to_owned(), Value::String(text))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libraries_log_does_not_name_their_files() {
        let line = r#"{"message":"NOTICE: hello","log.target":"a","log.file":"/build/a.rs","log.line":1,"target":"a"}"#;
        assert_eq!(without_places(line).as_deref(), Some("{\"message\":\"NOTICE: hello\",\"target\":\"a\"}\n"));
    }

    #[test]
    fn details_are_an_object_and_all_else_stays() {
        for (details, expected) in [
            ("", r"{}"),
            ("reason=incorrect_credentials", r#"{"reason":"incorrect_credentials"}"#),
            ("count=2 fields=email full_name", r#"{"count":2,"fields":"email full_name"}"#),
            ("is_active=true is_superuser=false", r#"{"is_active":true,"is_superuser":false}"#),
            // A name that somebody chose stays a text.
            ("operator=true passed_over=70", r#"{"operator":"true","passed_over":70}"#),
            (
                r#"is_active=false -> true operator=a\\b\" =c"#,
                r#"{"is_active":true,"is_active_before":false,"operator":"a\\b\" =c"}"#,
            ),
        ] {
            let line = format!(r#"{{"kind":"session.log_in","details":"{details}","target":"audit"}}"#);
            let expected = format!("{{\"kind\":\"session.log_in\",\"details\":{expected},\"target\":\"audit\"}}\n");
            assert_eq!(opened(&line), Some(expected), "{details}");
        }
        for line in ["", r#"{"kind":"x"}"#, r#"{"details":1}"#] {
            assert_eq!(opened(line), None, "{line}");
        }
    }
}
