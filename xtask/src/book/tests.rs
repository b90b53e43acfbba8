//! The pages of this repository lead somewhere, also where they are a book.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{change_chapters, in_book, led_on, links};
use crate::{rename::names::Names, tree};

const SUMMARY: &str = "docs/SUMMARY.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names() -> Names {
    Names {
        repository: "https://git.example/lorem".into(),
        package: "lorem".into(),
        ..Names::current(&root()).expect("names")
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a page")
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "md")
}

fn pages() -> Vec<String> {
    let files = tree::files(&root()).expect("what git keeps");
    files.into_iter().filter(|path| is_page(path)).collect()
}

/// By what its headings are found, as GitHub and mdBook make it of their words.
fn anchors(text: &str) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let headings = links::prose(text)
        .filter_map(|(_, line)| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    headings
        .map(|heading| {
            let words = heading.trim().to_lowercase();
            let kept = words.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
            let anchor: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
            let times = seen.entry(anchor.clone()).and_modify(|times| *times += 1).or_insert(0);
            if *times == 0 { anchor } else { format!("{anchor}-{times}") }
        })
        .collect()
}

/// What is wrong with a link; nothing, if it leads somewhere.
fn fault(page: &str, target: &str) -> Option<String> {
    let (path, fragment) = links::resolved(page, target)?;
    if !root().join(&path).exists() {
        return Some(format!("{page}: there is no {target}"));
    }
    let anchor = fragment.strip_prefix('#')?;
    let is_there = is_page(&path) && anchors(&read(&path)).iter().any(|there| there == anchor);
    (!is_there).then(|| format!("{page}: {target} has no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let faults: Vec<String> = pages()
        .iter()
        .flat_map(|page| {
            let text = read(page);
            links::find(&text).into_iter().filter_map(|place| fault(page, &text[place])).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "correct these:\n{}", faults.join("\n"));
}

#[test]
fn every_page_is_in_the_book_once() {
    let summary = read(SUMMARY);
    let named: Vec<String> =
        links::find(&summary).into_iter().map(|place| format!("docs/{}", &summary[place])).collect();
    let once: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(named.len(), once.len(), "{SUMMARY} names a page twice");
    let pages: BTreeSet<String> =
        pages().into_iter().filter(|page| page.starts_with("docs/") && page != SUMMARY).collect();
    let missing: Vec<_> = pages.difference(&once).collect();
    assert!(missing.is_empty(), "give these a line in {SUMMARY}: {missing:?}");
}

#[test]
fn a_link_leads_to_the_same_place_from_the_book() {
    let names = names();
    let cases = [
        ("docs/PAGES.md", "adr/0001-unit-of-work.md", Some("adr/0001-unit-of-work.md")),
        ("docs/adr/0001-unit-of-work.md", "../PAGES.md#a-heading", Some("../PAGES.md#a-heading")),
        ("docs/operations/deploy.md", "README.md", Some("../operations/index.html")),
        ("docs/operations/deploy.md", "../../README.md#production", Some("../index.html#production")),
        ("docs/PAGES.md", "../crates/web_client/README.md#a", Some("rustdoc/lorem_web_client/index.html#a")),
        ("docs/adr/README.md", "../../crates/server/README.md", Some("../rustdoc/lorem/index.html")),
        (
            "docs/PAGES.md",
            "../crates/domain/src/user.rs",
            Some("https://git.example/lorem/blob/HEAD/crates/domain/src/user.rs"),
        ),
        ("docs/PAGES.md", "#a-heading", None),
        ("docs/PAGES.md", "https://example.com/a.md", None),
    ];
    for (page, target, there) in cases {
        let chapter = page.strip_prefix("docs/").expect("a chapter");
        assert_eq!(in_book(target, page, chapter, &names).as_deref(), there, "{target} in {page}");
    }
    let front = in_book("docs/PAGES.md", "README.md", "README.md", &names);
    assert_eq!(front.as_deref(), Some("PAGES.md"), "the product's own README is the front page");
}

#[test]
fn code_has_no_links() {
    let text = "[a](b.md), `[c](d.md)`, and `code that\nwraps [e](f.md)` [g](h.md)\n\n```md\n[i](j.md)\n```\n![k](l.png)\n\n[m]: n.md\n";
    let found: Vec<&str> = links::find(text).into_iter().map(|place| &text[place]).collect();
    assert_eq!(found, ["b.md", "h.md", "l.png", "n.md"]);
}

#[test]
fn headings_are_found_by_their_words() {
    let text = "# A `b`: c!\n```sh\n# no heading\n```\n## It's\n## It's\n#none\n";
    assert_eq!(anchors(text), ["a-b-c", "its", "its-1"]);
}

#[test]
fn every_chapter_is_changed_however_deep() {
    let chapter = |path, link: &str, inner| json!({"Chapter": {"content": format!("[a]({link})"), "source_path": path, "sub_items": inner}});
    let inner = chapter("b/C.md", "../../LICENSE-MIT", json!([]));
    let mut book = json!({"items": [chapter("A.md", "../LICENSE-MIT", json!([inner])), "Separator"]});
    change_chapters(&mut book, &|path, text| led_on(text, &format!("docs/{path}"), path, &names()));
    assert_eq!(book.to_string().matches("[a](https://git.example/lorem/blob/HEAD/LICENSE-MIT)").count(), 2, "{book}");
}
