//! Buttons: each gives an enum a value, which nothing else gives it then.

use serde::Serialize;

use super::{
    Wishes,
    kinds::{Field, Variant},
    spec::{FieldSpec, Kind},
    taken::check_action,
    words::{article, capitalised, headed, past, words},
};
use crate::failure::{Outcome, refuse};

/// What a button does: it gives a field a value.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Action {
    pub(super) name: String,
    #[serde(rename = "NAME")]
    pub(super) upper: String,
    pub(super) slug: String,
    pub(super) words: String,
    #[serde(rename = "Words")]
    pub(super) sentence: String,
    pub(super) label: String,
    pub(super) done: String,
    pub(super) field: Field,
    pub(super) to: Variant,
    pub(super) value: String,
    /// Another action after which this one changes something, where a new one is so from the beginning.
    pub(super) starts: String,
}

/// As somebody types it: `complete=done`, perhaps with what stands on the button and what is told afterwards.
pub(super) struct ActionSpec<'a> {
    pub(super) name: &'a str,
    pub(super) to: &'a str,
    label: String,
    done: String,
}

impl Action {
    /// What it is called on pages and in addresses.
    pub(super) fn line(&self) -> String {
        format!("    {}: {:?}, {:?}, {:?};\n", self.upper, self.slug, self.label, self.done)
    }
}

pub(super) fn action_spec(text: &str) -> Outcome<ActionSpec<'_>> {
    let mut parts = text.split('|');
    let Some((name, to)) = parts.next().and_then(|action| action.split_once('=')) else {
        refuse!("\"{text}\" is no action: say its name and what it makes of one, such as archive=archived");
    };
    check_action(name)?;
    let label = parts.next().map_or_else(|| capitalised(&words(name)), str::to_owned);
    let done = parts.next().map_or_else(|| past(&words(name)), str::to_owned);
    Ok(ActionSpec { name, to, label, done })
}

/// Refuses a button that reads otherwise than that of the same name of another resource: pages have one of each name.
pub(super) fn check_alike<'a>(actions: &[ActionSpec<'_>], others: impl Iterator<Item = &'a Wishes>) -> Outcome<()> {
    for other in others {
        for there in other.action.iter().map(|action| action_spec(action)) {
            let ActionSpec { name, label, done, .. } = there?;
            let same = actions.iter().find(|action| action.name == name);
            if let Some(ActionSpec { to, .. }) = same.filter(|same| same.label != label || same.done != done) {
                refuse!(
                    "{name} of {} {} reads otherwise: say --action '{name}={to}|{label}|{done}', or call it otherwise",
                    article(&other.noun),
                    words(&other.noun)
                );
            }
        }
    }
    Ok(())
}

/// The enum that the actions are of.
pub(super) fn acted_field(specs: &[FieldSpec], actions: &[ActionSpec<'_>]) -> Outcome<Option<String>> {
    let Some(first) = actions.first() else { return Ok(None) };
    let has = |spec: &&FieldSpec| {
        !spec.optional
            && matches!(&spec.kind, Kind::Enum(variants) if actions.iter().all(|action| variants.iter().any(|variant| variant == action.to)))
    };
    match specs.iter().find(has) {
        Some(spec) => Ok(Some(spec.name.clone())),
        None => refuse!("no enum that is always there has all that actions make of one, such as {}", first.to),
    }
}

fn action_of(spec: &ActionSpec<'_>, field: Option<&Field>) -> Outcome<Action> {
    let Some(field) = field else { refuse!("{} changes nothing", spec.name) };
    let Some(to) = field.variants.iter().find(|variant| variant.name == spec.to) else {
        refuse!("{} is no {}", spec.to, field.name)
    };
    let name = spec.name.to_owned();
    Ok(Action {
        upper: name.to_uppercase(),
        slug: name.replace('_', "-"),
        words: words(&name),
        sentence: headed(&name),
        label: spec.label.clone(),
        done: spec.done.clone(),
        value: format!("{}::{}", field.value, to.camel),
        to: to.clone(),
        field: field.clone(),
        starts: String::new(),
        name,
    })
}

/// All of them, of this field.
pub(super) fn actions_of(specs: &[ActionSpec<'_>], field: Option<&Field>) -> Outcome<Vec<Action>> {
    let mut actions = specs.iter().map(|action| action_of(action, field)).collect::<Outcome<Vec<_>>>()?;
    let others = actions.clone();
    // What a new one is already is not made of it.
    for action in actions.iter_mut().filter(|action| action.field.default == action.value) {
        let before = others.iter().find(|other| other.value != action.value);
        action.starts = before.map_or_else(String::new, |other| other.name.clone());
    }
    Ok(actions)
}
