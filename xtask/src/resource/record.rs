//! What each resource was asked for with, in a file of its own: by it, what was written is found again.

use std::path::Path;

use super::{Wishes, files::Whole, model::Model};
use crate::{
    failure::{Failure, Outcome},
    tree,
};

const FOLDER: &str = "xtask/resources/";

/// Where it is.
pub(super) fn path(model: &Model) -> String {
    format!("{FOLDER}{}.toml", model.called.nouns)
}

/// The record of this resource.
pub(super) fn of(model: &Model, wishes: &Wishes) -> Outcome<Whole> {
    let text = toml::to_string_pretty(wishes).map_err(|error| Failure(error.to_string()))?;
    Ok(Whole { path: path(model), text })
}

/// Those of all resources that were generated, in the order of their names.
pub(super) fn all(root: &Path) -> Outcome<Vec<Wishes>> {
    let is_record = |path: &String| path.starts_with(FOLDER);
    tree::files(root)?.into_iter().filter(is_record).map(|path| read(root, &path)).collect()
}

/// What is in this one.
pub(super) fn read(root: &Path, path: &str) -> Outcome<Wishes> {
    let text = tree::text(root, path)?.unwrap_or_default();
    toml::from_str(&text).map_err(|error| Failure(format!("{path}: {error}")))
}
