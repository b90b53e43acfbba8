//! Copies of an SQLite database: made while servers run, and looked into.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
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
}

/// What is in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFacts {
    /// The tables, and how many rows each has.
    pub tables: Vec<(String, i64)>,
    /// The migrations that this binary brings, and those that ran there, the newest first.
    pub migrations: Vec<Migration>,
    /// When something happened last, by the audit log.
    pub last_event: Option<Timestamp>,
    /// What the database finds wrong with itself; nothing, if it is sound.
    pub problems: Vec<String>,
}

/// Copies the database of one moment to a file that must not be there yet, whoever writes meanwhile; and looks into the copy.
/// A copy that did not succeed is removed. It blocks.
///
/// # Errors
/// See [`CopyError`].
pub fn back_up(database: &Path, copy: &Path) -> Result<CopyFacts, CopyError> {
    fs::metadata(database)?;
    // Owned before it has anything in it, and readable by nobody else. SQLite takes an empty file for none.
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let file = file.open(copy)?;
    let written = write(database, copy).and_then(|facts| {
        file.sync_all()?;
        Ok(facts)
    });
    if written.is_err() {
        // What is said is why it failed.
        drop(fs::remove_file(copy));
    }
    written
}

fn write(database: &Path, copy: &Path) -> Result<CopyFacts, CopyError> {
    let mut conn = open(database, "rw")?;
    conn.batch_execute("PRAGMA busy_timeout=30000").map_err(refused)?;
    sql_query("VACUUM INTO ?1").bind::<Text, _>(text(copy)?).execute(&mut conn).map_err(refused)?;
    let facts = look_into(copy)?;
    match facts.problems.first() {
        Some(problem) => Err(CopyError::Damaged(problem.clone())),
        None => Ok(facts),
    }
}

/// Says what is in a copy, and changes nothing beside it. It blocks.
///
/// # Errors
/// It is no SQLite database, or can't be read.
pub fn look_into(copy: &Path) -> Result<CopyFacts, CopyError> {
    fs::metadata(copy)?;
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
    // One that was never migrated has no such table.
    let applied = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(&mut conn);
    let migrations = migrations::told::<Db>(&MIGRATIONS, &applied.unwrap_or_default());
    Ok(CopyFacts { tables, migrations, last_event, problems })
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
