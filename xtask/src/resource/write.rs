//! Writes a resource: its files, and its lines in files of all.

use std::{collections::BTreeMap, path::Path};

use super::{
    Wishes, field, files, insertions,
    record::{self, Recorded},
    relations, told,
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
    check_type(root, &model.called.one)?;
    let insertions = insertions::all(model)?;
    // All that can be refused is refused before anything is written.
    let mut changed = BTreeMap::new();
    for insertion in &insertions {
        insertion.put(root, &mut changed)?;
    }
    let (before, after) = (record::recorded(&there, &names)?, record::recorded(&all, &names)?);
    changed = field::follow(root, &before, &after, changed)?;
    for file in files.iter().chain([&record::of(model, wishes)?]) {
        tree::write(root, &file.path, &file.text)?;
    }
    for (path, text) in &changed {
        tree::write(root, path, text)?;
    }
    tree::run(root, "cargo", &["fmt", "--all"])?;
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

/// Refuses the name of a type that the domain has.
fn check_type(root: &Path, name: &str) -> Outcome<()> {
    let defines = |line: &str| {
        ["pub struct ", "pub enum ", "pub trait ", "pub type "]
            .iter()
            .filter_map(|word| line.trim().strip_prefix(word))
            .any(|rest| {
                rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric()))
            })
    };
    for path in tree::files(root)?.into_iter().filter(|path| path.starts_with("crates/domain/src/")) {
        if tree::text(root, &path)?.is_some_and(|text| text.lines().any(defines)) {
            refuse!("{path} has a {name} already: call the resource otherwise");
        }
    }
    Ok(())
}
