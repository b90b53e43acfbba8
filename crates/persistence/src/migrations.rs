//! What the two databases share in running migrations.

use std::time::Duration;

use diesel::{
    QueryableByName,
    backend::Backend,
    migration::{Migration, MigrationSource},
    sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use ironplate_application::ports::{BoxError, Health, Migration as Told};

use crate::postgres::TABLES;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

/// Why migrations did not run.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database can't be reached or locked.
    #[error("the database can't be reached")]
    Connection(#[source] BoxError),
    /// Somebody else migrates, or holds what is needed for it, for longer than was to be waited.
    #[error("{holder} is in the way, and was not done after {} s", waited.as_secs())]
    Locked {
        /// Who, as far as the database tells.
        holder: String,
        /// For how long.
        waited: Duration,
    },
    /// The database's role, or the user of this process, may not do what migrations do.
    #[error("{lack}. {remedy}")]
    Forbidden {
        /// Which right is missing, and whose.
        lack: String,
        /// The statement or command that gives it, and who may say that.
        remedy: String,
    },
    /// A migration failed.
    #[error("a migration failed")]
    Failed(#[source] BoxError),
}

/// Between two attempts to get the lock.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

impl MigrationError {
    pub(crate) fn connection(error: impl Into<BoxError>) -> Self {
        Self::Connection(error.into())
    }
}

/// Runs what is pending and answers the names; the caller holds the lock.
pub(crate) fn run_pending<Db: Backend>(
    harness: &mut impl MigrationHarness<Db>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, MigrationError> {
    let pending = harness.pending_migrations(migrations).map_err(MigrationError::Failed)?;
    harness.run_migrations(&pending).map_err(MigrationError::Failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

/// The versions that this binary brings.
pub(crate) fn versions<Db: Backend>(migrations: &EmbeddedMigrations) -> Vec<String> {
    let migrations: Vec<Box<dyn Migration<Db>>> = migrations.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

/// What an operator sees of them: those that this binary brings, and those that ran without being among them; the newest
/// first.
pub(crate) fn told<Db: Backend>(brought: &EmbeddedMigrations, applied: &[String]) -> Vec<Told> {
    let brought: Vec<Box<dyn Migration<Db>>> = brought.migrations().unwrap_or_default();
    let known: Vec<(String, String)> = brought
        .iter()
        .map(|migration| (migration.name().version().to_string(), migration.name().to_string()))
        .collect();
    let strangers = applied.iter().filter(|version| !known.iter().any(|(brought, _)| brought == *version));
    let strangers = strangers.map(|version| Told { name: version.clone(), is_applied: true, is_known: false });
    let is_applied = |version| applied.contains(version);
    let mut told: Vec<Told> = known
        .iter()
        .map(|(version, name)| Told { name: name.clone(), is_applied: is_applied(version), is_known: true })
        .chain(strangers)
        .collect();
    told.sort_by(|one, other| other.cmp(one));
    told
}

/// What stands in a schema.
#[derive(QueryableByName)]
pub(crate) struct TableName {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Of what stands in a schema in which nothing of ours was made, what has a name of ours.
pub(crate) fn in_the_way(tables: Vec<TableName>) -> Vec<String> {
    let mut names: Vec<String> =
        tables.into_iter().map(|table| table.name).filter(|name| TABLES.contains(&&**name)).collect();
    if names.iter().any(|name| name == "__diesel_schema_migrations") {
        return Vec::new();
    }
    names.sort_unstable();
    names
}

/// Compares what this binary brings with what ran. A database may be ahead: an older server still runs beside a newer.
pub(crate) fn health(brought: &[String], applied: &[String]) -> Health {
    let pending: Vec<String> = brought.iter().filter(|version| !applied.contains(version)).cloned().collect();
    if pending.is_empty() { Health::Ready } else { Health::Unmigrated(pending) }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    fn names(database: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn both_databases_have_the_same_migrations() {
        assert_eq!(names("postgres"), names("sqlite"));
        assert!(!names("sqlite").is_empty());
    }
}
