//! What is asked for: `due_on:date?`, as somebody types it.

use super::taken::{check_field, check_word};
use crate::failure::{Failure, Outcome, refuse};

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldSpec {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) optional: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// What people know it by: a line of text.
    Title {
        max: u32,
    },
    /// Some lines.
    Text {
        max: u32,
    },
    Boolean,
    Integer,
    /// An amount with so many digits behind the point.
    Decimal(u32),
    /// One of these.
    Enum(Vec<String>),
    Date,
    Moment,
    Email,
    Url,
    /// The id of a row of another resource, which is called so, several of them.
    Reference(String),
}

const KINDS: &str = "title, text, boolean, integer, decimal(2), enum(one,other), date, moment, email, url, reference(projects); text(2000) bounds one, and ? behind it lets it be missing";

/// What people know one by, and what lists are searched for, has room for so many characters: a few words, and what tests put there.
pub(super) const ROOM: u32 = 50;

impl FieldSpec {
    /// Reads `name:kind`.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let Some((name, kind)) = text.split_once(':') else {
            refuse!("\"{text}\" is no field: say its name and its kind, such as due_on:date?");
        };
        let (kind, optional) = kind.strip_suffix('?').map_or((kind, false), |kind| (kind, true));
        let (word, inside) = match kind.strip_suffix(')').and_then(|kind| kind.split_once('(')) {
            Some((word, inside)) => (word, Some(inside)),
            None => (kind, None),
        };
        let id = if word == "reference" { id_name(name) } else { name.to_owned() };
        let name = id.as_str();
        check_word(name)?;
        let kind = match (word, inside) {
            ("title", inside) => Kind::Title { max: max(name, inside)? },
            ("text", inside) => Kind::Text { max: max(name, inside)? },
            ("boolean", None) => Kind::Boolean,
            ("integer", None) => Kind::Integer,
            ("decimal", inside) => Kind::Decimal(digits(name, inside)?),
            ("enum", Some(inside)) => Kind::Enum(variants(name, inside)?),
            ("date", None) => Kind::Date,
            ("moment", None) => Kind::Moment,
            ("email", None) => Kind::Email,
            ("url", None) => Kind::Url,
            ("reference", Some(inside)) => {
                check_word(inside)?;
                Kind::Reference(inside.to_owned())
            }
            _ => refuse!("{name} has no kind that there is, \"{kind}\". There are {KINDS}"),
        };
        let spec = Self { name: name.to_owned(), kind, optional };
        check_field(name, spec.base())?;
        match spec.kind {
            Kind::Title { .. } if optional => {
                refuse!("{name} is what people know it by, so it can't be missing: leave out the ?")
            }
            Kind::Boolean if optional => {
                refuse!("{name} is true or false: leave out the ?, or make it an enum of three")
            }
            Kind::Title { max } if max < ROOM => {
                refuse!(
                    "{name} has room for {max} characters alone: a title has {ROOM} or more, since people know one by it; what is shorter is text"
                )
            }
            _ => Ok(spec),
        }
    }

    /// Its name without the ending that says its kind: `due` of `due_on`, `project` of `project_id`.
    pub(super) fn base(&self) -> &str {
        let name = &self.name;
        let base = match self.kind {
            Kind::Reference(_) => name.strip_suffix("_id"),
            _ => name.strip_suffix("_on").or_else(|| name.strip_suffix("_at")),
        };
        base.unwrap_or(name)
    }

    /// What pages call it in their rows.
    pub(super) fn shown(&self) -> &str {
        if matches!(self.kind, Kind::Title { .. }) { "title" } else { self.base() }
    }
}

/// What an id is called of what is called so.
fn id_name(name: &str) -> String {
    if name.ends_with("_id") { name.to_owned() } else { format!("{name}_id") }
}

fn max(name: &str, inside: Option<&str>) -> Outcome<u32> {
    let Some(text) = inside else { return Ok(255) };
    let max = text.parse().ok().filter(|max| (1..=100_000).contains(max));
    max.ok_or_else(|| Failure(format!("{name} can't have \"{text}\" characters at the most: 1 to 100000")))
}

fn digits(name: &str, inside: Option<&str>) -> Outcome<u32> {
    let Some(text) = inside else { return Ok(2) };
    let digits = text.parse().ok().filter(|digits| (1..=9).contains(digits));
    digits.ok_or_else(|| Failure(format!("{name} can't have \"{text}\" digits behind the point: 1 to 9")))
}

fn variants(name: &str, inside: &str) -> Outcome<Vec<String>> {
    let variants: Vec<String> = inside.split(',').map(|variant| variant.trim().to_owned()).collect();
    for (place, variant) in variants.iter().enumerate() {
        check_word(variant)?;
        if variant == "self" {
            refuse!("{name} can't be self, which is a word of Rust");
        }
        if variants.iter().skip(place + 1).any(|other| other == variant) {
            refuse!("{name} is {variant} twice");
        }
    }
    if variants.len() < 2 {
        refuse!("{name} has one value alone: an enum has two or more, such as enum(active,archived)");
    }
    Ok(variants)
}
