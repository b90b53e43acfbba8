//! What each kind of field is in each layer: the one table of it. Templates say where it stands.

mod references;
mod texts;
mod times;
mod values;

use serde::Serialize;

use super::{
    called::Called,
    spec::{FieldSpec, Kind},
    words::{camel, capitalised, is_plural, words},
};

/// A field, as templates take it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Field {
    pub(super) name: String,
    /// In code: `DueOn`.
    #[serde(rename = "Name")]
    pub(super) camel: String,
    /// In a sentence: `due date`.
    pub(super) words: String,
    /// On pages.
    pub(super) label: String,
    pub(super) optional: bool,
    /// The type of a value, and of the entity's field.
    #[serde(rename = "type")]
    pub(super) value: String,
    pub(super) rust: String,
    pub(super) doc: String,
    pub(super) change_doc: String,
    /// Of a text of its own.
    pub(super) type_doc: String,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) check: String,
    pub(super) variants: Vec<Variant>,
    /// What a new one has; empty where whoever makes one says it.
    pub(super) default: String,
    /// Of a reference, what it is to.
    pub(super) target: Option<Target>,
    /// It can be sent, and is not changed by actions alone.
    pub(super) is_sent: bool,

    // The API.
    pub(super) wire: String,
    pub(super) to_wire: String,
    pub(super) from_made: String,
    pub(super) presence_made: String,
    pub(super) presence_changed: String,
    pub(super) presence_answered: String,
    pub(super) json: String,
    pub(super) json_answered: String,

    // The database: columns with their types on PostgreSQL, SQLite and in Diesel.
    pub(super) columns: Vec<Column>,
    pub(super) kept: String,
    pub(super) order: Option<Order>,
    /// What rows have that were there before the field, where it is never missing and something holds of all of them.
    pub(super) before: Option<Literal>,

    // Pages.
    pub(super) form: String,
    pub(super) shown: String,
    pub(super) row: String,
    pub(super) to_row: String,
    pub(super) told: String,
    pub(super) cell: String,
    /// What may be typed.
    pub(super) typed: String,

    // Tests: some value, the two ends, a change, and another one that leaves nothing of what was searched.
    pub(super) some: String,
    pub(super) rich: String,
    pub(super) poor: String,
    pub(super) change: String,
    pub(super) change_back: String,
    pub(super) json_test: String,
}

/// One of an enum.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Variant {
    pub(super) name: String,
    #[serde(rename = "Name")]
    pub(super) camel: String,
    pub(super) words: String,
    pub(super) label: String,
}

/// What a reference is to, in the spellings that templates need.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Target {
    #[serde(flatten)]
    pub(super) called: Called,
    /// The constraint that is violated where it is not there.
    pub(super) missing: String,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) optional: bool,
    pub(super) postgres: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) diesel: &'static str,
    /// Of what it refers to, the table.
    pub(super) references: Option<String>,
}

/// A value in the SQL of each database.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Literal {
    pub(super) postgres: String,
    pub(super) sqlite: String,
}

impl Literal {
    /// One that both write alike.
    fn of_both(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { postgres: text.clone(), sqlite: text }
    }
}

/// How a list is sorted by a field.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Order {
    pub(super) up: String,
    pub(super) down: String,
    pub(super) up_doc: String,
    pub(super) down_doc: String,
    pub(super) key: String,
    pub(super) stored_key: &'static str,
    pub(super) column: String,
    pub(super) postgres: String,
    pub(super) sqlite: String,
    pub(super) at_place: &'static str,
}

/// Whose field it is, and what is done with it.
pub(super) struct About<'a> {
    pub(super) noun: &'a str,
    pub(super) nouns: &'a str,
    pub(super) example: &'a str,
    /// What a reference is to.
    pub(super) target: Option<&'a Called>,
    pub(super) is_searched: bool,
    /// Actions set it, and nothing else.
    pub(super) is_acted: bool,
    /// Of an enum: what is shown as good.
    pub(super) good: Option<&'a str>,
}

impl Field {
    pub(super) fn new(spec: &FieldSpec, about: &About<'_>) -> Self {
        let FieldSpec { name, kind, optional } = spec;
        let noun = about.noun;
        let base = spec.base();
        // `starts_on` is the start date.
        let of_time = |what: &str| format!("{} {what}", words(base.strip_suffix('s').unwrap_or(base)));
        let is = name.strip_prefix("is_").unwrap_or(name);
        let words = match kind {
            Kind::Date if base != name => of_time("date"),
            Kind::Moment if base != name => of_time("time"),
            Kind::Boolean => words(is),
            Kind::Reference(_) => words(base),
            _ => words(name),
        };
        let another = if is_plural(&words) { "Other" } else { "Another" };
        let field = Self {
            name: name.clone(),
            camel: camel(if matches!(kind, Kind::Reference(_)) { base } else { name }),
            label: capitalised(&super::words::words(if *kind == Kind::Boolean { is } else { base })),
            optional: *optional,
            doc: format!("Its {words}."),
            change_doc: format!("{another} {words}{}.", if *optional { ", or none at all (`Some(None)`)" } else { "" }),
            is_sent: !about.is_acted,
            from_made: if *optional { format!("{name}.flatten()") } else { name.clone() },
            kept: name.clone(),
            shown: spec.shown().to_owned(),
            default: if *optional { "None".to_owned() } else { String::new() },
            words,
            ..Self::default()
        };
        let of = field.clone().of_kind(kind, about);
        let value = of.value.clone();
        let json_answered = match kind {
            Kind::Text { .. } if *optional => "null".to_owned(),
            Kind::Enum(variants) if about.is_acted => format!("{:?}", variants.first().map_or("", String::as_str)),
            _ => of.json.clone(),
        };
        let presence =
            |required: &str| if *optional { format!("Nullable<{value}>") } else { format!("{required}<{value}>") };
        Self {
            rust: if *optional { format!("Option<{value}>") } else { value.clone() },
            wire: if *optional { format!("Option<{}>", of.wire) } else { of.wire.clone() },
            row: if *optional { format!("Option<{}>", of.row) } else { of.row.clone() },
            told: if *optional { format!("null|{}", of.told) } else { of.told.clone() },
            presence_made: if of.presence_made.is_empty() { presence("Required") } else { of.presence_made.clone() },
            presence_changed: presence("Optional"),
            presence_answered: presence("Required"),
            to_row: of.to_row.replace("ROW", &format!("{noun}.{name}")),
            cell: of.cell.replace("ROW", &format!("{noun}.{}", of.shown)),
            json_answered,
            ..of
        }
    }

    fn of_kind(self, kind: &Kind, about: &About<'_>) -> Self {
        match kind {
            Kind::Title { max } => self.title(*max, about),
            Kind::Text { max } => self.lines(*max, about),
            Kind::Boolean => self.boolean(),
            Kind::Integer => self.integer(about),
            Kind::Decimal(digits) => self.decimal(*digits, about),
            Kind::Enum(variants) => self.one_of(variants, about),
            Kind::Date => self.day(about),
            Kind::Moment => self.moment(about),
            Kind::Email => self.email(),
            Kind::Url => self.url(about),
            Kind::Reference(_) => self.reference(about),
        }
    }

    /// Its type, if that is of this field alone.
    pub(super) fn type_of_its_own(&self) -> Option<&str> {
        (self.max > 0 || !self.variants.is_empty()).then_some(&*self.value)
    }

    /// The type that it has in the domain, where it is one of its own.
    fn own_type(&self, about: &About<'_>) -> String {
        format!("{}{}", camel(about.noun), self.camel)
    }

    /// The one column that it is kept in.
    fn column(&self, postgres: &'static str, sqlite: &'static str, diesel: &'static str) -> Vec<Column> {
        vec![Column { name: self.name.clone(), optional: self.optional, postgres, sqlite, diesel, references: None }]
    }
}

/// What a list shows where there is nothing.
const NONE: &str = r#"<span class="muted">None</span>"#;

/// A cell of a list whose value may be missing.
fn or_none(shown: &str) -> String {
    format!("{{% if ROW %}}{shown}{{% else %}}{NONE}{{% endif %}}")
}
