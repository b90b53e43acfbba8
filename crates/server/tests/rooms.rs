//! The rooms of a crate, its top-level modules, have one-way doors: no two of them use each other, by whatever way round.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The crates whose rooms are held to this.
const CRATES: &[&str] = &["dashboard", "http", "web"];

type Doors = BTreeMap<String, BTreeSet<String>>;

/// Which room of a crate uses which others.
fn doors(name: &str) -> Doors {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(sources).expect("the sources") {
        let path = entry.expect("a source").path();
        let room = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if room != "lib" {
            read(&path, texts.entry(room).or_default());
        }
    }
    let rooms: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
    let used = |(room, text): (&String, &String)| {
        let used = used(text).into_iter().filter(|it| it != room && rooms.contains(it.as_str())).collect();
        (room.clone(), used)
    };
    texts.iter().map(used).collect()
}

/// The text of a file, or of all in a folder.
fn read(path: &Path, text: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            read(&entry.expect("a source").path(), text);
        }
    } else {
        text.push_str(&fs::read_to_string(path).expect("a source as text"));
    }
}

/// The first segments of everything that is named behind `crate::`, in a tree of braces or alone.
fn used(text: &str) -> BTreeSet<String> {
    // A doc comment's link is no use.
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let path = &code[at + "crate::".len()..];
        let mut depth = 0;
        let mut is_first = true;
        let mut word = String::new();
        for letter in path.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if letter.is_alphanumeric() || letter == '_' {
                word.push(letter);
                continue;
            }
            if is_first && !word.is_empty() {
                used.insert(word.clone());
                is_first = false;
            }
            word.clear();
            is_first |= depth == 1 && matches!(letter, '{' | ',');
            if depth == 0 {
                break;
            }
        }
    }
    used
}

/// A way from a room back to itself.
fn cycle(doors: &Doors) -> Option<Vec<&str>> {
    fn visit<'a>(doors: &'a Doors, room: &'a str, way: &mut Vec<&'a str>, done: &mut BTreeSet<&'a str>) -> bool {
        if let Some(start) = way.iter().position(|passed| *passed == room) {
            way.drain(..start);
            way.push(room);
            return true;
        }
        if !done.insert(room) {
            return false;
        }
        way.push(room);
        if doors[room].iter().any(|next| visit(doors, next, way, done)) {
            return true;
        }
        way.pop();
        false
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    doors.keys().any(|room| visit(doors, room, &mut way, &mut done)).then_some(way)
}

#[test]
fn no_room_uses_one_that_uses_it() {
    for name in CRATES {
        let doors = doors(name);
        let cycle = cycle(&doors).map(|way| way.join(" → "));
        assert_eq!(cycle, None, "these modules of {name} use one another: move what they share into a room below both");
    }
}

#[test]
fn a_cycle_is_found() {
    let door = |(from, to): (&str, &str)| (from.to_owned(), used(to));
    let texts = [
        ("a", "use crate::b;"),
        ("b", "use crate::{\n    a_type::{self, X},\n    c::{d::E, F},\n};"),
        ("c", "crate::a::f()"),
    ];
    let mut doors: Doors = texts.into_iter().map(door).collect();
    assert_eq!(doors["b"], BTreeSet::from(["a_type".to_owned(), "c".to_owned()]));
    doors.insert("a_type".to_owned(), used("/// See [`it`](crate::b)."));
    assert_eq!(cycle(&doors), Some(vec!["a", "b", "c", "a"]));
    doors.insert("c".to_owned(), BTreeSet::new());
    assert_eq!(cycle(&doors), None);
}

/// A file that nobody names is not compiled, and what it promises is not tested.
#[test]
fn every_file_of_a_tests_folder_is_a_module() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = fs::read_dir(workspace.join("crates")).expect("the crates");
    let mut folders: Vec<PathBuf> = crates.map(|entry| entry.expect("a crate").path().join("tests")).collect();
    folders.push(workspace.join("tests"));
    let mut forgotten = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a source").path()).collect();
        folders.extend(paths.iter().filter(|path| path.is_dir()).cloned());
        // Without one of these, each file is a test binary, which cargo finds.
        let parents = [folder.join("main.rs"), folder.join("mod.rs"), folder.with_extension("rs")];
        let Some(parent) = parents.iter().find_map(|parent| fs::read_to_string(parent).ok()) else { continue };
        for path in paths.iter().filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs")) {
            let name = path.file_stem().expect("a name").to_string_lossy();
            if !["main", "mod"].contains(&&*name) && !parent.contains(&format!("mod {name};")) {
                forgotten.push(path.display().to_string());
            }
        }
    }
    assert_eq!(forgotten, Vec::<String>::new(), "write `mod NAME;` into the module that has each of these");
}
