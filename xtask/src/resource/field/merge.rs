//! What was written, what would be written now, and what is there: three texts become one.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::failure::{Failure, Outcome, refuse};

/// The three texts of a file.
pub(super) struct Versions<'a> {
    pub(super) there: &'a str,
    pub(super) written: &'a str,
    pub(super) new: &'a str,
}

/// What becomes of them.
pub(super) enum Merged {
    Whole(String),
    /// The places where what somebody changed and what is new meet, as git shows them.
    Conflicts(String),
}

/// How git begins and ends a place that it can't merge.
const MARKS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

impl Versions<'_> {
    /// What is there, with what is new.
    pub(super) fn merged(&self) -> Outcome<Merged> {
        let folder = TempDir::new().map_err(Failure::at(Path::new("a temporary folder")))?;
        for (name, text) in [("there", self.there), ("written", self.written), ("new", self.new)] {
            fs::write(folder.path().join(name), text).map_err(Failure::at(Path::new(name)))?;
        }
        let output = Command::new("git")
            .args(["merge-file", "--stdout", "-L", "there", "-L", "generated", "-L", "with the field"])
            .args(["there", "written", "new"])
            .current_dir(folder.path())
            .output()
            .map_err(|error| Failure(format!("git merge-file: {error}")))?;
        let text = String::from_utf8(output.stdout).map_err(|_| Failure("git merge-file: not in UTF-8".into()))?;
        match output.status.code() {
            Some(0) => Ok(Merged::Whole(text)),
            // So many conflicts, or 127 of more.
            Some(1..=127) => Ok(Merged::Conflicts(conflicts(&text))),
            _ => refuse!("git merge-file: {}", String::from_utf8_lossy(&output.stderr).trim()),
        }
    }
}

/// The places with marks, with them.
fn conflicts(text: &str) -> String {
    let [begin, end] = MARKS;
    let mut is_inside = false;
    let lines = text.split_inclusive('\n').filter(|line| {
        is_inside |= line.starts_with(begin);
        let is_told = is_inside;
        is_inside &= !line.starts_with(end);
        is_told
    });
    lines.collect()
}
