//! Gives the product a name, everywhere at once.

mod lock_file;
pub(crate) mod names;
mod report;
mod spelling;
#[cfg(test)]
mod tests;

use std::path::Path;

use clap::Args;
use names::{MANIFEST, Names};
use spelling::Change;

use crate::{
    failure::{Outcome, refuse},
    tree,
};

const CHANGELOG: &str = "CHANGELOG.md";
const LICENSE: &str = "LICENSE-MIT";

/// How the line begins that says what the product was made of. It bears the first name for good.
const CREDIT: &str = "Begun as ";

/// What documents call the product of whoever reads them. It may be called so, and they speak of that one then.
const PLACEHOLDER: &str = "Your Product";

/// The name, and what shall not follow from it.
#[derive(Debug, Default, Args)]
pub(crate) struct Wishes {
    /// As people read it, such as "Your Product"
    pub(crate) name: String,
    /// Packages, the binary and files; by default the name in lower case, with hyphens
    #[arg(long)]
    pub(crate) package: Option<String>,
    /// What variables of the environment begin with; by default the package in upper case
    #[arg(long)]
    pub(crate) variables: Option<String>,
    /// What names of types and alerts begin with; by default the name without spaces
    #[arg(long)]
    pub(crate) types: Option<String>,
    /// Who holds the copyright; by default "The NAME authors"
    #[arg(long)]
    pub(crate) holder: Option<String>,
    /// Where the source is; by default at GitHub, under the package's name
    #[arg(long)]
    pub(crate) repository: Option<String>,
}

/// Renames the product, and answers what was done, in words.
pub(crate) fn run(root: &Path, wishes: Wishes) -> Outcome<String> {
    tree::check_clean(root)?;
    let from = Names::current(root)?;
    let to = Names::wished(wishes)?;
    if from == to {
        refuse!("the product is called {} already", to.name);
    }
    let files = read(root)?;
    check_free(&files, &from, &to)?;

    let change = Change::new(&from, &to);
    let mut places = 0;
    let mut changed = 0;
    for (path, text) in &files {
        let (mut renamed, count) = change_text(&change, path, text);
        match path.as_str() {
            MANIFEST => renamed = to.written_into(&renamed),
            "Cargo.lock" => renamed = lock_file::sorted(&renamed),
            CHANGELOG => renamed = credited(renamed, &from, &files),
            _ => (),
        }
        if renamed != *text {
            tree::write(root, path, &renamed)?;
            changed += 1;
        }
        places += count;
    }
    let moved = move_files(root, &change)?;
    // Imports are sorted by name, and lines have another length.
    tree::run(root, "cargo", &["fmt", "--all"])?;
    Ok(report::told(root, &from, &to, &report::Done { changed, places, moved }))
}

/// All texts, by path.
fn read(root: &Path) -> Outcome<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for path in tree::files(root)? {
        if let Some(text) = tree::text(root, &path)? {
            texts.push((path, text));
        }
    }
    Ok(texts)
}

/// Refuses a name of which something is called already: a word of a document, a dependency, a variable. After that nobody could
/// tell the two apart, and the next renaming would change both.
fn check_free(files: &[(String, String)], from: &Names, to: &Names) -> Outcome<()> {
    for (path, text) in files {
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !is_credit(path, line)) {
            if let Some(word) = spelling::taken(line, from, to).filter(|word| !is_placeholder(word)) {
                refuse!("\"{word}\" means something else already, in {path}, line {number}: choose another name");
            }
        }
    }
    Ok(())
}

/// In any spelling.
fn is_placeholder(word: &str) -> bool {
    let letters = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    letters(word) == letters(PLACEHOLDER)
}

fn is_credit(path: &str, line: &str) -> bool {
    path == CHANGELOG && line.starts_with(CREDIT)
}

fn change_text(change: &Change, path: &str, text: &str) -> (String, usize) {
    if path != CHANGELOG {
        return change.of(text);
    }
    let mut count = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        if is_credit(path, line) {
            return line.to_owned();
        }
        let (line, places) = change.of(line);
        count += places;
        line
    });
    (lines.collect(), count)
}

/// With a line that names what the product was made of, and whose that is: the licence asks for it.
fn credited(changelog: String, from: &Names, files: &[(String, String)]) -> String {
    if changelog.lines().any(|line| line.starts_with(CREDIT)) {
        return changelog;
    }
    let license = files.iter().find(|(path, _)| path == LICENSE).map_or("", |(_, text)| text);
    let copyright = license.lines().find(|line| line.starts_with("Copyright")).unwrap_or_default();
    let credit = format!("{CREDIT}{}. {copyright}, MIT OR Apache-2.0.\n\n", from.name);
    match changelog.split_once("\n## ") {
        Some((head, versions)) => format!("{head}\n{credit}## {versions}"),
        None => format!("{changelog}\n{credit}"),
    }
}

/// Moves files whose path has the name, and answers how many.
fn move_files(root: &Path, change: &Change) -> Outcome<usize> {
    let mut moved = 0;
    for path in tree::files(root)? {
        let (new, _) = change.of(&path);
        if new != path {
            if let Some(folder) = root.join(&new).parent() {
                std::fs::create_dir_all(folder).map_err(crate::failure::Failure::at(folder))?;
            }
            tree::run(root, "git", &["mv", &path, &new])?;
            moved += 1;
        }
    }
    Ok(moved)
}
