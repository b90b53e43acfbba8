//! A copy of this source, to write resources into.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::tree;

/// A working tree of git.
pub(super) struct WorkingCopy(TempDir);

/// This source.
pub(super) fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl WorkingCopy {
    /// Of this source as it is, committed.
    pub(super) fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        for path in tree::files(&source()).unwrap() {
            if let Some(text) = tree::text(&source(), &path).unwrap() {
                copy.write(&path, &text);
            }
        }
        copy.git(&["init", "--quiet"]);
        copy.commit();
        copy
    }

    pub(super) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
        tree::run(self.root(), "git", &[&who, arguments].concat()).unwrap()
    }

    /// Commits all there is, and answers by what name it is found.
    pub(super) fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "so far"]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    pub(super) fn text(&self, path: &str) -> String {
        tree::text(self.root(), path).unwrap().unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        tree::write(self.root(), path, text).unwrap();
    }

    /// Changes a text that is there once in this file.
    pub(super) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(from).count(), 1, "{path} has this once: {from}\n{text}");
        self.write(path, &text.replace(from, to));
    }
}
