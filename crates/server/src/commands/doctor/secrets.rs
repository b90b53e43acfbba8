//! Files of secrets: whether others on this machine can read them, and how old they are.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use ironplate_domain::{Date, Timestamp};

use super::finding::Finding;
use crate::{
    config::{Environment, Http},
    development,
};

/// Those of settings, the key of TLS, and the one that development makes.
pub(super) fn findings(environment: Environment, http: Option<&Http>, files: &BTreeSet<PathBuf>) -> Vec<Finding> {
    let tls = http.and_then(|http| http.tls.as_ref()).map(|files| files.key.clone());
    let made = (!environment.is_production()).then(|| PathBuf::from(development::KEY_FILE));
    let files: BTreeSet<_> = files.iter().cloned().chain(tls).chain(made).filter(|file| file.exists()).collect();
    let open: Vec<_> = files.iter().filter(|file| all_may_read(file)).map(|file| file.display().to_string()).collect();
    match (files.len(), open.as_slice()) {
        (0, _) => Vec::new(),
        (_, []) => {
            let mut says = "no file of a secret can be read by all users of this machine".to_owned();
            says.extend(oldest(&files).map(|(day, file)| format!("; the oldest, {}, is of {day}", file.display())));
            vec![Finding::ok("secrets", says)]
        }
        _ => open.iter().map(|file| open_to_all(file)).collect(),
    }
}

fn open_to_all(file: &str) -> Finding {
    Finding::unwise("secrets", format!("{file} can be read by all users of this machine"), format!("chmod o= {file}"))
}

/// The one that was not changed for the longest time, and since when.
fn oldest(files: &BTreeSet<PathBuf>) -> Option<(Date, &PathBuf)> {
    let changed = |file: &PathBuf| fs::metadata(file).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok();
    let (since, file) = files.iter().filter_map(|file| Some((changed(file)?, file))).min()?;
    Some((Date::of(Timestamp::from_seconds(since.as_secs().cast_signed())), file))
}

/// By its own mode, and by those of the folders that it is in.
fn all_may_read(file: &Path) -> bool {
    let allows = |path: &Path, mode| fs::metadata(path).is_ok_and(|data| data.permissions().mode() & mode != 0);
    let Ok(file) = file.canonicalize() else { return false };
    allows(&file, 0o004) && file.ancestors().skip(1).all(|folder| allows(folder, 0o001))
}
