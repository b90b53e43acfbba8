//! What is asked for, as far as it can be: which field is what.

use super::{
    Wishes,
    actions::{ActionSpec, acted_field, action_spec},
    spec::{FieldSpec, Kind},
};
use crate::failure::{Outcome, refuse};

/// The column that lists are sorted by in any case.
const MADE: &str = "created_at";

/// The fields, and by their names what is done with them.
pub(super) struct Asked<'a> {
    pub(super) specs: Vec<FieldSpec>,
    pub(super) title: String,
    pub(super) searched: Vec<String>,
    pub(super) ordered: Vec<String>,
    pub(super) is_unique: bool,
    pub(super) actions: Vec<ActionSpec<'a>>,
    /// The enum that they are of.
    pub(super) acted: Option<String>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(wishes: &'a Wishes) -> Outcome<Self> {
        let specs: Vec<FieldSpec> =
            wishes.fields.iter().map(|field| FieldSpec::parse(field)).collect::<Outcome<_>>()?;
        let title = check_fields(&specs)?;
        let searched = named(&specs, &wishes.search, &title, "search", |spec| {
            matches!(spec.kind, Kind::Title { .. } | Kind::Text { .. })
        })?;
        let ordered = named(&specs, &wishes.order, &title, "order", |spec| match spec.kind {
            Kind::Title { .. } | Kind::Date => true,
            Kind::Integer | Kind::Decimal(_) | Kind::Moment => !spec.optional,
            _ => false,
        })?;
        let is_unique = match wishes.unique.as_deref() {
            None => false,
            Some(name) if name == title => true,
            Some(name) => refuse!("{name} can't be unique: {title} can, by which people know one"),
        };
        let actions: Vec<_> = wishes.action.iter().map(|action| action_spec(action)).collect::<Outcome<_>>()?;
        let acted = acted_field(&specs, &actions)?;
        if let Some(good) = &wishes.good
            && !specs.iter().any(|spec| matches!(&spec.kind, Kind::Enum(variants) if variants.contains(good)))
        {
            refuse!("no enum has {good}, which --good says");
        }
        Ok(Self { specs, title, searched, ordered, is_unique, actions, acted })
    }

    /// Whether actions set it, and nothing else.
    pub(super) fn is_acted(&self, spec: &FieldSpec) -> bool {
        self.acted.as_ref() == Some(&spec.name)
    }
}

/// The name of the title; each name is there once.
fn check_fields(specs: &[FieldSpec]) -> Outcome<String> {
    for (place, spec) in specs.iter().enumerate() {
        if specs.iter().skip(place + 1).any(|other| other.name == spec.name) {
            refuse!("{} is there twice", spec.name);
        }
    }
    let titles: Vec<_> = specs.iter().filter(|spec| matches!(spec.kind, Kind::Title { .. })).collect();
    match titles.as_slice() {
        [title] => {
            if title.name != "title" && specs.iter().any(|spec| spec.name == "title") {
                refuse!("{} is the title, so no other field is called so", title.name);
            }
            Ok(title.name.clone())
        }
        [] => refuse!("there is no title: one field is what people know it by, such as name:title"),
        [..] => refuse!("there are {} titles: one field is what people know it by; the others are text", titles.len()),
    }
}

/// The fields of an option, or the title alone; each is there, and can be what the option wants.
fn named(
    specs: &[FieldSpec],
    wished: &[String],
    title: &str,
    option: &str,
    can: impl Fn(&FieldSpec) -> bool,
) -> Outcome<Vec<String>> {
    if wished.is_empty() {
        return Ok(vec![title.to_owned()]);
    }
    let mut names = Vec::new();
    for name in wished.iter().filter(|name| *name != MADE) {
        match specs.iter().find(|spec| spec.name == *name) {
            Some(spec) if can(spec) => names.push(name.clone()),
            Some(_) => refuse!(
                "--{option} can't have {name}: {}",
                match option {
                    "search" => "titles and texts are searched",
                    _ => "titles, dates, and numbers and moments that are never missing are sorted by",
                }
            ),
            None => refuse!("--{option} has {name}, which is no field"),
        }
    }
    if !names.iter().any(|name| name == title) {
        refuse!("--{option} lacks {title}, by which people know one");
    }
    Ok(names)
}
