//! SQLite: what differs from PostgreSQL.

mod connection;
mod group;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use diesel::{
    QueryResult, SqliteConnection,
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    query_dsl::methods::{ExecuteDsl, LoadQuery},
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error},
    sql_query,
    sql_types::Text,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ironplate_application::{
    logged,
    ports::{
        BoxError, Bucket, BucketInUse, DatabaseFacts, Decision, Health, PoolUse, Quota, RateLimiter, Repositories,
        Storage, Store, StoreError, StoreResult, UnitOfWork,
    },
    with_causes,
};
use ironplate_domain::Timestamp;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep, timeout},
};

use self::connection::{Conn, Pool, Pooled, execute, load, pool};
use crate::{
    MigrationError, OpenError, StoreOptions,
    health::{self, Answer, Purpose, Turnover, Writing},
    migrations::{self, __diesel_schema_migrations},
    types::{Id, Moment},
};

/// The one writer holds every row.
macro_rules! skip_locked {
    ($query:expr) => {
        $query
    };
}

/// The one writer holds every row.
macro_rules! locked {
    ($query:expr) => {
        $query
    };
}

/// The one writer changes nothing else.
macro_rules! kept {
    ($query:expr) => {
        $query
    };
}

/// Inserts all of these rows, one by one: no way lies between this process and the database.
macro_rules! insert_all {
    ($handle:expr, $name:literal, $violable:expr, $table:expr, $rows:expr) => {
        for row in $rows {
            $handle.execute_within($name, $violable, diesel::insert_into($table).values(row)).await?;
        }
    };
}

#[path = "../shared/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "the shared queries are compiled once per database")]
mod shared;

use shared::{
    HandleOptions, StoreHandle,
    audit_events::audit_events,
    constraints::{Kind, Rule},
    handle::{Extent, Uncommitted, timed},
};

/// The day of an event in UTC, counted from 1970-01-01.
const DAY_OF_EVENT: &str = "happened_at / 86400000000";

/// The last of all days, 9999-12-31, as indexes have it.
const LAST_DAY: &str = "2932896";

pub(crate) type Db = Sqlite;
type Driver = SqliteConnection;

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// `synchronous=FULL`: a commit that was answered is on the disk. `mmap_size` stays off: it counts per connection.
/// In the end it waits for nobody, which would hold its thread: `group` waits.
const WRITER: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
     PRAGMA foreign_keys=ON; PRAGMA busy_timeout=0;";
const READER: &str = "PRAGMA busy_timeout=5000; PRAGMA query_only=ON;";

/// One writer, so that writers queue here instead of failing there; several readers, whom WAL lets read meanwhile.
pub(crate) struct SqliteStore {
    writer: Pool,
    writing: Turnover,
    readers: Pool,
    reading: Turnover,
    /// Of its own, so that readers that requests fill do not look like a database that is silent.
    readiness: Pool,
    answer: Answer,
    acquire_timeout: Duration,
    options: HandleOptions,
    migrations: Vec<String>,
}

impl SqliteStore {
    pub(crate) fn open(path: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        Ok(Self {
            writer: pool(path, WRITER, 1)?,
            writing: Turnover::default(),
            readers: pool(path, READER, options.connections)?,
            reading: Turnover::default(),
            readiness: pool(path, READER, 1)?,
            answer: Answer::default(),
            acquire_timeout: options.acquire_timeout,
            options: HandleOptions { time_limit: None, writing: Arc::new(Writing::default()) },
            migrations: migrations::versions::<Db>(&MIGRATIONS),
        })
    }

    async fn reader(&self) -> StoreResult<Pooled> {
        let conn = health::in_turn(&self.readers, Purpose::Requests, self.acquire_timeout)
            .await
            .inspect_err(|_| self.answer.doubt())?;
        self.reading.note();
        Ok(conn)
    }

    async fn writer(&self) -> StoreResult<Pooled> {
        let conn = health::in_turn(&self.writer, Purpose::Writing, self.acquire_timeout)
            .await
            .inspect_err(|_| self.answer.doubt())?;
        self.writing.note();
        Ok(conn)
    }

    async fn unit(&self, extent: Extent) -> StoreResult<StoreHandle> {
        StoreHandle::begin(self.writer().await?, extent, self.options.clone()).await
    }

    async fn look(&self) -> Health {
        let conn = match health::in_turn(&self.readiness, Purpose::Readiness, health::TIMEOUT).await {
            Ok(conn) => conn,
            Err(error) => return health::unreachable(&error),
        };
        // On a thread of its own: a disk may be silent.
        let look = spawn_blocking(move || applied_migrations(conn));
        let applied = match timed("readiness", timeout(health::TIMEOUT, look)).await {
            Ok(Ok(Ok(applied))) => applied,
            Ok(Ok(Err(error))) => return Health::Unreachable(with_causes(&error)),
            Ok(Err(_)) | Err(_) => return Health::Unreachable(health::SILENCE.to_owned()),
        };
        match migrations::health(&self.migrations, &applied) {
            Health::Ready => health::of_pool(&self.readers, &self.reading, self.acquire_timeout)
                .or_else(|| health::of_pool(&self.writer, &self.writing, self.acquire_timeout))
                .or_else(|| self.options.writing.trouble().map(Health::Unwritable))
                .unwrap_or(Health::Ready),
            unready => unready,
        }
    }
}

fn applied_migrations(mut conn: Pooled) -> StoreResult<Vec<String>> {
    let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
    match versions.load(&mut conn.sqlite) {
        Ok(versions) => Ok(versions),
        Err(Error::DatabaseError(_, info)) if info.message().starts_with("no such table") => Ok(Vec::new()),
        Err(error) => Err(StoreError::Unavailable(error.into())),
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(StoreHandle::autocommit(self.reader().await?, self.options.clone())))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(self.unit(Extent::Many).await?))
    }

    async fn begin_single(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(self.unit(Extent::Single).await?))
    }

    async fn health(&self) -> Health {
        self.answer.shared(self.look()).await
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        let applied = applied_migrations(self.reader().await?)?;
        let version = diesel::select(sql::<Text>("sqlite_version()"));
        let version = version.get_result::<String>(&mut self.reader().await?.sqlite);
        let version = version.map_err(|error| StoreError::Unavailable(error.into()))?;
        let product = format!("SQLite {version}");
        let tables =
            sql_query("SELECT name FROM sqlite_master").load::<migrations::TableName>(&mut self.reader().await?.sqlite);
        let tables = tables.map_err(|error| StoreError::Unavailable(error.into()))?;
        let in_the_way = migrations::in_the_way(tables);
        Ok(DatabaseFacts { product, migrations: migrations::told::<Db>(&MIGRATIONS, &applied), in_the_way })
    }

    /// The database is one file then, as it is when the last connection ends: a process that ends does not wait for that.
    async fn close(&self) {
        let close = async {
            let mut conn = self.writer().await?;
            let close = move || {
                group::end(&mut conn);
                conn.sqlite.batch_execute("PRAGMA busy_timeout=0; PRAGMA wal_checkpoint(TRUNCATE)")
            };
            let closed = spawn_blocking(close).await.unwrap_or(Ok(()));
            closed.map_err(|error| StoreError::Unavailable(error.into()))
        };
        // Others may be reading: then it is left to the last of them.
        if let Ok(Err(error)) = timeout(health::TIMEOUT, close).await {
            tracing::warn!(error = logged(&error), "the write-ahead log stays beside the database");
        }
    }

    fn pools(&self) -> Vec<PoolUse> {
        vec![health::use_of("writer", &self.writer), health::use_of("readers", &self.readers)]
    }
}

/// `in_unit!(self, |unit| act(unit))`: what writes alone is a unit of work as well, and shares a commit with others.
macro_rules! in_unit {
    ($store:expr, |$unit:ident| $act:expr) => {{
        let mut $unit = $store.unit(Extent::Many).await?;
        let done = $act.await?;
        Box::new($unit).commit().await?;
        Ok(done)
    }};
}

impl Storage for SqliteStore {}

#[async_trait]
impl RateLimiter for SqliteStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        in_unit!(self, |unit| unit.take_permit(bucket, quota, now))
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        in_unit!(self, |unit| unit.give_permit_back(bucket, quota))
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        in_unit!(self, |unit| unit.refill(bucket))
    }

    async fn refill_all(&self) -> StoreResult<u64> {
        in_unit!(self, |unit| unit.refill_all())
    }

    async fn in_use(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>> {
        in_unit!(self, |unit| unit.buckets_in_use(now, limit))
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        in_unit!(self, |unit| unit.prune_permits(now, limit))
    }
}

/// Locks out other processes by a file beside the database: freed with the process, whatever that dies of. Nothing is locked
/// when nothing is pending.
pub(crate) async fn migrate(path: PathBuf, options: StoreOptions) -> Result<Vec<String>, MigrationError> {
    if is_up_to_date(&path).await {
        return Ok(Vec::new());
    }
    let file = lock_file(&path).map_err(|error| cant_open(&path, &error))?;
    let give_up = Instant::now() + options.migration_lock_timeout;
    while let Err(error) = file.try_lock() {
        match error {
            TryLockError::Error(error) => return Err(cant_open(&path, &error)),
            TryLockError::WouldBlock if Instant::now() >= give_up => {
                let waited = options.migration_lock_timeout;
                return Err(MigrationError::Locked {
                    holder: format!("the process that holds {}", lock_name(&path).display()),
                    waited,
                });
            }
            TryLockError::WouldBlock => sleep(migrations::PAUSE).await,
        }
    }
    let run = move || {
        let _lock = file;
        let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(MigrationError::connection)?;
        conn.batch_execute(WRITER).map_err(MigrationError::connection)?;
        conn.batch_execute("PRAGMA busy_timeout=5000").map_err(MigrationError::connection)?;
        migrations::run_pending::<Db>(&mut conn, MIGRATIONS)
    };
    tokio::task::spawn_blocking(run).await.map_err(MigrationError::connection)?
}

fn cant_open(database: &Path, error: &io::Error) -> MigrationError {
    let lack = format!("{} can't be opened: {error}", database.display());
    if error.kind() != io::ErrorKind::PermissionDenied {
        return MigrationError::connection(lack);
    }
    let folder = database.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let remedy = format!(
        "Whom this process runs as has to own the folder and what is in it: chown -R USER {}",
        folder.display()
    );
    MigrationError::Forbidden { lack, remedy }
}

/// A file that is not there, or that can't be read, is not.
async fn is_up_to_date(path: &Path) -> bool {
    let look = async || -> Option<bool> {
        let conn = path.exists().then(|| pool(path, READER, 1))?.ok()?.get().await.ok()?;
        let applied = applied_migrations(conn).ok()?;
        Some(migrations::health(&migrations::versions::<Db>(&MIGRATIONS), &applied) == Health::Ready)
    };
    look().await.unwrap_or(false)
}

fn lock_name(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn lock_file(database: &Path) -> io::Result<File> {
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder)?;
    }
    create_for_owner(database)?;
    create_for_owner(&lock_name(database))
}

/// Password hashes are nobody else's business on a shared machine, nor is who migrates; SQLite gives its side files the same mode.
fn create_for_owner(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

async fn begin_transaction(conn: &mut Conn, _: Extent, _: Option<Duration>) -> QueryResult<()> {
    timed("begin", group::begin(conn)).await
}

async fn commit_transaction(conn: Pooled, _: Extent, _: Option<Duration>) -> Result<(), Uncommitted> {
    let committed = timed("commit", group::commit(conn)).await;
    committed.map_err(|error| Uncommitted { conn: None, error })
}

fn roll_back(conn: Pooled, _: Extent, _: Option<Duration>) {
    group::roll_back(conn);
}

/// The one writer holds every row.
const SUPERUSERS_LOCK: Option<&str> = None;

impl StoreHandle {
    async fn prune_audit_events(&mut self, before: Moment, most: i64) -> StoreResult<u64> {
        let over = audit_events::table
            .filter(audit_events::happened_at.lt(before))
            .order((audit_events::happened_at, audit_events::id))
            .limit(most)
            .select(audit_events::id);
        let over = self.load::<Id, Id>("audit_events.prune.select", over).await?;
        self.execute(
            "audit_events.prune.delete",
            diesel::delete(audit_events::table.filter(audit_events::id.eq_any(over))),
        )
        .await
    }
}

/// SQLite names the columns of a unique constraint, and nothing of a foreign key: the statement tells which it was.
fn violates(rule: &Rule, kind: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> bool {
    match rule.kind {
        Kind::Unique => info.message().rsplit(": ").next() == Some(&qualified_columns(rule)),
        Kind::ForeignKey => matches!(kind, DatabaseErrorKind::ForeignKeyViolation),
    }
}

/// As SQLite tells the columns of a unique constraint: `projects.owner_user_id, projects.name_folded`.
fn qualified_columns(rule: &Rule) -> String {
    rule.columns.iter().map(|column| format!("{}.{column}", rule.table)).collect::<Vec<_>>().join(", ")
}

/// SQLite speaks English alone.
fn is_passing(_: Option<&Conn>, info: &dyn DatabaseErrorInformation) -> bool {
    let passing = ["database is locked", "database table is locked", "unable to open"];
    passing.iter().any(|words| info.message().contains(words)) || keeps_from_writing(None, info).is_some()
}

fn keeps_from_writing(_: Option<&Conn>, info: &dyn DatabaseErrorInformation) -> Option<&'static str> {
    let reasons = [
        ("database or disk is full", "the disk of the database is full"),
        ("disk I/O error", "the database can't write to its disk"),
        ("attempt to write a readonly database", "the database is read-only"),
    ];
    reasons.iter().find(|(words, _)| info.message().contains(words)).map(|(_, why)| *why)
}

fn cause(_: Option<&Conn>, error: Error) -> BoxError {
    error.into()
}

/// What runs in this process ends by itself.
fn abandon(conn: Conn) {
    drop(conn);
}

#[cfg(test)]
use testing::{CATALOGUE, catalogued, handle, with_database};

/// What tests of the shared rooms take from here.
#[cfg(test)]
mod testing {
    use super::{Extent, Rule, SqliteStore, StoreHandle, qualified_columns};
    use crate::DatabaseUrl;
    pub(super) use crate::database::with_file as with_database;

    /// Foreign keys and unique indexes, as [`catalogued`] writes them.
    pub(super) const CATALOGUE: &str = "\
        SELECT 'ForeignKey ' || group_concat(tables.name || '.' || keys.\"from\", ', ') AS entry \
        FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys GROUP BY tables.name, keys.id \
        UNION ALL \
        SELECT 'Unique ' || (SELECT group_concat(tables.name || '.' || columns.name, ', ') \
            FROM pragma_index_info(indexes.name) AS columns) \
        FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indexes \
        WHERE indexes.\"unique\" AND NOT indexes.partial";

    pub(super) fn catalogued(rule: &Rule) -> String {
        format!("{:?} {}", rule.kind, qualified_columns(rule))
    }

    pub(super) async fn handle(url: &DatabaseUrl) -> StoreHandle {
        let DatabaseUrl::Sqlite(path) = url else { panic!("{url} is not SQLite") };
        SqliteStore::open(path, crate::database::options())
            .expect("a store")
            .unit(Extent::Many)
            .await
            .expect("a connection")
    }
}
