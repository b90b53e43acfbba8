//! SQLite: what differs from PostgreSQL.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use diesel::{
    QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection},
    dsl::sql,
    prelude::*,
    result::{DatabaseErrorInformation, DatabaseErrorKind},
    sql_types::Text,
    sqlite::Sqlite,
};
use diesel_async::{
    AsyncConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
    sync_connection_wrapper::SyncConnectionWrapper,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ironplate_application::ports::{
    Bucket, Constraint, DatabaseFacts, Decision, Health, Quota, RateLimiter, Repositories, Store, StoreError,
    StoreResult, UnitOfWork,
};
use ironplate_domain::Timestamp;
use tokio::time::timeout;

use crate::{
    HEALTH_TIMEOUT, MigrationError, OpenError, StoreOptions, migrations,
    rows::UserRow,
    schema::{__diesel_schema_migrations, audit_events, users},
    types::{Id, Moment},
};

/// The one writer holds every row.
macro_rules! skip_locked {
    ($query:expr) => {
        $query
    };
}

#[path = "shared/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "the shared queries are compiled once per database")]
mod shared;

use shared::Handle;

/// The day of an event in UTC, counted from 1970-01-01.
const DAY_OF_EVENT: &str = "happened_at / 86400000000";

type Db = Sqlite;
type Conn = SyncConnectionWrapper<SqliteConnection>;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// `synchronous=FULL`: a commit that was answered is on the disk. `mmap_size` stays off: it counts per connection.
const WRITER: &str =
    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;";
const READER: &str = "PRAGMA busy_timeout=5000; PRAGMA query_only=ON;";

/// One writer, so that writers queue here instead of failing there; several readers, whom WAL lets read meanwhile.
pub(crate) struct SqliteStore {
    writer: Pool<Conn>,
    readers: Pool<Conn>,
    acquire_timeout: Duration,
    migrations: Vec<String>,
}

impl SqliteStore {
    pub(crate) fn open(path: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        Ok(Self {
            writer: pool(path, WRITER, 1)?,
            readers: pool(path, READER, options.connections)?,
            acquire_timeout: options.acquire_timeout,
            migrations: migrations::versions::<Db>(&MIGRATIONS),
        })
    }

    async fn conn(&self, pool: &Pool<Conn>) -> StoreResult<Object<Conn>> {
        match timeout(self.acquire_timeout, pool.get()).await {
            Ok(Ok(conn)) => Ok(conn),
            Ok(Err(error)) => Err(StoreError::Unavailable(error.into())),
            Err(elapsed) => Err(StoreError::Unavailable(elapsed.into())),
        }
    }

    async fn applied_migrations(&self) -> StoreResult<Vec<String>> {
        let mut conn = self.conn(&self.readers).await?;
        let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
        match versions.load(&mut *conn).await {
            Ok(versions) => Ok(versions),
            Err(diesel::result::Error::DatabaseError(_, info)) if info.message().starts_with("no such table") => {
                Ok(Vec::new())
            }
            Err(error) => Err(StoreError::Unavailable(error.into())),
        }
    }
}

fn pool(path: &Path, pragmas: &'static str, size: usize) -> Result<Pool<Conn>, OpenError> {
    let path = path.to_str().ok_or_else(|| OpenError("the path is not valid UTF-8".to_owned()))?;
    let mut manager = ManagerConfig::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |path| {
        let path = path.to_owned();
        Box::pin(async move {
            let mut conn = Conn::establish(&path).await?;
            conn.batch_execute(pragmas).await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(conn)
        })
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config(path, manager))
        .max_size(size)
        .build()
        .map_err(|error| OpenError(error.to_string()))
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(Handle::autocommit(self.conn(&self.readers).await?, None)))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(Handle::begin(self.conn(&self.writer).await?, None).await?))
    }

    async fn health(&self) -> Health {
        match timeout(HEALTH_TIMEOUT, self.applied_migrations()).await {
            Ok(Ok(applied)) => migrations::health(&self.migrations, &applied),
            Ok(Err(_)) | Err(_) => Health::Unreachable,
        }
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        let applied = self.applied_migrations().await?;
        let mut conn = self.conn(&self.readers).await?;
        let version: Result<String, _> = diesel::select(sql::<Text>("sqlite_version()")).get_result(&mut *conn).await;
        let version = version.map_err(|error| StoreError::Unavailable(error.into()))?;
        let product = format!("SQLite {version}");
        Ok(DatabaseFacts { product, migrations: migrations::told::<Db>(&MIGRATIONS, &applied) })
    }
}

#[async_trait]
impl RateLimiter for SqliteStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        Handle::autocommit(self.conn(&self.writer).await?, None).take_permit(bucket, quota, now).await
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        Handle::autocommit(self.conn(&self.writer).await?, None).give_permit_back(bucket, quota).await
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        Handle::autocommit(self.conn(&self.writer).await?, None).refill(bucket).await
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        Handle::autocommit(self.conn(&self.writer).await?, None).prune_permits(now, limit).await
    }
}

pub(crate) async fn migrate(path: PathBuf) -> Result<Vec<String>, MigrationError> {
    let run = move || {
        // Freed with the file, also when the process dies.
        let _lock = lock(&path)
            .map_err(|error| MigrationError::connection(format!("{} can't be opened: {error}", path.display())))?;
        let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(MigrationError::connection)?;
        conn.batch_execute(WRITER).map_err(MigrationError::connection)?;
        migrations::run_pending::<Db>(&mut conn, MIGRATIONS)
    };
    tokio::task::spawn_blocking(run).await.map_err(MigrationError::connection)?
}

fn lock(database: &Path) -> io::Result<File> {
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder)?;
    }
    create_for_owner(database)?;
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let file = File::create(name)?;
    file.lock()?;
    Ok(file)
}

/// Password hashes are nobody else's business on a shared machine; SQLite gives its side files the same mode.
fn create_for_owner(database: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(database).map(drop)
}

/// Takes the write lock at once: a transaction that reads first and writes later could lose it to another process.
async fn begin_transaction(conn: &mut Conn) -> QueryResult<()> {
    conn.spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")).await
}

/// The one writer holds every row.
async fn lock_user(conn: &mut Conn, id: Id) -> QueryResult<UserRow> {
    users::table.find(id).select(UserRow::as_select()).get_result(conn).await
}

async fn lock_active_superusers(conn: &mut Conn) -> QueryResult<Vec<Id>> {
    users::table
        .filter(users::is_superuser)
        .filter(users::is_active)
        .order(users::id)
        .select(users::id)
        .load(conn)
        .await
}

async fn prune_audit_events(conn: &mut Conn, before: Moment, most: i64) -> QueryResult<u64> {
    let over = audit_events::table
        .filter(audit_events::happened_at.lt(before))
        .order((audit_events::happened_at, audit_events::id))
        .limit(most)
        .select(audit_events::id);
    let over: Vec<Id> = over.load(conn).await?;
    let pruned = diesel::delete(audit_events::table.filter(audit_events::id.eq_any(over))).execute(conn).await?;
    Ok(pruned as u64)
}

/// SQLite names the column of a unique constraint, and nothing of a foreign key: the statement tells which it was.
fn violates(constraint: Constraint, kind: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> bool {
    match constraint {
        Constraint::UserEmail => info.message().ends_with("users.email_canonical"),
        Constraint::ItemOwner
        | Constraint::SessionUser
        | Constraint::TokenUser
        | Constraint::ClientUser
        | Constraint::MessageUser => matches!(kind, DatabaseErrorKind::ForeignKeyViolation),
    }
}

fn is_passing(message: &str) -> bool {
    ["database is locked", "database table is locked", "database or disk is full", "disk I/O error", "unable to open"]
        .iter()
        .any(|words| message.contains(words))
}
