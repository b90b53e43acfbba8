//! Lines for people.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Compact, Format, Writer},
    },
    registry::LookupSpan,
};

use super::request::of_a_request;

/// The library's, with the request at their end that they are written for.
pub(super) struct TextLines(Format<Compact>);

impl TextLines {
    pub(super) fn new(is_colourful: bool) -> Self {
        Self(Format::default().compact().with_target(false).with_ansi(is_colourful))
    }
}

impl<S, N> FormatEvent<S, N> for TextLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut text = String::new();
        self.0.format_event(context, Writer::new(&mut text), event)?;
        line.write_str(text.trim_end())?;
        of_a_request(|work| write!(line, " request_id={}", work.id))?;
        line.write_char('\n')
    }
}
