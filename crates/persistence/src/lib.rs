#![doc = include_str!("../README.md")]

mod address;
mod copy;
#[cfg(test)]
#[path = "../tests/database/mod.rs"]
mod database;
mod health;
mod migrations;
mod postgres;
mod record;
mod server_facts;
mod sqlite;
mod stored;
mod types;
mod unreachable;

// What tests have in common names this crate as they do.
#[cfg(test)]
extern crate self as ironplate_persistence;

use std::{sync::Arc, time::Duration};

pub use address::{DatabaseUrl, DatabaseUrlError, PostgresUrl};
pub use copy::{CopyError, CopyFacts, Unfinished, back_up, look_into};
use ironplate_application::ports::Storage;
pub use migrations::MigrationError;
pub use postgres::{TemplateDatabase, TemplateError};
pub use server_facts::{ConnectionLimit, ReplicaFacts, ServerFacts};
pub use unreachable::{Obstacle, Unreachable};

/// How a store uses its database.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections at the most: PostgreSQL's pool, or SQLite's readers beside its one writer.
    pub connections: usize,
    /// How long a request may wait for a connection before it is told that the database is unavailable.
    pub acquire_timeout: Duration,
    /// PostgreSQL: how long one statement may run.
    pub statement_timeout: Duration,
    /// How long to wait for somebody else who migrates, or who uses a table that a migration changes.
    pub migration_lock_timeout: Duration,
    /// How long audit events are kept, at least a day. PostgreSQL holds to it whatever it is asked; `None` keeps them for
    /// good.
    pub keep_audit: Option<Duration>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(15),
            migration_lock_timeout: Duration::from_secs(30),
            keep_audit: None,
        }
    }
}

/// Why a store can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("the database can't be opened: {0}")]
pub struct OpenError(String);

/// Whether a database answers at this address. A file of SQLite needs nobody to answer.
///
/// # Errors
/// Nobody answers, or not as the address wants it.
pub async fn reach(url: &DatabaseUrl, options: StoreOptions) -> Result<(), Unreachable> {
    match url {
        DatabaseUrl::Postgres(url) => postgres::reach(url, options).await,
        DatabaseUrl::Sqlite(_) => Ok(()),
    }
}

/// A store and its limits on the database at this address. Connections are made when they are first needed.
///
/// # Errors
/// The address asks for something this machine can't give, such as a certificate file that is not there.
pub fn open(url: &DatabaseUrl, options: StoreOptions) -> Result<Arc<dyn Storage>, OpenError> {
    open_with_replicas(url, &[], options)
}

/// The same, where these standbys of a PostgreSQL server answer reads that may be old
/// ([`read_stale`](ironplate_application::ports::Store::read_stale)). SQLite has none, and leaves them alone.
///
/// # Errors
/// As those of [`open`].
pub fn open_with_replicas(
    url: &DatabaseUrl,
    replicas: &[PostgresUrl],
    options: StoreOptions,
) -> Result<Arc<dyn Storage>, OpenError> {
    Ok(match url {
        DatabaseUrl::Postgres(url) => Arc::new(postgres::PostgresStore::open(url, replicas, options)?),
        DatabaseUrl::Sqlite(path) => Arc::new(sqlite::SqliteStore::open(path, options)?),
    })
}

/// Runs the migrations that the database lacks and answers their names. Any number of servers may do this at once.
///
/// # Errors
/// The database is out of reach, somebody was in the way for too long, or a migration failed. On PostgreSQL all that was
/// pending runs or nothing; on SQLite what ran before the failure stays.
pub async fn migrate(url: &DatabaseUrl, options: StoreOptions) -> Result<Vec<String>, MigrationError> {
    match url {
        DatabaseUrl::Postgres(url) => postgres::migrate(url, options).await,
        DatabaseUrl::Sqlite(path) => sqlite::migrate(path.clone(), options).await,
    }
}

/// What a standby says of itself.
///
/// # Errors
/// It can't be reached.
pub async fn replica_facts(url: &PostgresUrl, options: StoreOptions) -> Result<ReplicaFacts, Unreachable> {
    postgres::replica_facts(url, options).await
}

/// What the database's server says of itself; `None` for SQLite, which has none.
///
/// # Errors
/// It can't be reached.
pub async fn server_facts(url: &DatabaseUrl, options: StoreOptions) -> Result<Option<ServerFacts>, Unreachable> {
    match url {
        DatabaseUrl::Postgres(url) => postgres::server_facts(url, options).await.map(Some),
        DatabaseUrl::Sqlite(_) => Ok(None),
    }
}
