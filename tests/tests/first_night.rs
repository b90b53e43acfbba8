//! `docs/operations/first-night.md`: what it quotes is what the product says.

use std::{fs, path::Path};

/// Every source of the product in one text, with sentences that go over several lines in one.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

#[test]
fn words_that_the_first_night_quotes_are_said() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/operations/first-night.md")).unwrap();
    let sources = sources(&root.join("crates"));
    let said: String = sources.split("\\\n").map(str::trim_start).collect();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let quoted: Vec<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    // One word is a setting, a field or a path; commands are tried elsewhere.
    let is_command =
        |text: &str| ["ironplate ", "audit ", "config ", "outbox "].iter().any(|word| text.starts_with(word));
    let sentences: Vec<_> = quoted.into_iter().filter(|text| text.contains(' ') && !is_command(text)).collect();
    assert!(sentences.len() > 15, "{sentences:?}");
    for sentence in sentences {
        for words in sentence.split('…').map(str::trim).filter(|words| !words.is_empty()) {
            assert!(said.contains(words), "`{words}` of `{sentence}` is in no source");
        }
    }
}
