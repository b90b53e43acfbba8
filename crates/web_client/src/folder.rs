//! From a folder to files.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Component, Path, PathBuf},
};

use super::file::{File, Room};

/// The first page.
pub(super) const INDEX: &str = "index.html";

/// More are no web client: links that lead to one another could make any number.
const MOST: usize = 50_000;

/// Why a folder is no web client.
#[derive(Debug, thiserror::Error)]
pub enum WebClientError {
    /// There is no first page in it.
    #[error("has no {INDEX}")]
    NoIndex,
    /// It holds more than any web client needs.
    #[error("has more than {MOST} files")]
    TooMany,
    /// It can't be read.
    #[error("can't be read: {0}")]
    Io(#[from] io::Error),
}

/// Something in the folder that is not served.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    name: String,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Hidden,
    LeadsOut,
    LeadsNowhere,
    LeadsBack,
    IsNoFile,
    NoText,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Why::Hidden => "what begins with a dot is hidden",
            Why::LeadsOut => "a link that leads out of the folder",
            Why::LeadsNowhere => "a link that leads nowhere",
            Why::LeadsBack => "a link that leads back to a folder around it",
            Why::IsNoFile => "no file",
            Why::NoText => "its name is not UTF-8",
        };
        write!(out, "{:?}: {why}", self.name)
    }
}

pub(super) fn read(folder: &Path) -> Result<(BTreeMap<String, File>, Vec<LeftOut>), WebClientError> {
    let root = folder.canonicalize()?;
    let mut reading =
        Reading { root: root.clone(), files: BTreeMap::new(), left_out: Vec::new(), room: Room::default() };
    reading.folder(&[root], "")?;
    if reading.files.contains_key(INDEX) { Ok((reading.files, reading.left_out)) } else { Err(WebClientError::NoIndex) }
}

struct Reading {
    /// Without links: where the one that was named leads to, as releases are deployed.
    root: PathBuf,
    files: BTreeMap<String, File>,
    left_out: Vec<LeftOut>,
    room: Room,
}

impl Reading {
    /// `around` are the folder and those around it.
    fn folder(&mut self, around: &[PathBuf], prefix: &str) -> Result<(), WebClientError> {
        let Some(folder) = around.last() else { return Ok(()) };
        let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let file_name = entry.file_name();
            let name = format!("{prefix}{}", file_name.to_string_lossy());
            if file_name.to_str().is_none() {
                self.leave_out(name, Why::NoText);
            } else if is_hidden(Path::new(&file_name)) {
                self.leave_out(name, Why::Hidden);
            // Mounted configuration keeps its versions in folders with two dots, to which links lead.
            } else if !file_name.to_string_lossy().starts_with("..") {
                self.entry(around, &entry.path(), name)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, around: &[PathBuf], path: &Path, name: String) -> Result<(), WebClientError> {
        let path = match path.canonicalize() {
            Ok(path) => path,
            Err(_) if path.is_symlink() => {
                self.leave_out(name, Why::LeadsNowhere);
                return Ok(());
            }
            Err(error) => return Err(named(path, &error).into()),
        };
        let Ok(within) = path.strip_prefix(&self.root) else {
            self.leave_out(name, Why::LeadsOut);
            return Ok(());
        };
        let kind = fs::metadata(&path).map_err(|error| named(&path, &error))?;
        if is_hidden(within) {
            self.leave_out(name, Why::Hidden);
        } else if kind.is_dir() && around.contains(&path) {
            self.leave_out(name, Why::LeadsBack);
        } else if kind.is_dir() {
            self.folder(&[around, &[path]].concat(), &format!("{name}/"))?;
        } else if kind.is_file() {
            if self.files.len() == MOST {
                return Err(WebClientError::TooMany);
            }
            let file = File::read(&path, &name, &mut self.room).map_err(|error| named(&path, &error))?;
            self.files.insert(name, file);
        } else {
            self.leave_out(name, Why::IsNoFile);
        }
        Ok(())
    }

    fn leave_out(&mut self, name: String, why: Why) {
        self.left_out.push(LeftOut { name, why });
    }
}

/// Whichever way leads there. What begins with two dots holds versions of mounted configuration.
fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            name.starts_with('.') && !name.starts_with("..") && name != ".well-known"
        }
        _ => false,
    })
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(INDEX), "first page").unwrap();
        folder
    }

    fn seen(folder: &Path) -> (Vec<String>, Vec<String>) {
        let (files, left_out) = read(folder).unwrap();
        (files.into_keys().collect(), left_out.iter().map(ToString::to_string).collect())
    }

    /// As Kubernetes mounts a `ConfigMap`: everything is a link into the version that `..data` leads to.
    #[test]
    fn links_that_stay_inside_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("..2026_11_28/assets")).unwrap();
        fs::write(root.join("..2026_11_28/index.html"), "first page").unwrap();
        fs::write(root.join("..2026_11_28/assets/app.js"), "1").unwrap();
        for (target, name) in [("..2026_11_28", "..data"), ("..data/index.html", INDEX), ("..data/assets", "assets")] {
            symlink(target, root.join(name)).unwrap();
        }
        assert_eq!(seen(root), (vec!["assets/app.js".to_owned(), INDEX.to_owned()], Vec::new()));
        // As releases are deployed: the folder that is named is itself a link.
        let current = tempfile::tempdir().unwrap();
        symlink(root, current.path().join("current")).unwrap();
        assert_eq!(seen(&current.path().join("current")).0, ["assets/app.js", INDEX]);
    }

    #[test]
    fn what_is_left_out_is_named() {
        let (outside, folder) = (folder(), folder());
        let root = folder.path();
        fs::write(root.join(".env"), "secret").unwrap();
        fs::create_dir_all(root.join(".well-known")).unwrap();
        fs::write(root.join(".well-known/security.txt"), "Contact").unwrap();
        for (target, name) in [
            (outside.path().join(INDEX), "outside.txt"),
            (outside.path().to_owned(), "above"),
            (PathBuf::from("nothing"), "dangling.txt"),
            (PathBuf::from("loop"), "loop"),
            (PathBuf::from(".env"), "secret.txt"),
            (PathBuf::from("."), "again"),
        ] {
            symlink(target, root.join(name)).unwrap();
        }
        let (files, left_out) = seen(root);
        assert_eq!(files, [".well-known/security.txt", INDEX]);
        assert_eq!(
            left_out,
            [
                "\".env\": what begins with a dot is hidden",
                "\"above\": a link that leads out of the folder",
                "\"again\": a link that leads back to a folder around it",
                "\"dangling.txt\": a link that leads nowhere",
                "\"loop\": a link that leads nowhere",
                "\"outside.txt\": a link that leads out of the folder",
                "\"secret.txt\": what begins with a dot is hidden",
            ]
        );
    }
}
