//! A pooled connection that may be inside a transaction: every repository and the unit of work in one.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{AsyncConnection, TransactionManager, pooled_connection::deadpool::Object};
use ironplate_application::ports::{
    AuditRepository, Constraint, ItemRepository, KnownClientRepository, OneTimeTokenRepository, OutboxRepository,
    Repositories, SessionRepository, StoreError, StoreResult, UnitOfWork, UserRepository, WorkerRepository,
};
use tokio::time::timeout;

use super::super::{Conn, abandon, begin_transaction, cause, is_passing, keeps_from_writing, violates};
use crate::health::Writing;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

pub(crate) struct Handle {
    /// `None` only once the transaction is over, or while it is being committed.
    conn: Option<Object<Conn>>,
    state: State,
    /// How long a statement may go unanswered; `None` where the database is in this process.
    pub(super) time_limit: Option<Duration>,
    writing: Arc<Writing>,
}

/// On which terms a connection is used.
#[derive(Clone)]
pub(crate) struct Terms {
    /// How long a statement may go unanswered; `None` where the database is in this process.
    pub(crate) time_limit: Option<Duration>,
    pub(crate) writing: Arc<Writing>,
}

enum State {
    Autocommit,
    InTransaction,
    /// A statement failed: the transaction is lost on PostgreSQL, and so on SQLite.
    Failed,
}

impl Handle {
    pub(crate) fn autocommit(conn: Object<Conn>, Terms { time_limit, writing }: Terms) -> Self {
        Self { conn: Some(conn), state: State::Autocommit, time_limit, writing }
    }

    pub(crate) async fn begin(conn: Object<Conn>, terms: Terms) -> StoreResult<Self> {
        let mut handle = Self::autocommit(conn, terms);
        let time_limit = handle.time_limit;
        let begun = in_time(time_limit, begin_transaction(handle.conn()?, time_limit)).await;
        handle.done(begun, &[])?;
        handle.state = State::InTransaction;
        Ok(handle)
    }

    pub(super) fn conn(&mut self) -> StoreResult<&mut Conn> {
        match (&self.state, &mut self.conn) {
            (State::Autocommit | State::InTransaction, Some(conn)) => Ok(&mut **conn),
            _ => Err(has_failed()),
        }
    }

    fn take_conn(&mut self) -> StoreResult<Object<Conn>> {
        self.conn()?;
        self.conn.take().ok_or_else(has_failed)
    }

    /// Keeps a connection that nobody can rely on out of the pool.
    fn discard_conn(&mut self) {
        if let Some(conn) = self.conn.take() {
            abandon(Object::take(conn));
        }
    }

    /// Translates a failure; `expected` are the constraints that this statement can violate.
    pub(super) fn done<T>(&mut self, result: QueryResult<T>, expected: &[Constraint]) -> StoreResult<T> {
        result.map_err(|error| {
            if matches!(self.state, State::InTransaction) {
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
            let error = store_error(error, expected, conn);
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
        let silence = Box::new("the database did not answer in time".to_owned());
        Err(Error::DatabaseError(DatabaseErrorKind::ClosedConnection, silence))
    })
}

fn has_failed() -> StoreError {
    StoreError::Internal("the transaction has failed".into())
}

fn store_error(error: Error, expected: &[Constraint], conn: Option<&Conn>) -> StoreError {
    let Error::DatabaseError(kind, info) = &error else { return StoreError::Internal(error.into()) };
    if let Some(&constraint) = expected.iter().find(|&&constraint| violates(constraint, *kind, &**info)) {
        return StoreError::Conflict(constraint);
    }
    let lost = is_silence(*kind)
        || matches!(kind, DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ReadOnlyTransaction);
    let passing = lost || is_passing(conn, &**info);
    let source = cause(conn, error);
    if passing { StoreError::Unavailable(source) } else { StoreError::Internal(source) }
}

impl Repositories for Handle {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn items(&mut self) -> &mut dyn ItemRepository {
        self
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }

    fn one_time_tokens(&mut self) -> &mut dyn OneTimeTokenRepository {
        self
    }

    fn outbox(&mut self) -> &mut dyn OutboxRepository {
        self
    }

    fn known_clients(&mut self) -> &mut dyn KnownClientRepository {
        self
    }

    fn workers(&mut self) -> &mut dyn WorkerRepository {
        self
    }

    fn audit(&mut self) -> &mut dyn AuditRepository {
        self
    }
}

#[async_trait]
impl UnitOfWork for Handle {
    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        // Not in the handle meanwhile: a commit that is dropped half-way must not be followed by a rollback. The pool
        // sees a connection that is in the midst of it, and discards it.
        let mut conn = self.take_conn()?;
        let committed = in_time(self.time_limit, Transactions::commit_transaction(&mut *conn)).await;
        if committed.is_ok() {
            self.writing.done();
        } else {
            self.conn = Some(conn);
        }
        self.done(committed, &[])
    }
}

impl Drop for Handle {
    /// Rolls back what was not committed, on a task of its own; without a runtime the pool discards the connection.
    fn drop(&mut self) {
        if matches!(self.state, State::Autocommit) {
            return;
        }
        let Some(mut conn) = self.conn.take() else { return };
        let time_limit = self.time_limit;
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if in_time(time_limit, Transactions::rollback_transaction(&mut *conn)).await.is_err() {
                        drop(Object::take(conn));
                    }
                });
            }
            Err(_) => drop(Object::take(conn)),
        }
    }
}
