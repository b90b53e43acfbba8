//! Writes a resource that users and organisations own, through all layers.

mod actions;
mod asked;
mod called;
mod insertions;
mod kinds;
mod model;
mod render;
mod spec;
mod sql;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;

use clap::Args;
use model::Model;
use render::Renderer;
use sql::{Database, Sql};

use crate::{
    failure::{Outcome, refuse},
    rename::names::Names,
    tree,
};

const FIELDS: &str = "Its fields: name:title goal:text? due_on:date? status:enum(active,archived) amount:integer price:decimal(2) is_urgent:boolean \
    starts_at:moment contact:email site:url; a ? lets one be missing";

/// What it is, and what shall not follow from that.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Wishes {
    /// What one is called, in code, such as project
    pub(crate) noun: String,
    /// Its fields, each with its kind
    #[arg(required = true, help = FIELDS)]
    pub(crate) fields: Vec<String>,
    /// What several are called, in code
    #[arg(long)]
    pub(crate) plural: Option<String>,
    /// The titles and texts that lists are searched for, by commas; by default the title
    #[arg(long, value_delimiter = ',')]
    pub(crate) search: Vec<String>,
    /// What lists are sorted by, beside the moment at which one was made; by default the title
    #[arg(long, value_delimiter = ',')]
    pub(crate) order: Vec<String>,
    /// The title, if no two of one owner may have the same
    #[arg(long)]
    pub(crate) unique: Option<String>,
    /// A button that sets an enum, which nothing else sets then: archive=archived, or 'complete=done|Mark as done|completed' with
    /// what stands on it and what is told afterwards
    #[arg(long)]
    pub(crate) action: Vec<String>,
    /// One can be moved to another owner
    #[arg(long)]
    pub(crate) moves: bool,
    /// So many one owner may have, unless the settings say otherwise
    #[arg(long)]
    pub(crate) most: Option<u32>,
    /// Of an enum: what is shown as good
    #[arg(long)]
    pub(crate) good: Option<String>,
    /// What is called so in the examples of the API
    #[arg(long)]
    pub(crate) example: Option<String>,
    /// What it is called after the example of a change
    #[arg(long)]
    pub(crate) example_changed: Option<String>,
    /// In paths of the API, in the place of an id
    #[arg(long)]
    pub(crate) placeholder: Option<String>,
}

/// A whole file: where, and of which template.
struct Whole {
    path: String,
    text: String,
}

/// Writes the resource, and answers what was done, in words.
pub(crate) fn run(root: &Path, wishes: &Wishes) -> Outcome<String> {
    tree::check_clean(root)?;
    let names = Names::current(root)?;
    let model = Model::new(wishes, names.in_code(), names.variables)?;
    let made_at = tree::run(root, "date", &["-u", "+%Y-%m-%d-%H%M%S"])?;
    let files = files(&model, made_at.trim())?;
    if let Some(there) = files.iter().find(|file| is_there(root, &file.path)) {
        refuse!("{} is there already: {} can't be called so", there.path, model.called.words);
    }
    check_type(root, &model.called.one)?;
    let insertions = insertions::all(&model)?;
    // All that can be refused is refused before anything is written.
    let mut changed = std::collections::BTreeMap::new();
    for insertion in &insertions {
        insertion.put(root, &mut changed)?;
    }
    for file in &files {
        tree::write(root, &file.path, &file.text)?;
    }
    for (path, text) in &changed {
        tree::write(root, path, text)?;
    }
    tree::run(root, "cargo", &["fmt", "--all"])?;
    Ok(told(&model, &files, changed.len()))
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

/// All that is the resource's alone.
fn files(model: &Model, made_at: &str) -> Outcome<Vec<Whole>> {
    let renderer = Renderer::new(model)?;
    let (noun, nouns) = (&model.called.noun, &model.called.nouns);
    let mut places = vec![
        (format!("crates/domain/src/{noun}.rs"), "domain.rs"),
        (format!("crates/application/src/{nouns}/mod.rs"), "application_mod.rs"),
        (format!("crates/application/src/{nouns}/create.rs"), "application_create.rs"),
        (format!("crates/application/src/{nouns}/change.rs"), "application_change.rs"),
        (format!("crates/application/tests/use_cases/{nouns}.rs"), "use_cases.rs"),
        (format!("crates/application/tests/use_cases/{nouns}/at_organizations.rs"), "use_cases_at_organizations.rs"),
        (format!("crates/persistence/src/shared/{nouns}.rs"), "persistence.rs"),
        (format!("crates/testkit/src/contract/{nouns}.rs"), "contract.rs"),
        (format!("crates/http/src/endpoints/{nouns}.rs"), "http.rs"),
        (format!("crates/dashboard/src/pages/{nouns}.rs"), "dashboard.rs"),
        (format!("templates/pages/dashboard/{nouns}.html"), "dashboard.html"),
    ];
    if model.is("moves") {
        places.push((format!("crates/application/src/{nouns}/hand_over.rs"), "application_hand_over.rs"));
    }
    let whole = |(path, template): (String, &str)| Ok(Whole { path, text: renderer.file(template)? });
    let mut files = places.into_iter().map(whole).collect::<Outcome<Vec<_>>>()?;
    for (database, folder) in [(Database::Postgres, "postgres"), (Database::Sqlite, "sqlite")] {
        let sql = Sql::new(model, database);
        for direction in ["up", "down"] {
            let path = format!("migrations/{folder}/{made_at}_{nouns}/{direction}.sql");
            files.push(Whole { path, text: renderer.migration(&format!("migration_{direction}.sql"), &sql)? });
        }
    }
    Ok(files)
}

fn told(model: &Model, files: &[Whole], changed: usize) -> String {
    let paths: Vec<String> = files.iter().map(|file| format!("  {}\n", file.path)).collect();
    format!(
        "{}, with {} files of their own:\n\n{}\n{changed} files were added to. Look at them by `git diff`; `git reset --hard && git clean -fd` undoes all of it.\n\n\
         Now:\n  cargo run --quiet -- openapi > docs/openapi.json\n  cargo test --workspace\n\n\
         Left to you: its icon in crates/dashboard/src/resources.rs, its line in CHANGELOG.md, and what is a {}'s own.\n",
        model.called.label,
        files.len(),
        paths.concat(),
        model.called.words
    )
}
