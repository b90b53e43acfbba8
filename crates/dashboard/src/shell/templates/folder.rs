//! The folder whose files take the place of templates.

use std::{fs, io, path::Path};

use super::TemplateFault;

/// Name and content of each file that can be read, of subfolders too. What starts with a dot or ends with a
/// tilde is passed over: editors and mounted volumes keep their own there.
pub(super) fn read(folder: &Path, faults: &mut Vec<TemplateFault>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(folder, "", &mut files, faults);
    files.sort();
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>, faults: &mut Vec<TemplateFault>) {
    let entries = match names(folder) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(unreadable(folder.display().to_string(), &error));
            return;
        }
    };
    for name in entries.into_iter().filter(|name| !name.starts_with('.') && !name.ends_with('~')) {
        let (path, file) = (folder.join(&name), format!("{prefix}{name}"));
        if path.is_dir() {
            collect(&path, &format!("{file}/"), files, faults);
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(content) => files.push((file, content)),
            Err(error) => faults.push(unreadable(file, &error)),
        }
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn unreadable(file: String, error: &io::Error) -> TemplateFault {
    TemplateFault { file, problem: format!("can't be read: {error}") }
}
