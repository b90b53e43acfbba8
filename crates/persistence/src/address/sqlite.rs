//! A file of SQLite's. Other programs read the same text as another file: what they could is refused, not guessed.

use std::path::{Path, PathBuf};

use super::DatabaseUrlError;

/// What stands after `sqlite:`.
pub(super) fn path(text: &str) -> Result<PathBuf, DatabaseUrlError> {
    let path = match text.strip_prefix("//") {
        // SQLAlchemy writes an absolute path with four slashes.
        Some(path) if path.starts_with('/') => {
            let path = path.strip_prefix('/').filter(|path| path.starts_with('/')).unwrap_or(path);
            if [Some("."), Some("..")].contains(&path.split('/').nth(1)) {
                return Err(DatabaseUrlError::AnotherFile("sqlite:/// begins a path from the root"));
            }
            path
        }
        Some(path) if path.starts_with(":memory:") => return Err(DatabaseUrlError::InMemory),
        Some("") => return Err(DatabaseUrlError::NoFile),
        Some(_) => return Err(DatabaseUrlError::AnotherFile("what follows sqlite:// is a host elsewhere")),
        None => text,
    };
    if path.starts_with(":memory:") || path.starts_with("/:memory:") || path.starts_with("file::memory:") {
        return Err(DatabaseUrlError::InMemory);
    }
    if path.is_empty() || path.ends_with('/') || path.ends_with("/.") || [".", ".."].contains(&path) {
        return Err(DatabaseUrlError::NoFile);
    }
    if path.starts_with("file:") {
        return Err(DatabaseUrlError::AnotherFile("a path is wanted, not a URI of SQLite's own"));
    }
    if path.starts_with('~') {
        return Err(DatabaseUrlError::AnotherFile("~ is the home folder for a shell alone"));
    }
    if path.contains('?') {
        return Err(DatabaseUrlError::AnotherFile("SQLite takes no options after a question mark here"));
    }
    if is_escaped(path) {
        return Err(DatabaseUrlError::AnotherFile("a path is written as it is, without escapes such as %20"));
    }
    let path = PathBuf::from(path);
    // A relative path behind three slashes is SQLAlchemy's. Nobody keeps a database in the root itself, and who has a folder
    // there has made it.
    if text.starts_with("///") && !text.starts_with("////") && !path.parent().is_some_and(is_folder_below_the_root) {
        return Err(DatabaseUrlError::AnotherFile(
            "sqlite:/// begins a path from the root, where there is no such folder",
        ));
    }
    Ok(path)
}

fn is_folder_below_the_root(path: &Path) -> bool {
    path.parent().is_some() && path.is_dir()
}

fn is_escaped(path: &str) -> bool {
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit();
    path.as_bytes().windows(3).any(|window| matches!(window, [b'%', high, low] if is_hex(high) && is_hex(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_stands() {
        for (text, expected) in [
            ("x.db", "x.db"),
            ("./x.db", "./x.db"),
            ("../data/x.db", "../data/x.db"),
            ("/x.db", "/x.db"),
            ("/srv/my app/100%.db", "/srv/my app/100%.db"),
            ("///usr/x.db", "/usr/x.db"),
            ("////srv/x.db", "/srv/x.db"),
            ("////x.db", "/x.db"),
        ] {
            assert_eq!(path(text), Ok(expected.into()), "{text}");
        }
    }

    #[test]
    fn what_is_another_file_elsewhere_is_refused() {
        for text in [
            "///./x.db",
            "///../x.db",
            "////./x.db",
            "///x.db",
            "///no/such/folder/x.db",
            "//x.db",
            "//localhost/x.db",
            "x.db?mode=rwc",
            "///srv/x.db?cache=shared",
            "file:x.db",
            "file:x.db?mode=memory",
            "my%20app/x.db",
            "~/x.db",
        ] {
            assert!(matches!(path(text), Err(DatabaseUrlError::AnotherFile(_))), "{text}");
        }
    }

    #[test]
    fn a_file_must_be_named() {
        for text in ["", "//", "///", "var/", ".", "..", "/"] {
            assert_eq!(path(text), Err(DatabaseUrlError::NoFile), "{text}");
        }
        for text in [":memory:", "//:memory:", "///:memory:", ":memory:?cache=shared", "file::memory:"] {
            assert_eq!(path(text), Err(DatabaseUrlError::InMemory), "{text}");
        }
    }
}
