//! PostgreSQL: what differs from SQLite.

mod connect;
mod connection;
mod connections;
mod migrate;
mod replica_facts;
mod replicas;
mod rights;
mod server_facts;
mod sqlstate;
mod template;
mod tls;

use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use async_trait::async_trait;
use diesel::{
    QueryResult,
    dsl::sql,
    pg::Pg,
    prelude::*,
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error},
    sql_query,
    sql_types::{Array, BigInt, Bool, Text},
};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, RunQueryDsl, TransactionManager,
    methods::{ExecuteDsl, LoadQuery},
    pooled_connection::deadpool::{Object, Pool},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ironplate_application::{
    ports::{
        BoxError, Bucket, BucketInUse, DatabaseFacts, Decision, Health, PoolUse, Quota, RateLimiter, Repositories,
        Storage, Store, StoreError, StoreResult, UnitOfWork,
    },
    with_causes,
};
use ironplate_domain::Timestamp;
use tokio::time::timeout;

use self::{
    connect::Connector,
    connection::Connection,
    connections::{AllConnections, Connections},
    replicas::Replicas,
    sqlstate::SqlState,
};
use crate::{
    OpenError, StoreOptions, Unreachable,
    address::PostgresUrl,
    health::{self, Answer, Purpose, Writing},
    migrations::{self, __diesel_schema_migrations},
    types::{DbTimestamp, Moment},
};

/// Locks what the query finds, but for what somebody else holds: that is left to them, and nobody waits.
macro_rules! skip_locked {
    ($query:expr) => {
        $query.for_update().skip_locked()
    };
}

/// Locks what the query finds until the transaction ends. What refers to it can be inserted meanwhile, such as mail about a user:
/// keys are not locked, since none changes.
macro_rules! locked {
    ($query:expr) => {
        $query.for_no_key_update()
    };
}

/// Keeps what the query finds as it is until the transaction ends, beside others who do the same.
macro_rules! kept {
    ($query:expr) => {
        $query.for_share()
    };
}

/// Inserts all of these rows by one statement.
macro_rules! insert_all {
    ($handle:expr, $name:literal, $violable:expr, $table:expr, $rows:expr) => {
        $handle.execute_within($name, $violable, diesel::insert_into($table).values($rows)).await?;
    };
}

#[path = "../shared/mod.rs"]
mod shared;

pub(crate) use migrate::migrate;
pub(crate) use replica_facts::replica_facts;
pub(crate) use server_facts::{TABLES, server_facts};
use shared::{
    HandleOptions, StoreHandle,
    constraints::{Kind, Rule},
    handle::{Extent, Rows, Uncommitted, in_time, timed},
};
pub use template::{TemplateDatabase, TemplateError};

/// The day of an event in UTC, counted from 1970-01-01.
const DAY_OF_EVENT: &str = "floor(extract(epoch FROM happened_at) / 86400)::bigint";

/// The last of all days, as indexes have it.
const LAST_DAY: &str = "DATE '9999-12-31'";

/// By so much the server's own limit comes first, which leaves the connection whole.
const SLACK: Duration = Duration::from_secs(1);

type Db = Pg;
type Conn = Connection;
type Driver = Conn;
type Pooled = Object<Conn>;
type Transactions = <Conn as AsyncConnection>::TransactionManager;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

#[derive(Clone)]
pub(crate) struct PostgresStore {
    /// Those that it asks through.
    connections: Arc<Connections>,
    shared: Arc<Shared>,
}

/// What the stores of all threads have in common.
struct Shared {
    connector: Arc<Connector>,
    connections: AllConnections,
    /// Of its own, so that a pool that requests fill does not look like a database that is silent.
    readiness: Pool<Conn>,
    answer: Answer,
    acquire_timeout: Duration,
    options: HandleOptions,
    replicas: Replicas,
    migrations: Vec<String>,
}

impl PostgresStore {
    pub(crate) fn open(url: &PostgresUrl, replicas: &[PostgresUrl], options: StoreOptions) -> Result<Self, OpenError> {
        let connector = Arc::new(Connector::new(url, options)?);
        let connections = AllConnections::new(&connector, options.connections)?;
        let shared = Shared {
            connections,
            readiness: connect::pool(connector.clone(), 1)?,
            connector,
            answer: Answer::default(),
            acquire_timeout: options.acquire_timeout,
            options: HandleOptions {
                time_limit: Some(options.statement_timeout + SLACK),
                writing: Arc::new(Writing::default()),
            },
            replicas: Replicas::open(replicas, options)?,
            migrations: migrations::versions::<Db>(&MIGRATIONS),
        };
        Ok(Self { connections: shared.connections.shared.clone(), shared: Arc::new(shared) })
    }

    async fn conn(&self) -> StoreResult<Object<Conn>> {
        let conn = self.connections.get(self.shared.acquire_timeout).await;
        conn.inspect_err(|_| self.shared.answer.doubt())
    }

    async fn autocommit(&self) -> StoreResult<StoreHandle> {
        Ok(StoreHandle::autocommit(self.conn().await?, self.shared.options.clone()))
    }

    async fn unit(&self, extent: Extent) -> StoreResult<StoreHandle> {
        StoreHandle::begin(self.conn().await?, extent, self.shared.options.clone()).await
    }
}

impl Shared {
    async fn look(&self) -> Health {
        let mut conn = match health::in_turn(&self.readiness, Purpose::Readiness, health::TIMEOUT).await {
            Ok(conn) => conn,
            Err(error) => return health::unreachable(&error),
        };
        let looked = timed("readiness", in_time(Some(health::TIMEOUT), state(&mut conn))).await;
        let (is_read_only, applied) = match looked {
            Ok(state) => state,
            Err(error) => {
                let conn = Object::take(conn);
                return Health::Unreachable(with_causes(&*explained(error, conn.sqlstate())));
            }
        };
        if is_read_only {
            // Whoever is primary now, this connection leads to a standby.
            drop(Object::take(conn));
            return Health::ReadOnly;
        }
        match migrations::health(&self.migrations, &applied) {
            Health::Ready => self
                .connections
                .health(self.acquire_timeout)
                .or_else(|| self.options.writing.trouble().map(Health::Unwritable))
                .unwrap_or(Health::Ready),
            unready => unready,
        }
    }
}

/// Whether a server lets us in.
pub(crate) async fn reach(url: &PostgresUrl, options: StoreOptions) -> Result<(), Unreachable> {
    Arc::new(Connector::new(url, options)?).connect().await.map(drop)
}

/// Whether it is read-only, and which migrations ran.
async fn state(conn: &mut Conn) -> QueryResult<(bool, Vec<String>)> {
    let read_only = diesel::select(sql::<Bool>("current_setting('transaction_read_only')::boolean"));
    Ok((read_only.get_result(conn).await?, applied_migrations(conn).await?))
}

async fn applied_migrations(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let exists = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
    if !exists.get_result::<bool>(conn).await? {
        return Ok(Vec::new());
    }
    __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn).await
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(self.autocommit().await?))
    }

    async fn read_stale(&self, most: Duration) -> StoreResult<Box<dyn Repositories>> {
        match self.shared.replicas.reach(most, self.conn()).await {
            // That a standby takes no writes says nothing of the server.
            Some(conn) => {
                let options = HandleOptions { writing: Arc::default(), ..self.shared.options.clone() };
                Ok(Box::new(StoreHandle::autocommit(conn, options)))
            }
            None => self.read().await,
        }
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(self.unit(Extent::Many).await?))
    }

    async fn begin_single(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(self.unit(Extent::Single).await?))
    }

    async fn health(&self) -> Health {
        self.shared.answer.shared(self.shared.look()).await
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.conn().await?;
        let now = diesel::select(sql::<DbTimestamp>("clock_timestamp()")).get_result(&mut *conn).await;
        let Moment(now) = now.map_err(|error| StoreError::Unavailable(error.into()))?;
        Ok(Some(now))
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        let mut conn = self.conn().await?;
        let unavailable = |error: Error| StoreError::Unavailable(error.into());
        let applied = applied_migrations(&mut conn).await.map_err(unavailable)?;
        let version = diesel::select(sql::<Text>("current_setting('server_version')"));
        let version: String = version.get_result(&mut *conn).await.map_err(unavailable)?;
        let product = format!("PostgreSQL {version}");
        let tables = sql_query(
            "SELECT relname::text AS name FROM pg_class \
             WHERE relnamespace = to_regnamespace(current_schema()) AND relname = ANY ($1)",
        );
        let tables = tables.bind::<Array<Text>, _>(TABLES);
        let tables: Vec<migrations::TableName> = tables.load(&mut *conn).await.map_err(unavailable)?;
        let in_the_way = migrations::in_the_way(tables);
        Ok(DatabaseFacts { product, migrations: migrations::told::<Db>(&MIGRATIONS, &applied), in_the_way })
    }

    /// A statement that was given up just now would go on in the server, and wait there for whatever it waited for.
    async fn close(&self) {
        let _ = timeout(health::TIMEOUT, self.shared.connector.all_cancelled()).await;
    }

    fn pools(&self) -> Vec<PoolUse> {
        [self.shared.connections.in_use()].into_iter().chain(self.shared.replicas.pool()).collect()
    }
}

impl Storage for PostgresStore {
    fn for_one_of(&self, threads: NonZeroUsize) -> Option<Arc<dyn Storage>> {
        let connections = self.shared.connections.share(&self.shared.connector, threads)?;
        Some(Arc::new(Self { connections, shared: self.shared.clone() }))
    }
}

#[async_trait]
impl RateLimiter for PostgresStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        self.autocommit().await?.take_permit(bucket, quota, now).await
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        self.autocommit().await?.give_permit_back(bucket, quota).await
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        self.autocommit().await?.refill(bucket).await
    }

    async fn refill_all(&self) -> StoreResult<u64> {
        self.autocommit().await?.refill_all().await
    }

    async fn in_use(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>> {
        self.autocommit().await?.buckets_in_use(now, limit).await
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.autocommit().await?.prune_permits(now, limit).await
    }
}

/// With limits that end with the transaction: those of a session would be left to others by a pooler, and not be there
/// where it matters. A statement that hangs gives its connection back; a client that vanishes frees its locks.
///
/// A single statement is a transaction by itself, and takes one way there and back in place of three. Without those limits: one that hangs is
/// cancelled from here, and its connection given up.
async fn begin_transaction(conn: &mut Conn, extent: Extent, time_limit: Option<Duration>) -> QueryResult<()> {
    if extent == Extent::Single {
        return Ok(());
    }
    let millis = time_limit.map_or(0, |limit| limit.saturating_sub(SLACK).as_millis());
    let begin = format!(
        "BEGIN; SET LOCAL statement_timeout = {millis}; SET LOCAL idle_in_transaction_session_timeout = {millis}"
    );
    timed("begin", in_time(time_limit, AnsiTransactionManager::begin_transaction_sql(&mut **conn, &begin))).await
}

/// The pool sees a connection that is in the midst of it, where it is dropped, and discards it.
async fn commit_transaction(mut conn: Pooled, extent: Extent, time_limit: Option<Duration>) -> Result<(), Uncommitted> {
    if extent == Extent::Single {
        return Ok(());
    }
    let committed = timed("commit", in_time(time_limit, Transactions::commit_transaction(&mut *conn))).await;
    committed.map_err(|error| Uncommitted { conn: Some(conn), error })
}

/// On a task of its own; without a runtime the pool discards the connection.
fn roll_back(mut conn: Pooled, extent: Extent, time_limit: Option<Duration>) {
    if extent == Extent::Single {
        return;
    }
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return drop(Object::take(conn)) };
    runtime.spawn(async move {
        if in_time(time_limit, Transactions::rollback_transaction(&mut *conn)).await.is_err() {
            drop(Object::take(conn));
        }
    });
}

async fn execute(statement: impl ExecuteDsl<Driver> + Send, conn: &mut Conn, _: Rows) -> QueryResult<usize> {
    ExecuteDsl::execute(statement, conn).await
}

async fn load<'query, Row: Send>(
    query: impl LoadQuery<'query, Driver, Row> + Send + 'query,
    conn: &mut Conn,
    _: Rows,
) -> QueryResult<Vec<Row>> {
    query.load(conn).await
}

/// A connection on which something may still be running.
fn abandon(conn: Conn) {
    conn.abandon();
}

/// The advisory lock lets one unit of work at a time lock superusers. By row locks alone, two could wait for one another:
/// each sees the superusers of its own moment, so the order of ids is not the same order for both.
const SUPERUSERS_LOCK: Option<&str> =
    Some("SELECT pg_advisory_xact_lock(hashtext('superusers in ' || current_schema()))");

impl StoreHandle {
    /// By the one function that may.
    async fn prune_audit_events(&mut self, before: Moment, most: i64) -> StoreResult<u64> {
        self.one::<i64, _>("audit_events.prune", diesel::select(prune_audit_events_function(before, most))).await
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "prune_audit_events"]
    fn prune_audit_events_function(before: DbTimestamp, most: BigInt) -> BigInt;
}

fn violates(rule: &Rule, _: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> bool {
    info.constraint_name() == Some(&constraint_name(rule))
}

/// As PostgreSQL itself would call it: `items_owner_user_id_fkey`.
fn constraint_name(rule: &Rule) -> String {
    let suffix = match rule.kind {
        Kind::Unique => "key",
        Kind::ForeignKey => "fkey",
    };
    format!("{}_{}_{suffix}", rule.table, rule.columns.join("_"))
}

fn is_passing(conn: Option<&Conn>, _: &dyn DatabaseErrorInformation) -> bool {
    conn.and_then(Conn::sqlstate).is_some_and(SqlState::is_passing)
}

fn keeps_from_writing(conn: Option<&Conn>, _: &dyn DatabaseErrorInformation) -> Option<&'static str> {
    conn.and_then(Conn::sqlstate).and_then(SqlState::keeps_from_writing)
}

/// For the log: with the code, which says the same in every language.
fn cause(conn: Option<&Conn>, error: Error) -> BoxError {
    explained(error, conn.and_then(Conn::sqlstate))
}

fn explained(error: Error, sqlstate: Option<SqlState>) -> BoxError {
    // What never reached the server, or never came back, has no code.
    let told = matches!(&error, Error::DatabaseError(kind, _) if !shared::handle::is_silence(*kind));
    match sqlstate.filter(|_| told) {
        Some(code) => Explained { error, code }.into(),
        None => error.into(),
    }
}

/// A failure that the server told.
#[derive(Debug)]
struct Explained {
    error: Error,
    code: SqlState,
}

impl std::error::Error for Explained {}

impl fmt::Display for Explained {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, code } = self;
        if code.is_of_a_pooler() {
            return write!(
                out,
                "a pooler in front of PostgreSQL loses prepared statements: it takes PgBouncer 1.21 or later with \
                 max_prepared_statements above 0, or pool_mode = session ({error}, SQLSTATE {code})"
            );
        }
        write!(out, "{error} (SQLSTATE {code})")
    }
}

#[cfg(test)]
use testing::{CATALOGUE, catalogued, handle, with_database};

/// What tests of the shared rooms take from here.
#[cfg(test)]
mod testing {
    use super::{Kind, PostgresStore, Rule, StoreHandle, constraint_name};
    use crate::DatabaseUrl;
    pub(super) use crate::database::with_schema as with_database;

    /// The constraints, as [`catalogued`] writes them.
    pub(super) const CATALOGUE: &str = "\
        SELECT concat(conname, ' ', contype, ' ', conrelid::regclass, '(', \
            (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS keys (number, place) \
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number), ')') AS entry \
        FROM pg_constraint WHERE connamespace = current_schema()::regnamespace";

    pub(super) fn catalogued(rule: &Rule) -> String {
        let kind = match rule.kind {
            Kind::Unique => 'u',
            Kind::ForeignKey => 'f',
        };
        format!("{} {kind} {}({})", constraint_name(rule), rule.table, rule.columns.join(", "))
    }

    pub(super) async fn handle(url: &DatabaseUrl) -> StoreHandle {
        let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
        let store = PostgresStore::open(url, &[], crate::database::options()).expect("a store");
        store.autocommit().await.expect("a connection")
    }
}
