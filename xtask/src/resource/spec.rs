//! What is asked for: `due_on:date?`, as somebody types it.

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

/// What a field may not be called: pages, requests and rows have something of this name.
const TAKEN: &str = "id owner owner_id owner_user_id owner_organization_id organization organization_id created created_at actions \
    user form editor found changes outcome actor app client command row page work world subject as async await box break const \
    continue crate dyn else enum extern false fn for gen if impl in let loop match mod move mut pub ref return self static struct super \
    trait true try type unsafe use where while yield";

/// What SQL takes for itself, in one database or the other.
const SQL: &str = "all alter analyse analyze and any array asc asymmetric authorization autoincrement begin between binary both case \
    cast check collate column commit concurrently constraint create cross default deferrable delete desc distinct do drop else end \
    escape except exists fetch foreign freeze from full glob grant group having ilike index indexed initially inner insert intersect \
    into is isnull join lateral leading left like limit match natural not nothing notnull null offset on only or order outer overlaps \
    placing primary references regexp returning right rollback select set similar some symmetric table tablesample then to trailing \
    transaction trigger union unique update using values variadic verbose when where window with";

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
        check_name(name)?;
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
        match kind {
            Kind::Title { .. } if optional => {
                refuse!("{name} is what people know it by, so it can't be missing: leave out the ?")
            }
            Kind::Boolean if optional => {
                refuse!("{name} is true or false: leave out the ?, or make it an enum of three")
            }
            kind => Ok(Self { name: name.to_owned(), kind, optional }),
        }
    }
}

/// What an id is called of what is called so.
fn id_name(name: &str) -> String {
    if name.ends_with("_id") { name.to_owned() } else { format!("{name}_id") }
}

/// Refuses what is no name in code, in a database and in a form alike.
pub(super) fn check_word(word: &str) -> Outcome<()> {
    let is_fine = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_lowercase())
            && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if word.len() > 30 || !word.split('_').all(is_fine) {
        refuse!(
            "\"{word}\" can't be a name: small letters, digits and single underscores, a letter first, 30 at the most"
        );
    }
    Ok(())
}

fn check_name(name: &str) -> Outcome<()> {
    check_word(name)?;
    if TAKEN.split_whitespace().any(|taken| taken == name) {
        refuse!("a field can't be called {name}: there is something of this name already");
    }
    check_column(name)
}

/// Refuses what no table and no column can be called.
pub(super) fn check_column(name: &str) -> Outcome<()> {
    if SQL.split_whitespace().any(|word| word == name) {
        refuse!("{name} is a word of SQL, so nothing in a database can be called so");
    }
    Ok(())
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
        if variants.iter().skip(place + 1).any(|other| other == variant) {
            refuse!("{name} is {variant} twice");
        }
    }
    if variants.len() < 2 {
        refuse!("{name} has one value alone: an enum has two or more, such as enum(active,archived)");
    }
    Ok(variants)
}
