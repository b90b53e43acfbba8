//! Storage as owned handles, so that a use case writes everything it causes in one transaction.

use std::{error::Error, num::NonZeroUsize, sync::Arc, time::Duration};

use async_trait::async_trait;
use ironplate_domain::Timestamp;

use super::{Constraint, RateLimiter, Repositories};

/// The cause of a fault, for the log.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What every storage call answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why storage did not do as asked. After any of these a unit of work is over: only dropping it is left.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The write contradicts what is stored.
    #[error("the write violates {0:?}")]
    Conflict(Constraint),
    /// No connection to be had, a time-out, a deadlock: trying again may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] BoxError),
    /// Anything else.
    #[error("the database failed")]
    Internal(#[source] BoxError),
}

/// Where everything is kept.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// For reading: each call stands for itself and sees what is committed. Writing through it is a mistake that a
    /// store may refuse.
    async fn read(&self) -> StoreResult<Box<dyn Repositories>>;

    /// For reading what may be as old as this, and no older. A store that has nobody else to ask, or nobody who is so far, reads as
    /// [`read`](Self::read) does.
    async fn read_stale(&self, most: Duration) -> StoreResult<Box<dyn Repositories>> {
        let _ = most;
        self.read().await
    }

    /// For writing: all calls take effect together on commit, or not at all.
    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>>;

    /// For writing by one statement, where a store can save itself the rest of a unit of work: a second one may be refused. The statement
    /// takes effect when the unit of work is committed, or before: dropping it may undo nothing.
    async fn begin_single(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin().await
    }

    /// Whether the store can serve. Bounded in time.
    async fn health(&self) -> Health;

    /// What time the clock of the database's server says; `None` where it has no clock but ours.
    async fn clock(&self) -> StoreResult<Option<Timestamp>>;

    /// What it is, for an operator to look at.
    async fn facts(&self) -> StoreResult<DatabaseFacts>;

    /// At the end of a process: leaves all data where copies of the database are taken from, and nothing running there. Bounded in
    /// time.
    async fn close(&self) {}

    /// How its connections are used at this moment; nothing where there are none.
    fn pools(&self) -> Vec<PoolUse> {
        Vec::new()
    }
}

/// All that an adapter of a database gives.
pub trait Storage: Store + RateLimiter {
    /// The same store for one of so many threads that each do all of what they are asked themselves, with connections that only it has:
    /// what is asked there changes no thread. They are taken from those of this store. `None` where there are too few, or nothing is
    /// gained.
    fn for_one_of(&self, threads: NonZeroUsize) -> Option<Arc<dyn Storage>> {
        let _ = threads;
        None
    }
}

/// What [`Store::health`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Reachable and migrated.
    Ready,
    /// Reachable, but these migrations were not run.
    Unmigrated(Vec<String>),
    /// No answer, or no way to one; why, for the operator alone.
    Unreachable(String),
    /// It answers, but takes no writes.
    ReadOnly,
    /// It answers, but what was written last was refused, for this reason.
    Unwritable(&'static str),
    /// All connections of this server are in use, and none was given to anybody for so long.
    Exhausted {
        /// How many there are.
        connections: usize,
        /// Since when.
        lasting: Duration,
    },
}

/// What a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// The product and its version.
    pub product: String,
    /// The migrations that this binary brings, and those that were run, the newest first.
    pub migrations: Vec<Migration>,
    /// Tables with names of ours, where no migration was run: another program made them, and ours can't be made.
    pub in_the_way: Vec<String>,
}

/// How the connections of one pool are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolUse {
    /// What it is called.
    pub name: &'static str,
    /// So many connections there may be.
    pub connections: usize,
    /// So many are in use.
    pub in_use: usize,
    /// So many wait for one.
    pub waiting: usize,
}

/// A step of the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Migration {
    /// What it is called.
    pub name: String,
    /// It was run.
    pub is_applied: bool,
    /// This binary brings it. Else it is another version's, or another program's.
    pub is_known: bool,
}

/// A transaction. Dropped without [`commit`](UnitOfWork::commit), it is rolled back.
#[async_trait]
pub trait UnitOfWork: Repositories {
    /// Makes everything done through this handle durable and visible, at once.
    ///
    /// # Errors
    /// Nothing took effect, except after [`StoreError::Unavailable`], where the connection was lost
    /// while committing and the outcome is unknown. A unit in which a call failed can't be committed.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}
