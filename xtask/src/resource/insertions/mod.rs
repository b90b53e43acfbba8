//! The lines that a resource has in files of all: lists of modules, registries, tables of rights and of tests.
//!
//! A line goes to where a text stands that is no resource's, so that it finds its place also in a product without the example.

mod domain;
mod product;
mod removal;
mod replacement;
mod settings;
mod stores;
mod use_cases;
mod ways_in;

use std::{collections::BTreeMap, ops::Range, path::Path};

use Place::{After, Before};
pub(super) use replacement::replacements;

pub(super) use removal::with_line;

use super::{actions::Action, model::Model, render::Renderer};
use crate::{
    failure::{Failure, Outcome},
    tree,
};

/// All of them, from the domain outward.
const ALL: &[&[File]] =
    &[domain::FILES, use_cases::FILES, stores::FILES, ways_in::FILES, product::FILES, settings::FILES];

/// A store of one's own, of which a product may take the folder away.
const EXAMPLE: &str = "examples/foreign-store";

/// A file, and the lines that resources have in it.
struct File {
    path: &'static str,
    lines: &'static [Line],
}

/// Where it goes, which resources have it, and its template.
struct Line(Place, For, &'static str);

/// Before or after a text that is there once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Before(&'static str),
    After(&'static str),
}

/// Which resources have such a line.
enum For {
    Each,
    /// A line for each enum, `f`: rustfmt sorts them.
    Enums,
    /// A line for each action, which several resources may have in common.
    Actions,
    /// A line for each reference, `f`.
    References,
    /// A line for each reference that can't be missing, `f`.
    Needs,
    /// Those that others refer to and keep from being deleted.
    InUse,
    Moving,
    Bounded,
    UsersBounded,
    OrganizationsBounded,
    Unique,
    /// Those that organisations may own.
    OfOrganizations,
}

/// A line of this resource.
pub(super) struct Insertion {
    pub(super) path: &'static str,
    place: Place,
    pub(super) text: String,
    /// Where the file has it already, it is not needed a second time.
    shared: bool,
}

/// Those of this resource.
pub(super) fn all(model: &Model) -> Outcome<Vec<Insertion>> {
    let renderer = Renderer::new(model)?;
    let mut insertions = Vec::new();
    for File { path, lines } in ALL.iter().copied().flatten() {
        for Line(place, whom, template) in *lines {
            let (texts, shared) = match whom {
                For::Actions => (model.actions.iter().map(Action::line).collect(), true),
                For::Enums => (renderer.texts(template, model.group("enums"))?, false),
                For::References => (renderer.texts(template, model.group("references"))?, false),
                For::Needs => (renderer.texts(template, model.group("needs"))?, false),
                whom if whom.has(model) => (vec![renderer.text(template)?], false),
                _ => continue,
            };
            insertions.extend(texts.into_iter().map(|text| Insertion { path, place: *place, text, shared }));
        }
    }
    Ok(insertions)
}

/// Those of this resource that none of the others has in common with it.
pub(super) fn of_this_alone(model: &Model, others: &[&Model]) -> Outcome<Vec<Insertion>> {
    let mut insertions = all(model)?;
    for other in others {
        let others = all(other)?;
        let is_common = |one: &Insertion| others.iter().any(|other| other.path == one.path && other.text == one.text);
        insertions.retain(|one| !(one.shared && is_common(one)));
    }
    Ok(insertions)
}

impl For {
    /// Whether this resource is one of them.
    fn has(&self, model: &Model) -> bool {
        match self {
            Self::Each | Self::Enums | Self::Actions | Self::References | Self::Needs => true,
            Self::InUse => model.is("in_use"),
            Self::Moving => model.is("moves"),
            Self::Bounded => model.most.is_some(),
            Self::UsersBounded => model.most.is_some() && model.is("by_users"),
            Self::OrganizationsBounded => model.most.is_some() && model.is("by_organizations"),
            Self::Unique => model.is("unique"),
            Self::OfOrganizations => model.is("by_organizations"),
        }
    }
}

impl Insertion {
    /// A line that no resource has.
    pub(super) fn new(path: &'static str, place: Place, text: String) -> Self {
        Self { path, place, text, shared: false }
    }

    /// Puts it into the text of its file, which is read unless something was put in before.
    pub(super) fn put(&self, root: &Path, texts: &mut BTreeMap<String, String>) -> Outcome<()> {
        self.change(root, texts, Self::within)
    }

    /// Takes it out of the text of its file.
    pub(super) fn take(&self, root: &Path, texts: &mut BTreeMap<String, String>) -> Outcome<()> {
        self.change(root, texts, Self::without)
    }

    fn change(
        &self,
        root: &Path,
        texts: &mut BTreeMap<String, String>,
        changed: impl FnOnce(&Self, &str) -> Outcome<String>,
    ) -> Outcome<()> {
        // A product that has no use for the example has no such file.
        if self.path.starts_with(EXAMPLE) && !root.join(EXAMPLE).exists() {
            return Ok(());
        }
        let text = match texts.remove(self.path) {
            Some(text) => text,
            None => tree::text(root, self.path)?.ok_or_else(|| Failure(format!("{} is no text", self.path)))?,
        };
        texts.insert(self.path.to_owned(), changed(self, &text)?);
        Ok(())
    }

    /// The text of its file with it.
    fn within(&self, text: &str) -> Outcome<String> {
        if self.shared && text.contains(&self.text) {
            return Ok(text.to_owned());
        }
        let place = self.place_in(text)?;
        let at = if let After(_) = self.place { place.end } else { place.start };
        let (before, after) = text.split_at(at);
        Ok(format!("{before}{}{after}", self.text))
    }

    /// Where its file has what it is put beside.
    fn place_in(&self, text: &str) -> Outcome<Range<usize>> {
        let (Before(anchor) | After(anchor)) = self.place;
        let exact: Vec<_> = text.match_indices(anchor).map(|(at, found)| at..at + found.len()).collect();
        let [place] =
            (if exact.is_empty() { wrapped(text, anchor) } else { exact }).try_into().map_err(|places: Vec<_>| {
                let (path, count) = (self.path, places.len());
                Failure(format!("{path} has this {count} times, and should once, where what is new is put: {anchor:?}"))
            })?;
        Ok(place)
    }
}

/// Where the text has these signs, with other white space between them: rustfmt breaks lines that become too long.
fn wrapped(text: &str, anchor: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = anchor.chars().filter(|sign| !sign.is_whitespace()).collect();
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, sign)| !sign.is_whitespace()).collect();
    let is_here = |window: &&[(usize, char)]| window.iter().map(|(_, sign)| sign).eq(&wanted);
    let range =
        |window: &[(usize, char)]| Some(window.first()?.0..window.last().map(|(at, sign)| at + sign.len_utf8())?);
    signs.windows(wanted.len()).filter(is_here).filter_map(range).collect()
}
