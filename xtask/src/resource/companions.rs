//! What somebody wrote for a resource besides what is generated: it goes when the resource is removed.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

use super::insertions::with_line;
use crate::{
    failure::{Failure, Outcome, refuse},
    tree,
};

/// Of one resource: `xtask/companions/items.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Companions {
    /// Files that are about the resource alone, or, with a slash at the end, folders of such. The lines that declare them as modules
    /// go, too.
    files: Vec<String>,
    /// Functions that are about it, mostly tests, by file; with what stands directly above them.
    functions: BTreeMap<String, Vec<String>>,
    /// Passages, by file: what stands between « and » goes, and the rest tells where; without marks, all of it goes.
    passages: BTreeMap<String, Vec<String>>,
}

/// What is left of the tree without them.
pub(super) struct Taken {
    /// Files that go.
    pub(super) files: Vec<String>,
    /// Files that stay, with their new text.
    pub(super) texts: BTreeMap<String, String>,
}

impl Taken {
    /// Does it.
    pub(super) fn write(&self, root: &Path) -> Outcome<()> {
        for path in self.files.iter().filter(|path| root.join(path).exists()) {
            fs::remove_file(root.join(path)).map_err(Failure::at(Path::new(path)))?;
            remove_empty_folders(root, path);
        }
        for (path, text) in &self.texts {
            tree::write(root, path, text)?;
        }
        if self.files.iter().any(|path| path.ends_with("/Cargo.toml")) {
            // With a crate goes what the lock file says of it.
            tree::run(root, "cargo", &["update", "--workspace", "--offline", "--quiet"])?;
        }
        Ok(())
    }
}

/// Git keeps no empty folders, and a module's is in the way of the next one of its name.
fn remove_empty_folders(root: &Path, path: &str) {
    let mut folder = Path::new(path).parent();
    while let Some(path) = folder.filter(|path| fs::remove_dir(root.join(path)).is_ok()) {
        folder = path.parent();
    }
}

fn path(nouns: &str) -> String {
    format!("xtask/companions/{nouns}.toml")
}

impl Companions {
    /// Those of this resource; none of a resource that has no such file.
    pub(super) fn of(root: &Path, nouns: &str) -> Outcome<Self> {
        let path = path(nouns);
        if !root.join(&path).exists() {
            return Ok(Self::default());
        }
        let text = tree::text(root, &path)?.unwrap_or_default();
        toml::from_str(&text).map_err(|error| Failure(format!("{path}: {error}")))
    }

    /// Takes them out of what the tree has. What is not there any more, or twice, is told, and nothing is done.
    pub(super) fn take(&self, root: &Path, nouns: &str) -> Outcome<Taken> {
        let there = tree::files(root)?;
        let mut texts = BTreeMap::new();
        let mut files = Vec::new();
        for named in &self.files {
            let is_named = |path: &&String| *path == named || (named.ends_with('/') && path.starts_with(named));
            let found: Vec<String> = there.iter().filter(is_named).cloned().collect();
            if found.is_empty() {
                refuse!("{} names {named}, which is not there", path(nouns));
            }
            files.extend(found);
        }
        for module in files.clone() {
            undeclare(root, &module, &files, &mut texts)?;
        }
        for (path, functions) in &self.functions {
            for name in functions {
                change(root, path, &mut texts, |text| without_function(text, name))?;
            }
        }
        for (path, passages) in &self.passages {
            for passage in passages {
                change(root, path, &mut texts, |text| without_passage(text, passage))?;
            }
        }
        files.extend(there.into_iter().filter(|there| *there == path(nouns)));
        Ok(Taken { files, texts })
    }
}

/// Takes out the line by which another file declares this one as its module; a program of its own has none.
fn undeclare(root: &Path, file: &str, gone: &[String], texts: &mut BTreeMap<String, String>) -> Outcome<()> {
    let Some(module) = file.strip_suffix("/mod.rs").or_else(|| file.strip_suffix(".rs")) else { return Ok(()) };
    let Some((folder, name)) = module.rsplit_once('/') else { return Ok(()) };
    let parents = ["/lib.rs", "/main.rs", "/mod.rs", ".rs"].map(|end| format!("{folder}{end}"));
    for parent in parents.into_iter().filter(|parent| root.join(parent).exists() && !gone.contains(parent)) {
        let text = text_of(root, &parent, texts)?;
        texts.insert(parent, without_declaration(&text, name).unwrap_or(text));
    }
    Ok(())
}

fn text_of(root: &Path, path: &str, texts: &mut BTreeMap<String, String>) -> Outcome<String> {
    match texts.remove(path) {
        Some(text) => Ok(text),
        None if !root.join(path).exists() => refuse!("{path} is not there"),
        None => tree::text(root, path)?.ok_or_else(|| Failure(format!("{path} is no text"))),
    }
}

fn change(
    root: &Path,
    path: &str,
    texts: &mut BTreeMap<String, String>,
    changed: impl FnOnce(&str) -> Outcome<String>,
) -> Outcome<()> {
    let text = text_of(root, path, texts)?;
    let text = changed(&text).map_err(|Failure(told)| Failure(format!("{path}: {told}")))?;
    texts.insert(path.to_owned(), text);
    Ok(())
}

/// Without the line `mod name;` and its attributes.
fn without_declaration(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let declares = |line: &&str| {
        let line = line.trim().strip_suffix(';').unwrap_or_default();
        line.rsplit_once("mod ")
            .is_some_and(|(before, declared)| declared == name && (before.is_empty() || before.starts_with("pub")))
    };
    let end = lines.iter().position(declares)?;
    Some(without_lines(&lines, begin_of(&lines, end), end + 1))
}

/// Without this function, and what stands directly above it.
fn without_function(text: &str, name: &str) -> Outcome<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let heads = lines.iter().enumerate().filter(|(_, line)| {
        line.split_once("fn ").is_some_and(|(before, rest)| {
            let is_head = before.split_whitespace().all(|word| word == "async" || word.starts_with("pub"));
            is_head && rest.strip_prefix(name).is_some_and(|rest| rest.starts_with(['(', '<']))
        })
    });
    let [head] = heads.map(|(place, _)| place).collect::<Vec<_>>()[..] else {
        refuse!("there is not one function {name}");
    };
    let line = lines.get(head).copied().unwrap_or_default();
    let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
    let closing = format!("{indent}}}");
    let ends = |line: &&str| line.trim_end() == closing;
    let length = if line.trim_end().ends_with('}') { Some(0) } else { lines.iter().skip(head).position(ends) };
    let Some(length) = length else { refuse!("{name} has no end") };
    Ok(without_lines(&lines, begin_of(&lines, head), head + length + 1))
}

/// Where what is said of this line begins: its attributes and comments.
fn begin_of(lines: &[&str], of: usize) -> usize {
    let is_about = |line: &&&str| ["#[", "//"].iter().any(|mark| line.trim_start().starts_with(mark));
    of - lines.iter().take(of).rev().take_while(is_about).count()
}

/// Without these lines, and without one of the blank ones around them.
fn without_lines(lines: &[&str], start: usize, end: usize) -> String {
    let is_blank = |line: Option<&&str>| line.is_none_or(|line| line.trim().is_empty());
    let is_after_blank = start.checked_sub(1).is_none_or(|before| is_blank(lines.get(before)));
    let gap = usize::from(is_after_blank && is_blank(lines.get(end)));
    let (start, end) = if end < lines.len() { (start, end + gap) } else { (start.saturating_sub(gap), end) };
    lines.iter().take(start).chain(lines.iter().skip(end)).copied().collect()
}

/// Without what a passage marks. White space may differ: rustfmt breaks lines.
fn without_passage(text: &str, passage: &str) -> Outcome<String> {
    let (mut wanted, mut marked, mut open) = (Vec::new(), Vec::new(), 0);
    for sign in passage.chars().filter(|sign| !sign.is_whitespace()) {
        match sign {
            '«' => open = wanted.len(),
            '»' => marked.push(open..wanted.len()),
            sign => wanted.push(sign),
        }
    }
    if marked.is_empty() {
        marked.push(0..wanted.len());
    }
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, sign)| !sign.is_whitespace()).collect();
    let is_here = |window: &[(usize, char)]| window.iter().map(|(_, sign)| sign).eq(&wanted);
    let places = signs.windows(wanted.len().max(1)).enumerate().filter(|(_, window)| is_here(window));
    let [place] = places.map(|(place, _)| place).collect::<Vec<_>>()[..] else {
        refuse!("this is not there once: {}", passage.trim());
    };
    let mut text = text.to_owned();
    for mark in marked.into_iter().rev() {
        let (first, last) = (signs.get(place + mark.start), signs.get((place + mark.end).saturating_sub(1)));
        let (Some((start, _)), Some((end, sign))) = (first, last) else { continue };
        text.replace_range(with_line(&text, *start..end + sign.len_utf8()), "");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "mod flow;\n#[cfg(test)]\nmod items;\n\nuse a::{Item,\n    User};\n\n/// Of items.\n#[test]\nfn one() {\n    if x {\n    }\n}\n\n#[test]\nfn two() {}\n\nfn last() {\n}\n";

    #[test]
    fn a_module_goes_with_its_attributes() {
        let left = without_declaration(TEXT, "items").unwrap();
        assert!(left.starts_with("mod flow;\n\nuse"), "{left}");
        assert_eq!(without_declaration(TEXT, "item"), None);
    }

    #[test]
    fn a_function_goes_with_what_is_said_of_it() {
        let left = without_function(TEXT, "one").unwrap();
        assert!(left.contains("User};\n\n#[test]\nfn two() {}\n\nfn last"), "{left}");
        let left = without_function(&without_function(&left, "two").unwrap(), "last").unwrap();
        assert!(left.ends_with("User};\n"), "{left}");
        assert!(without_function(TEXT, "tw").is_err());
    }

    #[test]
    fn of_a_passage_goes_what_is_marked_however_lines_are_broken() {
        assert!(without_passage(TEXT, "{«Item,» User}").unwrap().contains("use a::{\n    User};"));
        assert!(without_passage(TEXT, "mod flow;\n").unwrap().starts_with("#[cfg"));
        assert!(without_passage(TEXT, "#[test]").is_err(), "it is there twice");
    }
}
