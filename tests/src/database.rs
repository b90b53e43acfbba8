//! The two databases that every promise is kept on.

use std::{fs, panic, path::Path, sync::Arc};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use futures::FutureExt;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::{Schema, Setup, postgres};

/// An empty database of a test's own. It outlives the servers that use it.
#[derive(Clone)]
pub enum Database {
    /// A file that is not there yet.
    Sqlite(Arc<TempDir>),
    /// An empty schema.
    Postgres(Schema),
}

/// Tests on PostgreSQL at once: times their servers' connections, this stays below the hundred that a server has.
static SCHEMAS: Semaphore = Semaphore::const_new(6);

impl Database {
    /// A database in a file.
    #[must_use]
    pub fn sqlite() -> Self {
        Self::Sqlite(Arc::new(TempDir::new().expect("a temporary folder")))
    }

    /// Its address, as `DATABASE_URL` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("ironplate.db").display()),
            Self::Postgres(schema) => schema.url(),
        }
    }

    /// Which of the two it is, in a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// All that somebody gets who steals it: the files as they are, or every row of every table.
    pub async fn dump(&self) -> Vec<u8> {
        match self {
            Self::Sqlite(folder) => read_all(folder.path()),
            Self::Postgres(schema) => schema.dump().await.into_bytes(),
        }
    }

    /// Runs statements as they stand, beside whoever works on it.
    pub async fn execute(&self, statements: &str) {
        match self {
            Self::Sqlite(folder) => {
                let path = folder.path().join("ironplate.db");
                let mut connection = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");
                connection.batch_execute("PRAGMA busy_timeout = 5000").expect("patience");
                connection.batch_execute(statements).expect("the statements done");
            }
            Self::Postgres(schema) => schema.execute(statements).await.expect("the statements done"),
        }
    }

    /// As if nobody had proved for an hour who they are.
    pub async fn age_proofs(&self) {
        let an_hour_ago = match self {
            Self::Sqlite(_) => "proved_at - 3600000000",
            Self::Postgres(_) => "proved_at - interval '1 hour'",
        };
        self.execute(&format!("UPDATE sessions SET proved_at = {an_hour_ago}")).await;
    }

    /// As if all devices had been trusted two days ago.
    pub async fn age_trust(&self) {
        let two_days_ago = match self {
            Self::Sqlite(_) => "created_at - 172800000000",
            Self::Postgres(_) => "created_at - interval '2 days'",
        };
        self.execute(&format!("UPDATE trusted_devices SET created_at = {two_days_ago}")).await;
    }

    /// As if everybody had followed the link to their address.
    pub async fn prove_addresses(&self) {
        self.execute("UPDATE users SET is_verified = true").await;
    }

    /// Keeps everybody else from reading a file, until what this answers is dropped.
    #[must_use]
    pub fn shut(&self) -> impl Sized + use<> {
        let Self::Sqlite(folder) = self else { panic!("a test for SQLite alone") };
        let path = folder.path().join("ironplate.db");
        let mut connection = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");
        connection.batch_execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE").expect("nobody uses it");
        connection
    }

    /// The schema, in tests that are only for PostgreSQL.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        match self {
            Self::Sqlite(_) => panic!("a test for PostgreSQL alone"),
            Self::Postgres(schema) => schema,
        }
    }
}

/// Every file below a folder, one after the other.
#[must_use]
pub fn read_all(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        // A file may go while others are read.
        bytes.extend(if path.is_dir() { read_all(&path) } else { fs::read(&path).unwrap_or_default() });
    }
    bytes
}

/// Runs a test on SQLite.
pub async fn on_sqlite(test: impl AsyncFnOnce(Database)) {
    test(Database::sqlite()).await;
}

/// Runs a test on PostgreSQL, in a schema that is gone afterwards, also when the test failed.
pub async fn on_postgres(test: impl AsyncFnOnce(Database)) {
    let _permit = SCHEMAS.acquire().await.expect("a semaphore that nobody closes");
    let Some(schema) = postgres::create_schema().await else { return };
    let outcome = panic::AssertUnwindSafe(test(Database::Postgres(schema.clone()))).catch_unwind().await;
    schema.drop().await;
    if let Err(failure) = outcome {
        panic::resume_unwind(failure);
    }
}

/// Runs a test on PostgreSQL as docs/POSTGRESQL.md advises: as a role that owns nothing, after the owner migrated.
pub async fn on_postgres_without_ownership(test: impl AsyncFnOnce(Database)) {
    on_postgres(async |database| {
        let schema = database.schema();
        let (owner, application) = schema.owner_and_application();
        let recipe = |part: &str| {
            let block = include_str!("../../docs/POSTGRESQL.md").split_once(&format!("```sql {part}\n"));
            let block = block.and_then(|(_, rest)| rest.split_once("```")).expect("a recipe").0;
            let sql = block.replace("ironplate_owner", &owner).replace("ironplate_app", &application);
            sql.replace("SCHEMA public", &format!("SCHEMA {}", schema.name()))
        };
        let roles = format!("CREATE ROLE {owner} LOGIN; CREATE ROLE {application} LOGIN");
        schema.execute(&roles).await.expect("the roles");
        schema.execute(&format!("ALTER SCHEMA {} OWNER TO {owner}", schema.name())).await.expect("an owner");
        let as_owner = schema.as_role(&owner);
        as_owner.execute(&recipe("before")).await.expect("what comes before");
        let migrated = Setup::on(&Database::Postgres(as_owner.clone())).run(&["migrate"]).await;
        assert_eq!(migrated.code, Some(0), "{migrated:?}");
        as_owner.execute(&recipe("after")).await.expect("what comes after");
        test(Database::Postgres(schema.as_role(&application))).await;
    })
    .await;
}
