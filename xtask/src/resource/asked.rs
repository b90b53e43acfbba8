//! What is asked for, as far as it can be: which field is what.

use std::ops::RangeInclusive;

use super::{
    Wishes,
    actions::{ActionSpec, acted_field, action_spec},
    called::Called,
    spec::{FieldSpec, Kind, ROOM},
    taken::check_word,
};
use crate::failure::{Outcome, refuse};

/// The column that lists are sorted by in any case.
const MADE: &str = "created_at";

/// So many one owner may have at the most, as settings allow it.
const MOST: RangeInclusive<u32> = 100..=10_000_000;

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
    pub(super) fn new(wishes: &'a Wishes, called: &Called) -> Outcome<Self> {
        let specs: Vec<FieldSpec> =
            wishes.fields.iter().map(|field| FieldSpec::parse(field)).collect::<Outcome<_>>()?;
        let title = check_fields(called, &specs)?;
        let searched = named(
            &specs,
            &wishes.search,
            &title,
            "search",
            |spec| matches!(spec.kind, Kind::Title { max } | Kind::Text { max } if max >= ROOM),
        )?;
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
        check_actions(&actions)?;
        let acted = acted_field(&specs, &actions)?;
        if let Some(good) = &wishes.good
            && !specs.iter().any(|spec| matches!(&spec.kind, Kind::Enum(variants) if variants.contains(good)))
        {
            refuse!("no enum has {good}, which --good says");
        }
        check_options(wishes, &specs)?;
        Ok(Self { specs, title, searched, ordered, is_unique, actions, acted })
    }

    /// Whether actions set it, and nothing else.
    pub(super) fn is_acted(&self, spec: &FieldSpec) -> bool {
        self.acted.as_ref() == Some(&spec.name)
    }
}

/// The name of the title; each name is there once.
fn check_fields(called: &Called, specs: &[FieldSpec]) -> Outcome<String> {
    for (place, spec) in specs.iter().enumerate() {
        if specs.iter().skip(place + 1).any(|other| other.name == spec.name) {
            refuse!("{} is there twice", spec.name);
        }
        if [&*spec.name, spec.base()].into_iter().any(|name| called.noun == name || called.nouns == name) {
            refuse!("{} {} can't have a field {}: call one of them otherwise", called.a, called.words, spec.name);
        }
    }
    let titles: Vec<_> = specs.iter().filter(|spec| matches!(spec.kind, Kind::Title { .. })).collect();
    match titles.as_slice() {
        [title] => {
            if title.name != "title" && specs.iter().any(|spec| spec.name == "title") {
                refuse!("{} is the title, so no other field is called so", title.name);
            }
            check_shown(specs)?;
            Ok(title.name.clone())
        }
        [] => refuse!("there is no title: one field is what people know it by, such as name:title"),
        [..] => refuse!("there are {} titles: one field is what people know it by; the others are text", titles.len()),
    }
}

/// Rows of pages can tell the fields apart.
fn check_shown(specs: &[FieldSpec]) -> Outcome<()> {
    for (place, spec) in specs.iter().enumerate() {
        let shown = spec.shown();
        if let Some(other) = specs.iter().skip(place + 1).find(|other| other.shown() == shown) {
            refuse!("{} and {} are both {shown} on pages: call one of them otherwise", spec.name, other.name);
        }
    }
    Ok(())
}

/// Each has a name of its own, and a value that no other one gives.
fn check_actions(actions: &[ActionSpec<'_>]) -> Outcome<()> {
    for (place, action) in actions.iter().enumerate() {
        for other in actions.iter().skip(place + 1) {
            if other.name == action.name {
                refuse!("the action {} is there twice", action.name);
            }
            if other.to == action.to {
                refuse!("{} and {} both make one {}: leave one of them out", action.name, other.name, action.to);
            }
        }
    }
    Ok(())
}

/// Refuses what no example, no path and no setting can have.
fn check_options(wishes: &Wishes, specs: &[FieldSpec]) -> Outcome<()> {
    if wishes.most.is_some_and(|most| !MOST.contains(&most)) {
        refuse!(
            "--most is {} to {}, and a setting may be less: leave it out where there is no bound",
            MOST.start(),
            MOST.end()
        );
    }
    if let Some(placeholder) = &wishes.placeholder {
        check_word(placeholder)?;
    }
    let titles = specs.iter().map(|spec| if let Kind::Title { max } = spec.kind { max } else { 0 });
    let room = titles.max().unwrap_or_default();
    for example in [&wishes.example, &wishes.example_changed].into_iter().flatten() {
        let length = example.chars().count();
        if !(1..=room as usize).contains(&length) {
            refuse!(
                "\"{example}\" can't be the title of an example: it has {length} characters, and may have 1 to {room}"
            );
        }
    }
    Ok(())
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
            Some(_) if names.contains(name) => refuse!("--{option} has {name} twice"),
            Some(spec) if can(spec) => names.push(name.clone()),
            Some(_) if option == "search" => {
                refuse!("--search can't have {name}: titles are searched, and texts with room for {ROOM} characters")
            }
            Some(_) => refuse!(
                "--{option} can't have {name}: titles, dates, and numbers and moments that are never missing are sorted by"
            ),
            None => refuse!("--{option} has {name}, which is no field"),
        }
    }
    if !names.iter().any(|name| name == title) {
        refuse!("--{option} lacks {title}, by which people know one");
    }
    Ok(names)
}
