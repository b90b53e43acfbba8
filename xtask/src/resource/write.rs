//! Writes a resource: its files, and its lines in files of all.

use std::{collections::BTreeMap, path::Path};

use super::{
    Wishes, field, files, insertions,
    record::{self, Recorded},
    relations, told, types, written,
};
use crate::{
    failure::{Outcome, refuse},
    rename::names::Names,
    tree,
};

/// Writes the resource, and answers what was done, in words.
pub(super) fn run(root: &Path, wishes: &Wishes) -> Outcome<String> {
    tree::check_clean(root)?;
    let names = Names::current(root)?;
    let there = record::all(root)?;
    let wishes = &relations::with_owners(wishes, &there)?;
    let all = [&there[..], std::slice::from_ref(wishes)].concat();
    let new = Recorded::new(wishes.clone(), &all, &names)?;
    let model = &new.model;
    let mut files = files::own(model)?;
    files.extend(files::making(model, &files::moment(root)?)?);
    if let Some(there) = files.iter().find(|file| is_there(root, &file.path)) {
        refuse!("{} is there already: {} can't be called so", there.path, model.called.words);
    }
    types::check(root, model.own_types())?;
    let insertions = insertions::all(model)?;
    types::check_lines(root, &model.called, &insertions)?;
    // All that can be refused is refused before anything is written.
    let mut changed = BTreeMap::new();
    for insertion in &insertions {
        insertion.put(root, &mut changed)?;
    }
    let (before, after) = (record::recorded(&there, &names)?, record::recorded(&all, &names)?);
    changed = field::follow(root, &before, &after, changed)?;
    let record = record::of(model, wishes)?;
    let whole = files.iter().chain([&record]).map(|file| (&file.path, &file.text));
    written::write(root, whole.chain(&changed))?;
    Ok(told::written(model, &files, changed.len()))
}

/// Whether a file of this path is there, or a module of this name in the other form.
fn is_there(root: &Path, path: &str) -> bool {
    let other = match path.strip_suffix("/mod.rs") {
        Some(folder) => format!("{folder}.rs"),
        None => path.strip_suffix(".rs").map_or_else(|| path.to_owned(), |module| format!("{module}/mod.rs")),
    };
    [path, &other].into_iter().any(|path| root.join(path).exists())
}
