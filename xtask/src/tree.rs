//! The source: where it is, what git knows of it, and its files as text.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::failure::{Failure, Outcome, refuse};

/// The folder of the workspace that the current one is in.
pub(crate) fn root() -> Outcome<PathBuf> {
    let here = env::current_dir().map_err(Failure::at(Path::new(".")))?;
    let is_root = |folder: &&Path| {
        fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| manifest.contains("\n[workspace.package]"))
    };
    here.ancestors()
        .find(is_root)
        .map(Path::to_path_buf)
        .ok_or_else(|| Failure("this is no folder of the product".into()))
}

/// Runs a program in the source, and answers what it printed.
pub(crate) fn run(root: &Path, program: &str, arguments: &[&str]) -> Outcome<String> {
    let told = format!("{program} {}", arguments.join(" "));
    let output = Command::new(program).args(arguments).current_dir(root).output();
    let output = output.map_err(|error| Failure(format!("{told}: {error}")))?;
    if !output.status.success() {
        refuse!("{told}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).map_err(|_| Failure(format!("{told}: not in UTF-8")))
}

/// Refuses where something would be lost if git undid what follows.
pub(crate) fn check_clean(root: &Path) -> Outcome<()> {
    let Ok(changed) = run(root, "git", &["status", "--porcelain"]) else {
        refuse!("{} is no working tree of git: commit it first, so that this can be undone", root.display());
    };
    match changed.lines().count() {
        0 => Ok(()),
        1 => refuse!("a file is changed and not committed: commit or stash it first, so that this can be undone"),
        count => refuse!(
            "{count} files are changed and not committed: commit or stash them first, so that this can be undone"
        ),
    }
}

/// What git keeps, by path.
pub(crate) fn files(root: &Path) -> Outcome<Vec<String>> {
    let listed = run(root, "git", &["ls-files", "-z"])?;
    let is_file = |path: &&str| fs::symlink_metadata(root.join(path)).is_ok_and(|found| found.is_file());
    Ok(listed.split_terminator('\0').filter(is_file).map(str::to_owned).collect())
}

/// The text of a file; `None` of a picture and whatever else is none.
pub(crate) fn text(root: &Path, path: &str) -> Outcome<Option<String>> {
    let bytes = fs::read(root.join(path)).map_err(Failure::at(Path::new(path)))?;
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}

/// Writes a file, and the folders that it is in.
pub(crate) fn write(root: &Path, path: &str, text: &str) -> Outcome<()> {
    let place = root.join(path);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(Failure::at(folder))?;
    }
    fs::write(&place, text).map_err(Failure::at(Path::new(path)))
}
