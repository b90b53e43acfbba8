//! Names that somebody gave already: of a type in the domain, or of what a resource has a line of in a file of all.

use std::path::Path;

use super::{
    called::Called,
    insertions::Insertion,
    render::{has_word, is_rust},
};
use crate::{
    failure::{Outcome, refuse},
    tree,
};

/// Refuses types that the domain has.
pub(super) fn check<'a>(root: &Path, names: impl IntoIterator<Item = &'a str>) -> Outcome<()> {
    let names: Vec<&str> = names.into_iter().collect();
    for path in tree::files(root)?.into_iter().filter(|path| path.starts_with("crates/domain/src/")) {
        let text = tree::text(root, &path)?.unwrap_or_default();
        if let Some(name) = names.iter().find(|name| text.lines().any(|line| defines(line, name))) {
            refuse!("{path} has the type {name} already: call it otherwise");
        }
    }
    Ok(())
}

fn defines(line: &str, name: &str) -> bool {
    let rest =
        ["pub struct ", "pub enum ", "pub trait ", "pub type "].iter().find_map(|word| line.trim().strip_prefix(word));
    rest.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Refuses what lines of a resource would say a second time in the file that they go to.
pub(super) fn check_lines(root: &Path, called: &Called, lines: &[Insertion]) -> Outcome<()> {
    for line in lines.iter().filter(|line| is_rust(line.path) && root.join(line.path).exists()) {
        let (there, new) = (code(&tree::text(root, line.path)?.unwrap_or_default()), code(&line.text));
        let is_second = |name: &&String| has_word(&new, name) && has_word(&there, name);
        if let Some(name) = [&called.one, &called.many, &called.upper].into_iter().find(is_second) {
            refuse!("{name} is something else in {}: call it otherwise", line.path);
        }
    }
    Ok(())
}

/// The text without what it says to people, and without what iterators call their items.
fn code(text: &str) -> String {
    let code = |line: &str| {
        let without_texts: Vec<&str> = line.split('"').step_by(2).collect();
        format!("{}\n", without_texts.join(" ").split("//").next().unwrap_or_default())
    };
    text.replace("Iterator<Item =", "Iterator<").lines().map(code).collect()
}
