//! A pooled connection that may be inside a transaction: every repository and the unit of work in one.

use std::{pin::Pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use deadpool::managed::Object;
use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error},
};
use ironplate_application::ports::{BoxError, StoreError, StoreResult, UnitOfWork};
use ironplate_measure::{Part, SpanKind, SpanStatus, is_slow, note, note_span};
use tokio::time::{Instant, timeout};

use super::{
    super::{
        Conn, Pooled, abandon, begin_transaction, cause, commit_transaction, execute, is_passing, keeps_from_writing,
        load, roll_back, violates,
    },
    constraints::Violable,
    rendered::{Change, Find},
};
use crate::health::{SILENCE, Writing};

pub(crate) struct StoreHandle {
    /// `None` only once the transaction is over, or while it is being committed.
    conn: Option<Pooled>,
    state: State,
    extent: Extent,
    /// A statement was not answered yet.
    is_waiting: bool,
    /// How long a statement may go unanswered; `None` where the database is in this process.
    time_limit: Option<Duration>,
    writing: Arc<Writing>,
}

/// What a statement will answer. Boxed, because the compiler can't see through Diesel's types that the future of a generic
/// function may be sent to another thread.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = StoreResult<T>> + Send + 'a>>;

/// How a connection is used.
#[derive(Clone)]
pub(crate) struct HandleOptions {
    /// How long a statement may go unanswered; `None` where the database is in this process.
    pub(crate) time_limit: Option<Duration>,
    pub(crate) writing: Arc<Writing>,
}

/// How many rows a statement may have to do with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Those of a key.
    Few,
    /// All of a table, for what is known.
    Many,
}

/// A commit that failed.
pub(crate) struct Uncommitted {
    /// That in which the transaction still is, if it is in any.
    pub(crate) conn: Option<Pooled>,
    pub(crate) error: Error,
}

/// How much a unit of work does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// One statement, which is whole or nothing by itself.
    Single,
    /// Any number of them.
    Many,
}

enum State {
    Autocommit,
    InTransaction,
    /// The single statement was asked for.
    Spent,
    /// A statement failed: the transaction is lost on PostgreSQL, and so on SQLite.
    Failed,
}

impl StoreHandle {
    pub(crate) fn autocommit(conn: Pooled, HandleOptions { time_limit, writing }: HandleOptions) -> Self {
        Self {
            conn: Some(conn),
            state: State::Autocommit,
            extent: Extent::Many,
            is_waiting: false,
            time_limit,
            writing,
        }
    }

    pub(crate) async fn begin(conn: Pooled, extent: Extent, options: HandleOptions) -> StoreResult<Self> {
        let mut handle = Self::autocommit(conn, options);
        handle.extent = extent;
        let time_limit = handle.time_limit;
        let begun = begin_transaction(handle.ask()?, extent, time_limit).await;
        handle.done(begun, Violable::NONE)?;
        handle.state = State::InTransaction;
        Ok(handle)
    }

    fn conn(&mut self) -> StoreResult<&mut Conn> {
        match (&self.state, &mut self.conn) {
            (State::Autocommit | State::InTransaction, Some(conn)) => Ok(&mut **conn),
            _ => Err(has_failed()),
        }
    }

    /// For a statement, whose answer goes to [`Self::done`].
    fn ask(&mut self) -> StoreResult<&mut Conn> {
        self.check_usable()?;
        self.is_waiting = true;
        if matches!((&self.state, self.extent), (State::InTransaction, Extent::Single)) {
            self.state = State::Spent;
        }
        self.conn.as_deref_mut().ok_or_else(has_failed)
    }

    /// Fails once a statement has failed, or the single one was asked for.
    pub(super) fn check_usable(&mut self) -> StoreResult<()> {
        match self.state {
            State::Spent => Err(StoreError::Internal("a unit of work of one statement was asked for a second".into())),
            _ => self.conn().map(drop),
        }
    }

    /// For a commit. A single statement that nobody waited for is not known to have taken effect.
    fn take_conn(&mut self) -> StoreResult<Pooled> {
        match self.state {
            State::Spent if !self.is_waiting => self.conn.take().ok_or_else(has_failed),
            State::Autocommit | State::InTransaction => self.conn.take().ok_or_else(has_failed),
            State::Spent | State::Failed => Err(has_failed()),
        }
    }

    /// Keeps a connection that nobody can rely on out of the pool.
    fn discard_conn(&mut self) {
        if let Some(conn) = self.conn.take() {
            abandon(Object::take(conn));
        }
    }

    /// Runs a statement that changes rows, and says how many it changed.
    pub(crate) fn execute<'a>(&'a mut self, name: &'static str, statement: impl Change + 'a) -> Answer<'a, u64> {
        self.run(name, Violable::NONE, statement, Rows::Many)
    }

    /// Runs a statement that can violate these constraints, and says how many rows it changed: a few.
    pub(crate) fn execute_within<'a>(
        &'a mut self,
        name: &'static str,
        violable: Violable,
        statement: impl Change + 'a,
    ) -> Answer<'a, u64> {
        self.run(name, violable, statement, Rows::Few)
    }

    /// Runs a statement that changes one row or none, and says whether it did.
    pub(crate) fn execute_one<'a>(&'a mut self, name: &'static str, statement: impl Change + 'a) -> Answer<'a, bool> {
        let changed = self.run(name, Violable::NONE, statement, Rows::Few);
        Box::pin(async move { Ok(changed.await? == 1) })
    }

    fn run<'a>(
        &'a mut self,
        name: &'static str,
        violable: Violable,
        statement: impl Change + 'a,
        rows: Rows,
    ) -> Answer<'a, u64> {
        Box::pin(async move {
            let changed = in_time(self.time_limit, execute(statement.rendered(), self.ask()?, rows));
            let changed = timed(name, changed).await;
            self.done(changed, violable).map(|changed| changed as u64)
        })
    }

    /// The rows that a query finds, as what they stand for.
    pub(crate) fn load<'a, 'query: 'a, Row, Value>(
        &'a mut self,
        name: &'static str,
        query: impl Find<'query, Row>,
    ) -> Answer<'a, Vec<Value>>
    where
        Row: TryInto<Value, Error: Into<BoxError>> + Send + 'a,
        Value: 'a,
    {
        self.load_within(name, Violable::NONE, query, Rows::Many)
    }

    /// The same, for a statement that can violate these constraints, or finds a few rows by a key.
    pub(super) fn load_within<'a, 'query: 'a, Row, Value>(
        &'a mut self,
        name: &'static str,
        violable: Violable,
        query: impl Find<'query, Row>,
        rows: Rows,
    ) -> Answer<'a, Vec<Value>>
    where
        Row: TryInto<Value, Error: Into<BoxError>> + Send + 'a,
        Value: 'a,
    {
        Box::pin(async move {
            let found: QueryResult<Vec<Row>> =
                timed(name, in_time(self.time_limit, load(query.rendered(), self.ask()?, rows))).await;
            let read = |row: Row| row.try_into().map_err(|error| Error::DeserializationError(error.into()));
            self.done(found.and_then(|rows| rows.into_iter().map(read).collect()), violable)
        })
    }

    /// The one row that a query finds, if there is one.
    pub(crate) fn optional<'a, 'query: 'a, Row, Value>(
        &'a mut self,
        name: &'static str,
        query: impl Find<'query, Row>,
    ) -> Answer<'a, Option<Value>>
    where
        Row: TryInto<Value, Error: Into<BoxError>> + Send + 'a,
        Value: 'a,
    {
        self.optional_within(name, Violable::NONE, query)
    }

    /// The same, for a statement that can violate these constraints.
    pub(crate) fn optional_within<'a, 'query: 'a, Row, Value>(
        &'a mut self,
        name: &'static str,
        violable: Violable,
        query: impl Find<'query, Row>,
    ) -> Answer<'a, Option<Value>>
    where
        Row: TryInto<Value, Error: Into<BoxError>> + Send + 'a,
        Value: 'a,
    {
        Box::pin(async move { self.load_within(name, violable, query, Rows::Few).await.map(|mut rows| rows.pop()) })
    }

    /// The one row of a query that always has one, such as a count.
    pub(crate) fn one<'a, 'query: 'a, Row, Value>(
        &'a mut self,
        name: &'static str,
        query: impl Find<'query, Row>,
    ) -> Answer<'a, Value>
    where
        Row: TryInto<Value, Error: Into<BoxError>> + Send + 'a,
        Value: 'a,
    {
        Box::pin(async move {
            let row = self.load_within(name, Violable::NONE, query, Rows::Many).await?.pop();
            self.done(row.ok_or(Error::NotFound), Violable::NONE)
        })
    }

    /// Translates a failure; `violable` is what this statement can violate.
    pub(super) fn done<T>(&mut self, result: QueryResult<T>, violable: Violable) -> StoreResult<T> {
        self.is_waiting = false;
        result.map_err(|error| {
            if matches!(self.state, State::InTransaction | State::Spent) {
                self.state = State::Failed;
            }
            let conn = self.conn.as_deref();
            if let Error::DatabaseError(kind, info) = &error
                && !is_silence(*kind)
                && let Some(why) = keeps_from_writing(conn, &**info)
            {
                self.writing.refused(why);
            }
            let is_lost = is_lost(&error);
            let error = store_error(error, violable, conn);
            if is_lost {
                self.discard_conn();
            }
            error
        })
    }
}

/// Nobody can rely on the connection any more. That to a server that became a standby stays read-only, whoever is primary
/// now.
fn is_lost(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction};
    matches!(error, Error::DatabaseError(ClosedConnection | ReadOnlyTransaction, _))
}

/// The database said nothing.
pub(crate) fn is_silence(kind: DatabaseErrorKind) -> bool {
    matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
}

/// Waits for a statement. One that is not answered in time counts as a lost connection: the server's own limit would
/// have ended it, had the server been there.
pub(crate) async fn in_time<T>(
    limit: Option<Duration>,
    statement: impl Future<Output = QueryResult<T>>,
) -> QueryResult<T> {
    let Some(limit) = limit else { return statement.await };
    timeout(limit, statement).await.unwrap_or_else(|_| {
        let silence = Box::new(SILENCE.to_owned());
        Err(Error::DatabaseError(DatabaseErrorKind::ClosedConnection, silence))
    })
}

/// Notes what a statement takes, and tells the log if that is much, by its name: its text could tell what it is about.
pub(crate) async fn timed<T, E>(name: &'static str, statement: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let begun = Instant::now();
    let outcome = statement.await;
    let took = begun.elapsed();
    note(Part::Database, took);
    let status = if outcome.is_ok() { SpanStatus::Unset } else { SpanStatus::Error };
    note_span(SpanKind::Statement, name, begun.into_std(), took, status);
    if is_slow(took) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::warn!(statement = name, micros, "slow statement");
    }
    outcome
}

fn has_failed() -> StoreError {
    StoreError::Internal("the transaction has failed".into())
}

fn store_error(error: Error, violable: Violable, conn: Option<&Conn>) -> StoreError {
    let Error::DatabaseError(kind, info) = &error else { return StoreError::Internal(error.into()) };
    if let Some(constraint) = violable.find(|rule| violates(rule, *kind, &**info)) {
        return StoreError::Conflict(constraint);
    }
    let lost = is_silence(*kind)
        || matches!(kind, DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ReadOnlyTransaction);
    let passing = lost || is_passing(conn, &**info);
    let source = cause(conn, error);
    if passing { StoreError::Unavailable(source) } else { StoreError::Internal(source) }
}

#[async_trait]
impl UnitOfWork for StoreHandle {
    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        // Not in the handle meanwhile: a commit that is dropped half-way must not be followed by a rollback.
        let conn = self.take_conn()?;
        match commit_transaction(conn, self.extent, self.time_limit).await {
            Ok(()) => {
                self.writing.done();
                self.done(Ok(()), Violable::NONE)
            }
            Err(Uncommitted { conn, error }) => {
                self.conn = conn;
                self.done(Err(error), Violable::NONE)
            }
        }
    }
}

impl Drop for StoreHandle {
    /// Rolls back what was not committed.
    fn drop(&mut self) {
        // A server would go on with the statement, and whoever has the connection next would wait for that.
        if self.is_waiting && self.time_limit.is_some() {
            return self.discard_conn();
        }
        if matches!(self.state, State::Autocommit) {
            return;
        }
        if let Some(conn) = self.conn.take() {
            roll_back(conn, self.extent, self.time_limit);
        }
    }
}
