//! A number that tells how things are.

use serde::Serialize;

use crate::words::Day;

/// As the component `figures` takes it.
#[derive(Serialize)]
pub(super) struct Figure {
    label: &'static str,
    value: String,
    /// In place of the value.
    day: Option<Day>,
    url: Option<String>,
    more: Option<String>,
}

impl Figure {
    pub(super) fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), day: None, url: None, more: None }
    }

    /// A day, which is no number.
    pub(super) fn of_day(label: &'static str, day: Day) -> Self {
        Self { day: Some(day), ..Self::new(label, "") }
    }

    /// Where there is more about it.
    pub(super) fn leading_to(self, url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..self }
    }

    /// And this to say of it.
    pub(super) fn saying(self, more: Option<String>) -> Self {
        Self { more, ..self }
    }
}
