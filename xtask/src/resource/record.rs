//! What each resource was asked for with, in a file of its own: by it, what was written is found again.

use std::path::Path;

use super::{Wishes, files::Whole, model::Model};
use crate::{
    failure::{Failure, Outcome, refuse},
    rename::names::Names,
    tree,
};

const FOLDER: &str = "xtask/resources/";

/// A resource that was generated, and what it was asked for with.
pub(super) struct Recorded {
    pub(super) wishes: Wishes,
    pub(super) model: Model,
}

impl Recorded {
    /// What follows from these wishes in the product of these names, where there are these others.
    pub(super) fn new(wishes: Wishes, others: &[Wishes], names: &Names) -> Outcome<Self> {
        let model = Model::new(&wishes, others, names.in_code(), names.variables.clone())?;
        Ok(Self { wishes, model })
    }

    fn is_called(&self, name: &str) -> bool {
        self.model.called.noun == name || self.model.called.nouns == name
    }
}

/// Where it is.
pub(super) fn path(model: &Model) -> String {
    format!("{FOLDER}{}.toml", model.called.nouns)
}

/// The record of this resource.
pub(super) fn of(model: &Model, wishes: &Wishes) -> Outcome<Whole> {
    let text = toml::to_string_pretty(wishes).map_err(|error| Failure(error.to_string()))?;
    Ok(Whole { path: path(model), text })
}

/// What all resources that were generated were asked for with, in the order of their names.
pub(super) fn all(root: &Path) -> Outcome<Vec<Wishes>> {
    let is_record = |path: &String| path.starts_with(FOLDER);
    tree::files(root)?.into_iter().filter(is_record).map(|path| read(root, &path)).collect()
}

/// All of these, where there are these alone.
pub(super) fn recorded(all: &[Wishes], names: &Names) -> Outcome<Vec<Recorded>> {
    all.iter().map(|wishes| Recorded::new(wishes.clone(), all, names)).collect()
}

/// The one that is called so, as one or several, and the others.
pub(super) fn find(called: &str, mut all: Vec<Recorded>) -> Outcome<(Recorded, Vec<Recorded>)> {
    match all.iter().position(|recorded| recorded.is_called(called)) {
        Some(place) => Ok((all.remove(place), all)),
        None => refuse!("{}", unknown(called, &all)),
    }
}

fn unknown(called: &str, there: &[Recorded]) -> String {
    let there: Vec<&str> = there.iter().map(|recorded| &*recorded.model.called.nouns).collect();
    match there.as_slice() {
        [] => format!("{called} was not generated: xtask/resources/ has no resource"),
        there => format!("no resource is called {called}; there are {}", there.join(", ")),
    }
}

/// What is in this one.
pub(super) fn read(root: &Path, path: &str) -> Outcome<Wishes> {
    let text = tree::text(root, path)?.unwrap_or_default();
    toml::from_str(&text).map_err(|error| Failure(format!("{path}: {error}")))
}
