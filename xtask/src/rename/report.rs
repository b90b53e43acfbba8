//! What was done, in a few lines, and what is left.

use std::{fmt::Write, path::Path};

use super::names::Names;

/// What tests call organisations that somebody must not learn of: a product that is called so is on every page.
const HIDDEN: [&str; 3] = ["Acme", "Other", "None"];

pub(super) struct Done {
    pub(super) changed: usize,
    pub(super) places: usize,
    pub(super) moved: usize,
}

pub(super) fn told(root: &Path, from: &Names, to: &Names, done: &Done) -> String {
    let code = [from.in_code(), to.in_code()];
    let rows = [
        ("name", &from.name, &to.name),
        ("packages and binary", &from.package, &to.package),
        ("crates and metrics", &code[0], &code[1]),
        ("variables", &from.variables, &to.variables),
        ("types and alerts", &from.types, &to.types),
        ("copyright", &from.holder, &to.holder),
        ("repository", &from.repository, &to.repository),
    ];
    let width = rows.iter().map(|(_, old, _)| old.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (what, old, new) in rows {
        let _ = writeln!(text, "  {what:20} {old:width$}  {new}");
    }
    let Done { changed, places, moved } = done;
    let _ = writeln!(text, "\n{places} places in {changed} files; {moved} moved by their names.");
    let _ = writeln!(text, "Look at it by `git diff HEAD --stat`; `git reset --hard` undoes it.\n\nLeft to you:");
    let mut left = vec!["the pictures in docs/screenshots, which show the old name".to_owned()];
    let database = format!("var/{}.db", from.package);
    if root.join(&database).exists() {
        left.push(format!("{database}, which is var/{}.db from now on: move it, with what begins like it", to.package));
    }
    if let Some(word) = to.name.split(' ').find(|word| HIDDEN.contains(word)) {
        left.push(format!("tests that hide the organisation {word} from pages: call it otherwise there"));
    }
    left.push("the log-ins of people who are there already: docs/RENAMING.md".to_owned());
    for item in left {
        let _ = writeln!(text, "  {item}");
    }
    text
}
