//! A connection to SQLite, which is in this process: a statement runs where it is asked for, and is never left half-way.

use deadpool::managed::{Manager, Metrics, Object, RecycleResult};
use diesel::{
    Connection, ConnectionError, ConnectionResult, QueryResult, SqliteConnection,
    connection::SimpleConnection,
    query_dsl::methods::{ExecuteDsl, LoadQuery},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::{block_in_place, spawn_blocking},
};

use super::{group::Group, shared::handle::Rows};
use crate::OpenError;

pub(crate) struct Conn {
    pub(super) sqlite: SqliteConnection,
    /// The units of work that were not committed yet. Of the one that writes alone.
    pub(super) group: Option<Group>,
}

pub(crate) type Pooled = Object<Opener>;
pub(super) type Pool = deadpool::managed::Pool<Opener>;

/// Opens connections for a pool.
pub(crate) struct Opener {
    path: String,
    pragmas: &'static str,
}

impl Manager for Opener {
    type Type = Conn;
    type Error = ConnectionError;

    async fn create(&self) -> ConnectionResult<Conn> {
        let (path, pragmas) = (self.path.clone(), self.pragmas);
        let open = move || {
            let mut sqlite = SqliteConnection::establish(&path)?;
            sqlite.batch_execute(pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(Conn { sqlite, group: None })
        };
        spawn_blocking(open).await.unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
    }

    async fn recycle(&self, _: &mut Conn, _: &Metrics) -> RecycleResult<ConnectionError> {
        Ok(())
    }
}

pub(super) fn pool(path: &std::path::Path, pragmas: &'static str, size: usize) -> Result<Pool, OpenError> {
    let path = path.to_str().ok_or_else(|| OpenError("the path is not valid UTF-8".to_owned()))?.to_owned();
    let pool = Pool::builder(Opener { path, pragmas }).max_size(size).build();
    pool.map_err(|error| OpenError(error.to_string()))
}

pub(super) async fn execute(
    statement: impl ExecuteDsl<SqliteConnection> + Send,
    conn: &mut Conn,
    rows: Rows,
) -> QueryResult<usize> {
    run(rows, || ExecuteDsl::execute(statement, &mut conn.sqlite))
}

pub(super) async fn load<'query, Row>(
    query: impl LoadQuery<'query, SqliteConnection, Row> + Send + 'query,
    conn: &mut Conn,
    rows: Rows,
) -> QueryResult<Vec<Row>> {
    run(rows, || query.load(&mut conn.sqlite))
}

/// A few rows take microseconds: less than handing them to another thread would.
fn run<T>(rows: Rows, statement: impl FnOnce() -> T) -> T {
    match rows {
        Rows::Few => statement(),
        Rows::Many => at_length(statement),
    }
}

/// What may take a while: the other tasks of this thread go elsewhere meanwhile.
pub(super) fn at_length<T>(run: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(run),
        _ => run(),
    }
}
