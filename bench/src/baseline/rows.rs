//! One row by primary key, on either database.
//!
//! Without a limit: SQLite prepares a statement anew whenever a limit is bound.

use diesel::{SqliteConnection, prelude::*};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
    sync_connection_wrapper::SyncConnectionWrapper,
};
use serde::Serialize;

use crate::Outcome;

type Sqlite = SyncConnectionWrapper<SqliteConnection>;

/// As many as the server has by default.
const CONNECTIONS: usize = 8;

pub(super) const ID: i64 = 1;

const TABLE: &str = "
    CREATE TABLE baseline (
        id bigint PRIMARY KEY,
        email text NOT NULL,
        full_name text,
        is_active boolean NOT NULL,
        created_at bigint NOT NULL
    );
    INSERT INTO baseline VALUES (1, 'ann@example.com', 'Ann Example', true, 1795312078151226)";

diesel::table! {
    baseline (id) {
        id -> BigInt,
        email -> Text,
        full_name -> Nullable<Text>,
        is_active -> Bool,
        created_at -> BigInt,
    }
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = baseline)]
pub(super) struct Row {
    id: i64,
    email: String,
    full_name: Option<String>,
    is_active: bool,
    created_at: i64,
}

pub(super) trait Rows: Send + Sync + 'static {
    async fn find(&self, id: i64) -> Outcome<Row>;
}

impl Rows for Pool<AsyncPgConnection> {
    async fn find(&self, id: i64) -> Outcome<Row> {
        let mut conn = self.get().await?;
        Ok(baseline::table.find(id).select(Row::as_select()).get_result(&mut *conn).await?)
    }
}

impl Rows for Pool<Sqlite> {
    async fn find(&self, id: i64) -> Outcome<Row> {
        let mut conn = self.get().await?;
        Ok(baseline::table.find(id).select(Row::as_select()).get_result(&mut *conn).await?)
    }
}

pub(super) async fn postgres(url: &str) -> Outcome<Pool<AsyncPgConnection>> {
    let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(url, manager())).max_size(CONNECTIONS);
    let pool: Pool<AsyncPgConnection> = pool.build()?;
    let mut conn: Object<AsyncPgConnection> = pool.get().await?;
    conn.batch_execute(TABLE).await?;
    drop(conn);
    Ok(pool)
}

pub(super) async fn sqlite(path: &str) -> Outcome<Pool<Sqlite>> {
    let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(path, manager())).max_size(CONNECTIONS);
    let pool: Pool<Sqlite> = pool.build()?;
    let mut conn: Object<Sqlite> = pool.get().await?;
    conn.batch_execute(TABLE).await?;
    drop(conn);
    Ok(pool)
}

/// Without a query that asks a connection whether it is well before each use; the server goes without, too.
fn manager<C>() -> ManagerConfig<C>
where
    ManagerConfig<C>: Default,
{
    let mut manager = ManagerConfig::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager
}
