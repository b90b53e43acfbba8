//! One name, one thing: no two public types of the workspace are called the same.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Names that several crates have, and why nobody takes one for the other.
const SHARED: &[(&str, &str)] = &[
    ("Day", "of the overview, and as databases store one: `types.rs` is private to its crate"),
    ("Resource", "of the access rules, and of the contract suite, whose modules are private to it"),
    ("TemplateFault", "of mail and of pages: nobody names it, but for `Templates::load`"),
    ("TemplateFaults", "of mail and of pages: nobody names it, but for `Templates::load`"),
    ("Templates", "of mail and of pages: each is loaded once, in `wiring.rs` and `serve.rs`"),
];

/// The public types that this line declares: one, or none.
fn declared(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let rest = ["struct ", "enum ", "trait ", "type ", "union "].iter().find_map(|word| rest.strip_prefix(word))?;
    let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

fn collect(folder: &Path, types: &mut BTreeMap<String, BTreeSet<PathBuf>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, types);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            for name in fs::read_to_string(&path).expect("a source").lines().filter_map(declared) {
                types.entry(name.to_owned()).or_default().insert(path.clone());
            }
        }
    }
}

#[test]
fn no_two_public_types_are_called_the_same() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the crates");
    let mut types = BTreeMap::new();
    for entry in fs::read_dir(&crates).expect("the crates") {
        let sources = entry.expect("a crate").path().join("src");
        if sources.is_dir() {
            collect(&sources, &mut types);
        }
    }
    assert!(types.len() > 100, "the sources are where they were");
    let shared: BTreeSet<&str> = types.iter().filter(|(_, files)| files.len() > 1).map(|(name, _)| &**name).collect();
    let known: BTreeSet<&str> = SHARED.iter().map(|(name, _)| *name).collect();
    let new: Vec<_> = shared.difference(&known).filter_map(|name| types.get_key_value(*name)).collect();
    assert!(
        new.is_empty(),
        "rename one of each of these, or say in SHARED why nobody takes it for the other: {new:#?}"
    );
    let gone: Vec<_> = known.difference(&shared).collect();
    assert!(gone.is_empty(), "these are unique now, so take them out of SHARED: {gone:?}");
}
