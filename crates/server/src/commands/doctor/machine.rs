//! This machine: folders, room on the disk, open files.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf, absolute},
};

use ironplate_persistence::DatabaseUrl;
use rustix::{
    fs::{Access, access, statvfs},
    process::{Resource, getrlimit},
};

use super::finding::Finding;
use crate::config::{Database, Mail, Transport};

const MIB: u64 = 1024 * 1024;

/// Below this, a day's writing may fill the disk.
const LITTLE_ROOM: u64 = 1024 * MIB;

/// Below this, the database's next file may not fit.
const NO_ROOM: u64 = 16 * MIB;

/// A connection is a file; so are those to the database, and what a web client's pages lie in.
const FEW_FILES: u64 = 4_096;

pub(super) fn findings(database: Option<&Database>, mail: Option<&Mail>) -> Vec<Finding> {
    let file = database.and_then(|database| match &database.url {
        DatabaseUrl::Sqlite(path) => Some(path.as_path()),
        DatabaseUrl::Postgres(_) => None,
    });
    let database = file.and_then(folder_of);
    let is_kept = mail.is_some_and(|mail| matches!(mail.transport, Transport::Mailbox(_)));
    let mailbox = is_kept.then(|| folder_of(Path::new("var/mailbox"))).flatten();
    // Each once, where both are in the same.
    let mut folders: BTreeSet<_> = database.iter().chain(&mailbox).collect();
    if let (Some(file), Some(folder)) = (file, &database)
        && !file.exists()
        && refusal(file).is_some()
    {
        // That it can't be made is told with the database.
        folders.remove(folder);
    }
    let mut findings: Vec<_> = folders.into_iter().map(|folder| written(folder)).collect();
    findings.extend(database.as_deref().map(room));
    findings.push(open_files());
    findings
}

/// Why a file that is not there can't be made.
pub(super) fn refusal(file: &Path) -> Option<String> {
    let folder = folder_of(file)?;
    writing(&folder).err().map(|error| format!("{} can't be written: {error}", folder.display()))
}

/// The folder of a file, or the one in which that would be made.
fn folder_of(file: &Path) -> Option<PathBuf> {
    absolute(file).ok().and_then(|file| there(file.parent()?))
}

fn writing(folder: &Path) -> rustix::io::Result<()> {
    access(folder, Access::WRITE_OK | Access::EXEC_OK)
}

/// The folder, or else the one in which it would be made.
fn there(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.exists()).map(Path::to_owned)
}

fn written(folder: &Path) -> Finding {
    let name = folder.display();
    match writing(folder) {
        Ok(()) => Finding::ok("folder", format!("{name} can be written")),
        Err(error) => {
            let fix = "make it, or give it to the user that the server runs as";
            Finding::wrong("folder", format!("{name} can't be written: {error}"), fix)
        }
    }
}

fn room(folder: &Path) -> Finding {
    match statvfs(folder) {
        Ok(disk) => judged(disk.f_bavail.saturating_mul(disk.f_frsize), folder),
        Err(error) => Finding::wrong("disk", format!("{}: {error}", folder.display()), "look at the folder"),
    }
}

fn judged(free: u64, folder: &Path) -> Finding {
    let says = format!("{} MiB are free at {}", free / MIB, folder.display());
    match free {
        ..NO_ROOM => Finding::wrong("disk", says, "make room: nothing can be written"),
        NO_ROOM..LITTLE_ROOM => Finding::unwise("disk", says, "make room"),
        _ => Finding::ok("disk", says),
    }
}

fn open_files() -> Finding {
    match getrlimit(Resource::Nofile).current {
        Some(most) if most < FEW_FILES => {
            let fix = "LimitNOFILE= in a systemd unit, or ulimit -n";
            Finding::unwise("open files", format!("{most} at the most: so many connections less a few"), fix)
        }
        Some(most) => Finding::ok("open files", format!("{most} at the most")),
        None => Finding::ok("open files", "as many as there may be"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Verdict, *};

    #[test]
    fn a_full_disk_is_wrong_and_one_that_fills_is_unwise() {
        let verdict = |free| judged(free, Path::new("/var")).verdict;
        assert_eq!([0, 15 * MIB].map(verdict), [Verdict::Wrong; 2]);
        assert_eq!([16 * MIB, LITTLE_ROOM - 1].map(verdict), [Verdict::Unwise; 2]);
        assert_eq!(verdict(LITTLE_ROOM), Verdict::Ok);
    }
}
