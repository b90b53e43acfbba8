//! `docs/` as a book. mdBook shows what is in that folder and nothing else, so what leads out of it is led on: to the documentation of
//! the code, which is published beside the book, or to the repository. `book.toml` has mdBook ask for it.

mod links;
#[cfg(test)]
mod tests;

use std::{fs, io, path::Path};

use clap::Args;
use serde_json::Value;

use crate::{
    failure::{Failure, Outcome, refuse},
    rename::names::Names,
};

const README: &str = "README.md";

/// What mdBook asks for: `supports html`, or nothing and a book on standard input.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    #[arg(hide = true)]
    words: Vec<String>,
}

/// Answers the book that is asked about. Any renderer is supported: only texts change.
pub(crate) fn run(root: &Path, asked: &Asked) -> Outcome<String> {
    if asked.words.first().is_some_and(|word| word == "supports") {
        return Ok(String::new());
    }
    let sent = io::read_to_string(io::stdin()).map_err(|error| Failure(error.to_string()))?;
    let Ok([_, mut book]) = serde_json::from_str::<[Value; 2]>(&sent) else {
        refuse!("mdBook asks for this, and sends its book: run `mdbook build`, or `mdbook serve`");
    };
    let front = fs::read_to_string(root.join(README)).map_err(Failure::at(Path::new(README)))?;
    let names = Names::current(root)?;
    change_chapters(&mut book, &|chapter, text| match chapter {
        README => led_on(&front, README, chapter, &names),
        _ => led_on(text, &format!("docs/{chapter}"), chapter, &names),
    });
    Ok(book.to_string())
}

/// Whatever else a version of mdBook knows of a chapter, it has a text, and the path of its file in `docs/`.
fn change_chapters(value: &mut Value, change: &impl Fn(&str, &str) -> String) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| change_chapters(value, change)),
        Value::Object(fields) => {
            let path = fields.get("source_path").and_then(Value::as_str).map(str::to_owned);
            if let (Some(path), Some(Value::String(text))) = (path, fields.get_mut("content")) {
                *text = change(&path, text);
            }
            fields.values_mut().for_each(|value| change_chapters(value, change));
        }
        _ => (),
    }
}

/// The text of this page of the repository, with links as this chapter of the book needs them.
fn led_on(text: &str, page: &str, chapter: &str, names: &Names) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for place in links::find(text) {
        let target = text.get(place.clone()).unwrap_or_default();
        changed.push_str(text.get(at..place.start).unwrap_or_default());
        changed.push_str(&in_book(target, page, chapter, names).unwrap_or_else(|| target.to_owned()));
        at = place.end;
    }
    changed.push_str(text.get(at..).unwrap_or_default());
    changed
}

/// Where a link leads in the book; `None` for what leads to the same place there: into its own page, or to somebody else.
fn in_book(target: &str, page: &str, chapter: &str, names: &Names) -> Option<String> {
    let (path, fragment) = links::resolved(page, target)?;
    if path == page {
        return None;
    }
    let up = "../".repeat(chapter.matches('/').count());
    let crate_of = |path: &str| Some(path.strip_prefix("crates/")?.strip_suffix("/README.md")?.to_owned());
    Some(if path == README {
        format!("{up}index.html{fragment}")
    } else if let Some(path) = path.strip_prefix("docs/") {
        // mdBook calls the first page of a folder so.
        let path = path.strip_suffix(README).map_or_else(|| path.to_owned(), |folder| format!("{folder}index.html"));
        format!("{up}{path}{fragment}")
    } else if let Some(name) = crate_of(&path) {
        format!("{up}rustdoc/{}/index.html{fragment}", documented_as(&name, names))
    } else {
        format!("{}/blob/HEAD/{path}{fragment}", names.repository)
    })
}

/// The folder in which rustdoc writes of the crate in this folder. That of the server is a program, which has the product's name.
fn documented_as(folder: &str, names: &Names) -> String {
    match folder {
        "server" => names.in_code(),
        library => format!("{}_{library}", names.in_code()),
    }
}
