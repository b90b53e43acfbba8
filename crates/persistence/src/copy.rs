//! Copies of an SQLite database: made while servers run, and looked into.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf, absolute},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use diesel::{
    SqliteConnection,
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use ironplate_application::ports::{BoxError, Migration};
use ironplate_domain::Timestamp;
use tempfile::{TempDir, TempPath};

use crate::{
    migrations::{self, __diesel_schema_migrations},
    sqlite::{Db, MIGRATIONS},
};

/// Why there is no copy, or nothing to see in one.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is no such database, or it can't be written where the copy shall be.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The database refused.
    #[error("{0}")]
    Database(#[source] BoxError),
    /// The copy is not what it should be.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// Some other program's, or an empty file.
    #[error("it is no database of Ironplate's: none of its migrations ran there")]
    Foreign,
}

/// What is in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFacts {
    /// The tables, and how many rows each has.
    pub tables: Vec<(String, i64)>,
    /// The migrations that this binary brings, the newest first.
    pub migrations: Vec<Migration>,
    /// Those that ran there and that this binary does not know: it is older than the copy.
    pub newer_migrations: Vec<String>,
    /// When something happened last, by the audit log.
    pub last_event: Option<Timestamp>,
    /// What the database finds wrong with itself; nothing, if it is sound.
    pub problems: Vec<String>,
}

/// So many files there are while one is copied: itself and a journal, or two.
const MOST_FILES: u32 = 4;

/// The folder in which a copy is made until it is whole.
#[derive(Debug, Clone, Default)]
pub struct Unfinished(Arc<Mutex<Making>>);

#[derive(Debug, Default)]
struct Making {
    folder: Option<TempDir>,
    is_over: bool,
}

impl Unfinished {
    /// Leaves nothing of what is there, though somebody may be writing, and lets nobody begin.
    pub fn remove(&self) {
        let mut making = self.lock();
        making.is_over = true;
        let Some(folder) = making.folder.take().map(TempDir::keep) else { return };
        // A file that is made meanwhile makes it fail, of which there are few; where the folder is gone, none is made any more.
        let _gone = (0..MOST_FILES).any(|_| fs::remove_dir_all(&folder).is_ok());
    }

    /// A new one beside the copy, so that the copy can be moved to its place.
    fn begin(&self, copy: &Path) -> io::Result<PathBuf> {
        let copy = absolute(copy)?;
        let (Some(beside), Some(name)) = (copy.parent(), copy.file_name()) else {
            return Err(io::ErrorKind::IsADirectory.into());
        };
        let prefix = [OsStr::new("."), name, OsStr::new(".")].into_iter().collect::<OsString>();
        let mut making = self.lock();
        if making.is_over {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let owners = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix(&prefix).permissions(owners).tempdir_in(beside)?;
        Ok(making.folder.insert(folder).path().to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, Making> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies the database of one moment to a file that must not be there yet, whoever writes meanwhile; and looks into the copy.
/// The file is there once it is whole and sound; before, all is in `unfinished`, which is removed at the end. It blocks.
///
/// # Errors
/// See [`CopyError`].
pub fn back_up(database: &Path, copy: &Path, unfinished: &Unfinished) -> Result<CopyFacts, CopyError> {
    fs::metadata(database)?;
    if copy.symlink_metadata().is_ok() {
        let kind = if copy.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::AlreadyExists };
        return Err(io::Error::from(kind).into());
    }
    let part = unfinished.begin(copy)?.join("copy.db");
    let copied = write(database, &part).and_then(|facts| {
        TempPath::try_from_path(part)?.persist_noclobber(copy).map_err(|error| error.error)?;
        if let Some(folder) = absolute(copy)?.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(facts)
    });
    unfinished.remove();
    copied
}

fn write(database: &Path, copy: &Path) -> Result<CopyFacts, CopyError> {
    // Readable by nobody else before it has anything in it. SQLite takes an empty file for none.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(copy)?;
    let mut conn = open(database, "rw")?;
    conn.batch_execute("PRAGMA busy_timeout=30000").map_err(refused)?;
    sql_query("VACUUM INTO ?1").bind::<Text, _>(text(copy)?).execute(&mut conn).map_err(refused)?;
    let facts = look_into(copy)?;
    match facts.problems.first() {
        Some(problem) => return Err(CopyError::Damaged(problem.clone())),
        None => file.sync_all()?,
    }
    Ok(facts)
}

/// Says what is in a copy, and changes nothing beside it. It blocks.
///
/// # Errors
/// It is no SQLite database, or not one of this product's, or can't be read.
pub fn look_into(copy: &Path) -> Result<CopyFacts, CopyError> {
    // SQLite does not say why it can't.
    if File::open(copy)?.metadata()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let mut conn = open(copy, "ro&immutable=1")?;
    let mut problems: Vec<String> = sql_query("PRAGMA integrity_check")
        .load::<Line>(&mut conn)
        .map_err(refused)?
        .into_iter()
        .map(|line| line.text)
        .collect();
    problems.retain(|problem| problem != "ok");
    let broken = sql_query("SELECT \"table\" AS integrity_check FROM pragma_foreign_key_check").load::<Line>(&mut conn);
    let broken = broken.map_err(refused)?.into_iter();
    problems.extend(broken.map(|line| format!("a row of {} refers to one that is not there", line.text)));
    let names = "SELECT name AS integrity_check FROM sqlite_schema WHERE type = 'table' \
                 AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name";
    let names = sql_query(names).load::<Line>(&mut conn).map_err(refused)?;
    let mut tables = Vec::new();
    for Line { text: name } in names {
        let rows = diesel::select(sql::<BigInt>(&format!("(SELECT count(*) FROM \"{}\")", name.replace('"', "\"\""))));
        tables.push((name, rows.get_result(&mut conn).map_err(refused)?));
    }
    let has = |table: &str| tables.iter().any(|(name, _)| name == table);
    let last_event = if has("audit_events") {
        let last = diesel::select(sql::<Nullable<BigInt>>("(SELECT max(happened_at) FROM audit_events)"));
        last.get_result::<Option<i64>>(&mut conn).map_err(refused)?.map(Timestamp::from_micros)
    } else {
        None
    };
    // Another program's may have no such table.
    let applied = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(&mut conn);
    let applied: Vec<String> = applied.unwrap_or_default();
    let brought = migrations::versions::<Db>(&MIGRATIONS);
    let (known, newer_migrations): (Vec<_>, Vec<_>) =
        applied.into_iter().partition(|version| brought.contains(version));
    if known.is_empty() && problems.is_empty() {
        return Err(CopyError::Foreign);
    }
    let migrations = migrations::told::<Db>(&MIGRATIONS, &known);
    Ok(CopyFacts { tables, migrations, newer_migrations, last_event, problems })
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = integrity_check)]
    text: String,
}

fn open(path: &Path, mode: &str) -> Result<SqliteConnection, CopyError> {
    let path = text(path)?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    SqliteConnection::establish(&format!("file:{path}?mode={mode}")).map_err(|error| CopyError::Database(error.into()))
}

fn text(path: &Path) -> Result<&str, CopyError> {
    path.to_str().ok_or_else(|| io::Error::other("the path is not valid UTF-8").into())
}

fn refused(error: diesel::result::Error) -> CopyError {
    CopyError::Database(error.into())
}
