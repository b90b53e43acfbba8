//! PostgreSQL: what differs from SQLite.

mod connect;

use std::time::Duration;

use async_trait::async_trait;
use diesel::{
    QueryResult,
    dsl::sql,
    pg::Pg,
    prelude::*,
    result::{DatabaseErrorInformation, DatabaseErrorKind},
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
    async_connection_wrapper::AsyncConnectionWrapper,
    pooled_connection::deadpool::{Object, Pool},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ironplate_application::ports::{
    Bucket, Constraint, DatabaseFacts, Decision, Health, Quota, RateLimiter, Repositories, Store, StoreError,
    StoreResult, UnitOfWork,
};
use ironplate_domain::Timestamp;
use tokio::time::timeout;
use url::Url;

use crate::{
    HEALTH_TIMEOUT, MigrationError, OpenError, StoreOptions, migrations,
    rows::UserRow,
    schema::{__diesel_schema_migrations, users},
    types::{DbTimestamp, Id, Moment},
};

/// Locks what the query finds, but for what somebody else holds: that is left to them, and nobody waits.
macro_rules! skip_locked {
    ($query:expr) => {
        $query.for_update().skip_locked()
    };
}

#[path = "shared/mod.rs"]
mod shared;

use shared::Handle;

/// The day of an event in UTC, counted from 1970-01-01.
const DAY_OF_EVENT: &str = "floor(extract(epoch FROM happened_at) / 86400)::bigint";

type Db = Pg;
type Conn = AsyncPgConnection;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

pub(crate) struct PostgresStore {
    pool: Pool<Conn>,
    acquire_timeout: Duration,
    /// A little more than the server's own limit, which leaves the connection whole.
    time_limit: Duration,
    migrations: Vec<String>,
}

impl PostgresStore {
    pub(crate) fn open(url: &Url, options: StoreOptions) -> Result<Self, OpenError> {
        let pool = connect::pool(url, options)?;
        let migrations = migrations::versions::<Db>(&MIGRATIONS);
        let time_limit = options.statement_timeout + Duration::from_secs(1);
        Ok(Self { pool, acquire_timeout: options.acquire_timeout, time_limit, migrations })
    }

    async fn conn(&self) -> StoreResult<Object<Conn>> {
        match timeout(self.acquire_timeout, self.pool.get()).await {
            Ok(Ok(conn)) => Ok(conn),
            Ok(Err(error)) => Err(StoreError::Unavailable(error.into())),
            Err(elapsed) => Err(StoreError::Unavailable(elapsed.into())),
        }
    }

    async fn applied_migrations(&self) -> StoreResult<Vec<String>> {
        let mut conn = self.conn().await?;
        let unavailable = |error: diesel::result::Error| StoreError::Unavailable(error.into());
        if diesel::select(sql::<Bool>("current_setting('transaction_read_only')::boolean"))
            .get_result::<bool>(&mut *conn)
            .await
            .map_err(unavailable)?
        {
            return Err(StoreError::Unavailable("the database is read-only".into()));
        }
        let exists = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
        if !exists.get_result::<bool>(&mut *conn).await.map_err(unavailable)? {
            return Ok(Vec::new());
        }
        let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
        versions.load(&mut *conn).await.map_err(unavailable)
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(Handle::autocommit(self.conn().await?, Some(self.time_limit))))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(Handle::begin(self.conn().await?, Some(self.time_limit)).await?))
    }

    async fn health(&self) -> Health {
        match timeout(HEALTH_TIMEOUT, self.applied_migrations()).await {
            Ok(Ok(applied)) => migrations::health(&self.migrations, &applied),
            Ok(Err(_)) | Err(_) => Health::Unreachable,
        }
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.conn().await?;
        let now = diesel::select(sql::<DbTimestamp>("clock_timestamp()")).get_result(&mut *conn).await;
        let Moment(now) = now.map_err(|error| StoreError::Unavailable(error.into()))?;
        Ok(Some(now))
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        let applied = self.applied_migrations().await?;
        let mut conn = self.conn().await?;
        let version: Result<String, _> =
            diesel::select(sql::<Text>("current_setting('server_version')")).get_result(&mut *conn).await;
        let version = version.map_err(|error| StoreError::Unavailable(error.into()))?;
        let product = format!("PostgreSQL {version}");
        Ok(DatabaseFacts { product, migrations: migrations::told::<Db>(&MIGRATIONS, &applied) })
    }
}

#[async_trait]
impl RateLimiter for PostgresStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        Handle::autocommit(self.conn().await?, Some(self.time_limit)).take_permit(bucket, quota, now).await
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        Handle::autocommit(self.conn().await?, Some(self.time_limit)).give_permit_back(bucket, quota).await
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        Handle::autocommit(self.conn().await?, Some(self.time_limit)).refill(bucket).await
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        Handle::autocommit(self.conn().await?, Some(self.time_limit)).prune_permits(now, limit).await
    }
}

pub(crate) async fn migrate(url: &Url) -> Result<Vec<String>, MigrationError> {
    let mut conn = connect::single(url).await.map_err(MigrationError::connection)?;
    // Held by the connection; a server that dies while migrating lets go of it.
    conn.batch_execute("SELECT pg_advisory_lock(hashtext('ironplate migrations in ' || current_schema()))")
        .await
        .map_err(MigrationError::connection)?;
    let run = move || migrations::run_pending::<Db>(&mut AsyncConnectionWrapper::<_>::from(conn), MIGRATIONS);
    tokio::task::spawn_blocking(run).await.map_err(MigrationError::connection)?
}

async fn begin_transaction(conn: &mut Conn) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction(conn).await
}

async fn lock_user(conn: &mut Conn, id: Id) -> QueryResult<UserRow> {
    users::table.find(id).select(UserRow::as_select()).for_update().get_result(conn).await
}

/// The advisory lock lets one unit of work at a time do this. By row locks alone, two could wait for one another: each
/// sees the superusers of its own moment, so the order of ids is not the same order for both.
async fn lock_active_superusers(conn: &mut Conn) -> QueryResult<Vec<Id>> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('ironplate superusers in ' || current_schema()))")
        .execute(conn)
        .await?;
    users::table
        .filter(users::is_superuser)
        .filter(users::is_active)
        .order(users::id)
        .select(users::id)
        .for_update()
        .load(conn)
        .await
}

/// By the one function that may.
async fn prune_audit_events(conn: &mut Conn, before: Moment, most: i64) -> QueryResult<u64> {
    let call = diesel::select(prune_audit_events_function(before, most));
    call.get_result::<i64>(conn).await.map(|pruned| u64::try_from(pruned).unwrap_or(0))
}

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "prune_audit_events"]
    fn prune_audit_events_function(before: DbTimestamp, most: BigInt) -> BigInt;
}

fn violates(constraint: Constraint, _: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> bool {
    let name = match constraint {
        Constraint::UserEmail => "users_email_canonical_key",
        Constraint::ItemOwner => "items_owner_id_fkey",
        Constraint::SessionUser => "sessions_user_id_fkey",
        Constraint::TokenUser => "one_time_tokens_user_id_fkey",
        Constraint::ClientUser => "known_clients_user_id_fkey",
        Constraint::MessageUser => "outbox_user_id_fkey",
    };
    info.constraint_name() == Some(name)
}

/// The server's words for what may pass by itself: diesel keeps no SQLSTATE. A server that speaks another language
/// (`lc_messages`) is understood less well: such a fault is then answered as an internal one.
fn is_passing(message: &str) -> bool {
    [
        "canceling statement due to",
        "deadlock detected",
        "terminating connection due to",
        "too many clients",
        "remaining connection slots",
        "the database system is",
        "cannot execute",
    ]
    .iter()
    .any(|words| message.contains(words))
}
