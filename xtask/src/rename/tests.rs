//! A small tree with all sorts of files, and what a renaming makes of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{Wishes, names::Names, run};
use crate::tree;

const MANIFEST: &str = r#"[workspace]
members = ["lorem-server"]
resolver = "3"

[workspace.package]
repository = "https://git.example/lorem"

[workspace.metadata.product]
name = "Lorem"               # as people read it
package = "lorem"
variables = "LOREM"
types = "Lorem"
holder = "The Lorem authors" # of the copyright
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "lorem-server"
version = "0.1.0"
dependencies = [
 "lorem-web",
 "tokio",
]

[[package]]
name = "lorem-web"
version = "0.1.0"

[[package]]
name = "tokio"
version = "1.0.0"
"#;

/// One spelling a line, as the product has them.
const TEXT: &str = r#"use lorem_web::Host; // Lorem
"\nlorem serve", "LOREM__HTTP__PORT", "lorem::metrics", Registry::with_prefix("lorem"), CARGO_BIN_EXE_lorem
"lorem-session", "lorem.request_id", "var/lorem.db", 'lorem@*', LoremDown, lorem_up, lorem_app, lorem-app
otpauth://totp/Lorem:ann?issuer=Lorem, https://git.example/lorem, Lorem's
Copyright (c) The Lorem authors
"#;

struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(TempDir::new().expect("a folder"));
        for (path, text) in [
            ("Cargo.toml", MANIFEST),
            ("Cargo.lock", LOCK),
            ("CHANGELOG.md", "# Changelog\n\nWhat is new.\n\n## [Unreleased]\n\n- `lorem` serves.\n"),
            ("LICENSE-MIT", "MIT\n\nCopyright (c) 2026 The Lorem authors\n"),
            ("text.txt", TEXT),
            (
                "lorem-server/Cargo.toml",
                "[package]\nname = \"lorem-server\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
            ),
            ("lorem-server/src/lib.rs", "use core::{ascii as lorem_z, char as m};\n"),
            ("deploy/lorem@.service", "lorem\n"),
            (".gitignore", "/target\n"),
        ] {
            tree::write(tree.root(), path, text).expect("a file");
        }
        fs::write(tree.root().join("picture.png"), b"\x89PNG\0Lorem").expect("a picture");
        tree.git(&["init", "--quiet"]);
        tree.commit();
        tree
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
        tree::run(self.root(), "git", &[&who, arguments].concat()).expect("git does it")
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "so far"]);
    }

    fn rename(&self, name: &str) -> Result<String, String> {
        self.rename_as(Wishes { name: name.to_owned(), ..Wishes::default() })
    }

    fn rename_as(&self, wishes: Wishes) -> Result<String, String> {
        run(self.root(), wishes).map_err(|failure| failure.0)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).expect("a file")
    }

    /// Where the word is, in any spelling.
    fn places(&self, word: &str) -> Vec<String> {
        let mut places = Vec::new();
        for path in tree::files(self.root()).expect("files") {
            if path.to_lowercase().contains(word) {
                places.push(path.clone());
            }
            let text = tree::text(self.root(), &path).expect("a file").unwrap_or_default();
            places.extend(
                text.lines().filter(|line| line.to_lowercase().contains(word)).map(|line| format!("{path}: {line}")),
            );
        }
        places
    }
}

#[test]
fn every_use_has_its_spelling() {
    let tree = Tree::new();
    tree.rename("Ipsum Dolor").unwrap();
    let expected = r#"use ipsum_dolor_web::Host; // Ipsum Dolor
"\nipsum-dolor serve", "IPSUM_DOLOR__HTTP__PORT", "ipsum_dolor::metrics", Registry::with_prefix("ipsum_dolor"), CARGO_BIN_EXE_ipsum-dolor
"ipsum-dolor-session", "ipsum_dolor.request_id", "var/ipsum-dolor.db", 'ipsum-dolor@*', IpsumDolorDown, ipsum_dolor_up, ipsum_dolor_app, ipsum-dolor-app
otpauth://totp/Ipsum%20Dolor:ann?issuer=Ipsum%20Dolor, https://github.com/ipsum-dolor/ipsum-dolor, Ipsum Dolor's
Copyright (c) The Ipsum Dolor authors
"#;
    assert_eq!(tree.text("text.txt"), expected);
    assert_eq!(tree.text("deploy/ipsum-dolor@.service"), "ipsum-dolor\n");
    assert_eq!(tree.text("ipsum-dolor-server/src/lib.rs"), "use core::{ascii as ipsum_dolor_z, char as m};\n");
    assert!(tree.text("Cargo.toml").contains("types = \"IpsumDolor\"\n"));
    assert!(fs::read(tree.root().join("picture.png")).unwrap().ends_with(b"\0Lorem"), "a picture stays as it is");
}

#[test]
fn the_first_name_stays_in_one_line_that_gives_credit() {
    let tree = Tree::new();
    tree.rename("Ipsum Dolor").unwrap();
    let credit = "CHANGELOG.md: Begun as Lorem. Copyright (c) 2026 The Lorem authors, MIT OR Apache-2.0.";
    assert_eq!(tree.places("lorem"), [credit]);
    tree.commit();
    tree.rename("Amet").unwrap();
    assert_eq!(tree.places("lorem"), [credit]);
    assert_eq!(tree.places("ipsum"), Vec::<String>::new());
}

#[test]
fn whoever_renames_there_and_back_has_what_was_there() {
    let tree = Tree::new();
    let back =
        Wishes { name: "Lorem".into(), repository: Some("https://git.example/lorem".into()), ..Wishes::default() };
    tree.rename("Ipsum Dolor").unwrap();
    tree.commit();
    tree.rename_as(back).unwrap();
    tree.commit();
    let changed = tree.git(&["diff", "--name-only", "HEAD~2"]);
    assert_eq!(changed, "CHANGELOG.md\n", "the credit stays");
}

#[test]
fn what_nobody_wishes_otherwise_follows_from_the_name() {
    let tree = Tree::new();
    let wishes = Wishes {
        name: "Ipsum Dolor".into(),
        package: Some("ipsum".into()),
        variables: Some("DOLOR".into()),
        holder: Some("Ipsum Ltd.".into()),
        ..Wishes::default()
    };
    tree.rename_as(wishes).unwrap();
    let text = tree.text("text.txt");
    for told in
        ["ipsum_web::", "\"DOLOR__HTTP", "IpsumDolorDown", "\"ipsum-dolor-session\"", "(c) Ipsum Ltd.", "Ipsum Dolor's"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let now = Names::current(tree.root()).unwrap();
    assert_eq!((&*now.package, &*now.variables, &*now.types), ("ipsum", "DOLOR", "IpsumDolor"));
}

/// Pages that hide an organisation would show its name as the product's.
#[test]
fn a_name_that_tests_look_for_is_told() {
    assert!(Tree::new().rename("Acme Ipsum").unwrap().contains("tests that hide the organisation Acme"));
    assert!(!Tree::new().rename("Ipsum Dolor").unwrap().contains("tests that hide"));
}

/// Cargo changes a file that is in another order, which `--locked` refuses.
#[test]
fn the_lock_file_is_in_order() {
    let tree = Tree::new();
    tree.rename("Zed Ipsum").unwrap();
    let lock = tree.text("Cargo.lock");
    let packages: Vec<_> = lock.lines().filter(|line| line.starts_with("name")).collect();
    assert_eq!(packages, ["name = \"tokio\"", "name = \"zed-ipsum-server\"", "name = \"zed-ipsum-web\""]);
    assert!(lock.contains("dependencies = [\n \"tokio\",\n \"zed-ipsum-web\",\n]\n"), "{lock}");
}

#[test]
fn git_undoes_it() {
    let tree = Tree::new();
    let head = tree.git(&["rev-parse", "HEAD"]);
    tree.rename("Ipsum Dolor").unwrap();
    tree.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(tree.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
}

#[test]
fn nothing_is_done_where_git_could_not_undo_it() {
    let tree = Tree::new();
    tree::write(tree.root(), "new.txt", "not committed").unwrap();
    let refused = tree.rename("Ipsum Dolor").unwrap_err();
    assert_eq!(refused, "a file is changed and not committed: commit or stash it first, so that this can be undone");
    fs::remove_file(tree.root().join("new.txt")).unwrap();
    fs::remove_dir_all(tree.root().join(".git")).unwrap();
    assert!(tree.rename("Ipsum Dolor").unwrap_err().contains("no working tree of git"));
    assert_eq!(tree.text("text.txt"), TEXT);
}

#[test]
fn a_name_that_can_be_none_is_refused_with_the_reason() {
    let tree = Tree::new();
    let long = format!("A{}", "b".repeat(50));
    for (name, reason) in [
        ("", "a product has a name"),
        ("ipsum", "a capital letter first"),
        ("9 Lives", "a capital letter first"),
        ("Ipsum  Dolor", "words of letters and digits"),
        ("Ipsum ", "words of letters and digits"),
        ("Ipsum\"; drop", "words of letters and digits"),
        ("../Ipsum", "words of letters and digits"),
        ("Ipsüm", "words of letters and digits"),
        (&long, "is too long"),
        ("Ipsum Dolor Sit Amet Consectetur", "say a shorter one by --package"),
        ("Async", "means something to Rust or cargo"),
        ("Core", "means something to Rust or cargo"),
        ("Lorem", "is called Lorem already"),
        ("Tokio", "means something else already, in Cargo.lock, line 8"),
        ("New", "means something else already, in CHANGELOG.md, line 3"),
    ] {
        let wishes =
            Wishes { name: name.into(), repository: Some("https://git.example/lorem".into()), ..Wishes::default() };
        let refused = tree.rename_as(wishes).expect_err(name);
        assert!(refused.contains(reason), "{name}: {refused}");
    }
    for (package, variables, types, reason) in [
        (Some("Ipsum"), None, None, "can't be the name of a package"),
        (Some("ipsum--dolor"), None, None, "can't be the name of a package"),
        (None, Some("9"), None, "variables can't begin with"),
        (None, Some("IPSUM-DOLOR"), None, "variables can't begin with"),
        (None, None, Some("ipsum"), "types can't begin with"),
    ] {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (package, variables, types) = (owned(package), owned(variables), owned(types));
        let refused = tree.rename_as(Wishes { name: "Ipsum".into(), package, variables, types, ..Wishes::default() });
        let refused = refused.expect_err(reason);
        assert!(refused.contains(reason), "{refused}");
    }
    assert_eq!(tree.git(&["status", "--porcelain"]), "", "nothing was changed");
}

/// Whoever types what a page says has a product of this name.
#[test]
fn the_name_that_documents_give_as_an_example_is_free() {
    let tree = Tree::new();
    tree::write(tree.root(), "GUIDE.md", "`cargo xtask rename \"Your Product\"`: `your-product`, `YOUR_PRODUCT`\n")
        .unwrap();
    tree.commit();
    tree.rename("Your Product").unwrap();
    tree.commit();
    assert!(tree.text("text.txt").starts_with("use your_product_web::Host; // Your Product\n"));
    tree.rename("Ipsum").unwrap();
    assert_eq!(tree.text("GUIDE.md"), "`cargo xtask rename \"Ipsum\"`: `ipsum`, `IPSUM`\n");
}

/// The manifest is the one place that says how the product is called: what it says is what is built.
#[test]
fn the_product_is_called_as_its_manifest_says() {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let names = Names::current(&root).unwrap();
    let server = fs::read_to_string(root.join("crates/server/Cargo.toml")).unwrap();
    assert!(
        server.contains(&format!("[[bin]]\nname = \"{}\"", names.package)),
        "the binary is called {}",
        names.package
    );
    let license = fs::read_to_string(root.join("LICENSE-MIT")).unwrap();
    assert!(license.contains(&names.holder), "the licence is {}'s", names.holder);
}
