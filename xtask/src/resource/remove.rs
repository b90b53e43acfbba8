//! Takes a resource away: its files, its lines in files of all, and its table, by a migration.

use std::path::Path;

use super::{called::Called, companions::Companions, field, files, insertions, model::Model, record, relations, told};
use crate::{failure::Outcome, rename::names::Names, tree};

/// Removes the resource that is called so, one or several, and answers what was done, in words.
pub(super) fn run(root: &Path, called: &str) -> Outcome<String> {
    tree::check_clean(root)?;
    let names = Names::current(root)?;
    let all = record::all(root)?;
    let (gone, others) = record::find(called, record::recorded(&all, &names)?)?;
    let gone = &gone.model;
    let left: Vec<_> = others.iter().map(|other| other.wishes.clone()).collect();
    relations::check_gone(&gone.called, &left)?;
    let after = record::recorded(&left, &names)?;

    let nouns = &gone.called.nouns;
    let mut taken = Companions::of(root, nouns)?.take(root, nouns)?;
    let models: Vec<&Model> = others.iter().map(|other| &other.model).collect();
    for insertion in insertions::of_this_alone(gone, &models)? {
        insertion.take(root, &mut taken.texts)?;
    }
    taken.texts = field::follow(root, &others, &after, taken.texts)?;
    taken.files.extend(files::own(gone)?.into_iter().map(|file| file.path));
    taken.files.push(record::path(gone));
    taken.write(root)?;
    for file in files::dropping(gone, &files::moment(root)?)? {
        tree::write(root, &file.path, &file.text)?;
    }
    tree::run(root, "cargo", &["fmt", "--all"])?;
    Ok(told::removed(gone, taken.files.len(), taken.texts.len(), &still_named(root, gone)?))
}

/// Where nothing else tells what is named still. Of what is compiled with the product, the compiler and tests tell.
const ELSEWHERE: [&str; 5] = [".ci/", "README.md", "bench/", "docs/TUTORIAL.md", "tests/cluster/"];

/// The files that name it still, each with how many of its lines do.
fn still_named(root: &Path, gone: &Model) -> Outcome<Vec<(String, usize)>> {
    let is_elsewhere = |path: &String| ELSEWHERE.iter().any(|start| path.starts_with(start));
    let mut named = Vec::new();
    for path in tree::files(root)?.into_iter().filter(is_elsewhere) {
        let text = tree::text(root, &path)?.unwrap_or_default();
        let lines = text.lines().filter(|line| names(line, &gone.called)).count();
        named.extend((lines > 0).then_some((path, lines)));
    }
    Ok(named)
}

/// Whether a line of code has one of its types, or its constant, module, table or address. A noun alone may mean anything.
fn names(line: &str, called: &Called) -> bool {
    if line.trim_start().starts_with("//") {
        return false;
    }
    let Called { nouns, slug, upper, one, many, .. } = called;
    let marks =
        [format!("{nouns}::"), format!(".{nouns}()"), format!("\"{nouns}\""), format!("/{slug}"), format!("\"{slug}/")];
    let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
    marks.iter().any(|mark| line.contains(mark))
        || words.any(|word| word == upper || begins_with(word, one) || begins_with(word, many))
}

/// `ProjectStatus` of `Project`.
fn begins_with(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|sign: char| sign.is_lowercase() || sign == '_'))
}
