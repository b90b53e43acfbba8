//! Times: a day, a moment.

use super::{About, Field, Order, or_none};
use crate::resource::words::{camel, words};

impl Field {
    /// A day.
    pub(super) fn day(self, about: &About<'_>) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        let nouns = about.nouns;
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let cell = |shown: &str| if optional { or_none(shown) } else { shown.to_owned() };
        let base = name.strip_suffix("_on").unwrap_or(&name).to_owned();
        let (last, first) = if optional {
            ("; items without one come before all others", "; items without one come last")
        } else {
            ("", "")
        };
        let plural = words(nouns);
        Self {
            value: "Date".into(),
            wire: "String".into(),
            to_wire: maybe(&format!("{name}.map(|{name}| {name}.to_string())"), &format!("{name}.to_string()")),
            json: "\"2027-03-01\"".into(),
            row: "Day".into(),
            to_row: maybe("ROW.map(Day::from)", "ROW.into()"),
            told: "day".into(),
            cell: cell("{{ <day day={ROW}/> }}").replace(">None<", ">No date<"),
            typed: "2027-05-31".into(),
            columns: self.column("date", "INTEGER", "DbDate"),
            some: "date(\"2027-03-01\")".into(),
            rich: "Date::MIN".into(),
            poor: "Date::MAX".into(),
            change: maybe("date(\"2027-03-01\")", "date(\"2027-03-02\")"),
            change_back: "date(\"1969-12-31\")".into(),
            json_test: "\"2027-03-01\"".into(),
            order: Some(Order {
                up: format!("Earliest{}", camel(&base)),
                down: format!("Latest{}", camel(&base)),
                up_doc: format!("The earliest {} first{}.", self.words, first.replace("items", &plural)),
                down_doc: format!("The latest {} first{}.", self.words, last.replace("items", &plural)),
                key: maybe(
                    &format!("Date({}.{name}.unwrap_or(Date::MAX))", about.noun),
                    &format!("Date({}.{name})", about.noun),
                ),
                stored_key: "Day",
                column: maybe(&format!("list::or_last_day(\"{name}\")"), &format!("{nouns}::{name}")),
                postgres: maybe(&format!("coalesce({name}, DATE '9999-12-31')"), &name),
                sqlite: maybe(&format!("coalesce({name}, 2932896)"), &name),
                at_place: "Date::from_days(20_000 + place)",
            }),
            ..self
        }
    }

    /// A moment.
    pub(super) fn moment(self, about: &About<'_>) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        let nouns = about.nouns;
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let cell = |shown: &str| if optional { or_none(shown) } else { shown.to_owned() };
        let base = name.strip_suffix("_at").unwrap_or(&name).to_owned();
        Self {
            value: "Timestamp".into(),
            wire: "String".into(),
            to_wire: maybe(&format!("{name}.map(|{name}| {name}.to_string())"), &format!("{name}.to_string()")),
            json: "\"2027-03-01T09:30:00Z\"".into(),
            row: "When".into(),
            to_row: maybe("ROW.map(When::from)", "ROW.into()"),
            told: "when".into(),
            cell: cell("{{ <when at={ROW}/> }}"),
            typed: "2027-05-31T09:30".into(),
            form: ".hint(\"In UTC\")".into(),
            columns: self.column("timestamptz", "INTEGER", "DbTimestamp"),
            some: "Timestamp::from_seconds(1_800_000_000)".into(),
            rich: "Timestamp::MIN".into(),
            poor: "Timestamp::MAX".into(),
            change: "Timestamp::from_seconds(1_900_000_000)".into(),
            change_back: "Timestamp::from_micros(-1)".into(),
            json_test: "\"2027-03-01T09:30:00Z\"".into(),
            order: (!optional).then(|| Order {
                up: format!("Earliest{}", camel(&base)),
                down: format!("Latest{}", camel(&base)),
                up_doc: format!("The earliest {} first.", self.words),
                down_doc: format!("The latest {} first.", self.words),
                key: format!("Time({}.{name})", about.noun),
                stored_key: "Moment",
                column: format!("{nouns}::{name}"),
                postgres: name.clone(),
                sqlite: name.clone(),
                at_place: "moment(place)",
            }),
            ..self
        }
    }
}
