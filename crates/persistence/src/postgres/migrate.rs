//! Migrations, under a lock that dies with its transaction: a session could be a pooler's, and outlive its client.

use std::{sync::Arc, time::Duration};

use diesel::{
    QueryResult,
    dsl::sql,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use diesel_async::{
    AnsiTransactionManager, RunQueryDsl, TransactionManager, async_connection_wrapper::AsyncConnectionWrapper,
};
use ironplate_application::ports::Health;
use tokio::time::{Instant, sleep};

use super::{
    Conn, Db, MIGRATIONS, SLACK, applied_migrations, connect::Connector, explained, rights, shared::handle::in_time,
};
use crate::{MigrationError, StoreOptions, address::PostgresUrl, migrations};

type Transactions = AnsiTransactionManager;

/// One for each schema; without any, making the first table tells that.
const LOCK: &str = "hashtext('schema migrations in ' || coalesce(current_schema(), ''))";

/// A process that is stopped or killed leaves its statement behind, which would wait for a table and then have it. The server looks
/// each second whether anybody is still there; before PostgreSQL 14, and on Windows, it can't.
const END_WITH_US: &str = "DO $$ BEGIN SET LOCAL client_connection_check_interval = '1s'; \
                           EXCEPTION WHEN undefined_object OR invalid_parameter_value THEN NULL; END $$";

/// As an operator finds it in `pg_stat_activity`.
const TOLD: &str = "format('process %s (%s, user %s%s)', pid, coalesce(nullif(application_name, ''), 'without a name'), \
                    usename, ', from ' || host(client_addr))";

/// Runs what is pending in one transaction: all of it, or nothing.
pub(crate) async fn migrate(url: &PostgresUrl, options: StoreOptions) -> Result<Vec<String>, MigrationError> {
    let connector = Connector::new(url, options).map_err(MigrationError::connection)?;
    let mut conn = Arc::new(connector).connect().await.map_err(MigrationError::connection)?;
    let waited = options.migration_lock_timeout;
    let give_up = Instant::now() + waited;
    let mut waits = false;
    loop {
        match in_time(Some(waited + SLACK), step(&mut conn, options)).await {
            Ok(Step::UpToDate) => return Ok(Vec::new()),
            Ok(Step::Locked) => return run(conn, options).await,
            Ok(Step::Wait { holder }) if Instant::now() >= give_up => {
                return Err(MigrationError::Locked { holder, waited });
            }
            Ok(Step::Wait { holder }) => {
                if !waits {
                    tracing::info!(%holder, most_seconds = waited.as_secs(), "waiting for the lock of migrations");
                    waits = true;
                }
                sleep(migrations::PAUSE).await;
            }
            Err(error) => {
                let failed = MigrationError::connection(explained(error, conn.sqlstate()));
                return Err(understood(&mut conn, waited).await.unwrap_or(failed));
            }
        }
    }
}

enum Step {
    UpToDate,
    /// In a transaction that holds the lock.
    Locked,
    Wait {
        holder: String,
    },
}

/// Looks first: where nothing is pending nobody is locked out, and nobody needs the rights to change tables.
async fn step(conn: &mut Conn, options: StoreOptions) -> QueryResult<Step> {
    // What Diesel makes "if not exists" is no news.
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL client_min_messages = warning; {END_WITH_US}",
        options.migration_lock_timeout.as_millis()
    );
    Transactions::begin_transaction_sql(&mut **conn, &begin).await?;
    let applied = applied_migrations(conn).await?;
    let brought = migrations::versions::<Db>(&MIGRATIONS);
    if migrations::health(&brought, &applied) == Health::Ready {
        keep_events_for(conn, options.keep_audit).await?;
        Transactions::commit_transaction(&mut **conn).await?;
        return Ok(Step::UpToDate);
    }
    let locked = diesel::select(sql::<Bool>(&format!("pg_try_advisory_xact_lock({LOCK})")));
    if locked.get_result(conn).await? {
        return Ok(Step::Locked);
    }
    let holder = holder_of_lock(conn).await?;
    Transactions::rollback_transaction(&mut **conn).await?;
    Ok(Step::Wait { holder })
}

/// In the transaction that holds the lock. Others may have migrated before it was held: what is pending is looked up anew.
async fn run(conn: Conn, options: StoreOptions) -> Result<Vec<String>, MigrationError> {
    let run = move || {
        let mut blocking = AsyncConnectionWrapper::<_>::from(conn);
        let ran = migrations::run_pending::<Db>(&mut blocking, MIGRATIONS);
        (ran, blocking.into_inner())
    };
    let (ran, mut conn) = tokio::task::spawn_blocking(run).await.map_err(MigrationError::connection)?;
    match ran {
        Ok(names) => {
            let committed = async {
                keep_events_for(&mut conn, options.keep_audit).await?;
                Transactions::commit_transaction(&mut *conn).await
            };
            committed.await.map_err(|error| MigrationError::Failed(explained(error, conn.sqlstate())))?;
            Ok(names)
        }
        Err(failed) => Err(understood(&mut conn, options.migration_lock_timeout).await.unwrap_or(failed)),
    }
}

/// After a failure in a transaction: who uses a table that was to be had, or which right is missing, if that was it.
async fn understood(conn: &mut Conn, waited: Duration) -> Option<MigrationError> {
    let code = conn.sqlstate().filter(|code| code.is_lock_timeout() || code.is_lack_of_rights())?;
    Transactions::rollback_transaction(&mut **conn).await.ok()?;
    if code.is_lock_timeout() {
        let holder = user_of_tables(conn).await.ok()?;
        return Some(MigrationError::Locked { holder, waited });
    }
    rights::missing(conn).await.ok()?
}

/// Tells the database how long audit events are kept: its own function goes by that. Only who owns the tables may say so.
async fn keep_events_for(conn: &mut Conn, time: Option<Duration>) -> QueryResult<()> {
    let wanted = time.map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    let kept = diesel::select(sql::<Nullable<BigInt>>("(SELECT keep_seconds FROM audit_retention)"));
    let kept: Option<i64> = kept.get_result(conn).await?;
    if kept == wanted {
        return Ok(());
    }
    let may_say = diesel::select(sql::<Bool>("has_table_privilege('audit_retention', 'UPDATE')"));
    if !may_say.get_result::<bool>(conn).await? {
        tracing::warn!(
            kept_seconds = kept,
            wanted_seconds = wanted,
            "the database keeps audit events by its own word; `ironplate migrate` as its owner changes that"
        );
        return Ok(());
    }
    let say = diesel::sql_query("UPDATE audit_retention SET keep_seconds = $1");
    say.bind::<Nullable<BigInt>, _>(wanted).execute(conn).await?;
    Ok(())
}

async fn holder_of_lock(conn: &mut Conn) -> QueryResult<String> {
    told(
        conn,
        &format!(
            "FROM pg_locks JOIN pg_stat_activity USING (pid) \
             WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND ((classid::bigint << 32) | objid::bigint) = {LOCK}"
        ),
    )
    .await
}

async fn user_of_tables(conn: &mut Conn) -> QueryResult<String> {
    told(
        conn,
        "FROM pg_stat_activity AS activity WHERE pid <> pg_backend_pid() AND EXISTS ( \
         SELECT 1 FROM pg_locks JOIN pg_class ON pg_class.oid = relation \
         WHERE pg_locks.pid = activity.pid AND granted AND relnamespace::regnamespace::text = quote_ident(current_schema()) \
         ) ORDER BY xact_start",
    )
    .await
}

async fn told(conn: &mut Conn, among: &str) -> QueryResult<String> {
    let holder = diesel::select(sql::<Nullable<Text>>(&format!("(SELECT {TOLD} {among} LIMIT 1)")));
    let holder: Option<String> = holder.get_result(conn).await?;
    // It may have ended between the two statements, or be a prepared transaction.
    Ok(holder.unwrap_or_else(|| "a process that is not to be seen".to_owned()))
}
