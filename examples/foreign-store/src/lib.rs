#![doc = include_str!("../README.md")]

mod audit;
mod authenticator_apps;
mod challenges;
mod fields;
mod handle;
mod invitations;
mod known_clients;
mod memberships;
mod one_time_tokens;
mod organizations;
mod outbox;
mod owned;
mod passkeys;
mod rate_limits;
mod records;
mod recovery_codes;
mod sessions;
mod trusted_devices;
mod users;
mod workers;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use ironplate_application::ports::{
    DatabaseFacts, Health, Migration, Repositories, Storage, Store, StoreError, StoreResult, UnitOfWork,
};
use ironplate_domain::Timestamp;
use redb::{Database, backends::InMemoryBackend};
use tokio::{sync::Mutex, time::timeout};

use handle::Handle;
use records::fault;

/// Whoever waits longer for the unit of work before them is told to try again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A store in one file. Clones are the same store.
#[derive(Clone)]
pub struct RedbStore {
    database: Arc<Database>,
    /// Held by the unit of work that writes: redb has one writer and would block a thread of the runtime until its turn.
    writer: Arc<Mutex<()>>,
}

impl RedbStore {
    /// Opens the store in this file, which is made if it is not there.
    ///
    /// # Errors
    /// The file can't be opened, is in use, or holds something else.
    pub fn open(path: &Path) -> StoreResult<Self> {
        Self::with(Database::create(path).map_err(fault)?)
    }

    /// A store that is gone with its last clone.
    ///
    /// # Errors
    /// None is known.
    pub fn in_memory() -> StoreResult<Self> {
        Self::with(Database::builder().create_with_backend(InMemoryBackend::new()).map_err(fault)?)
    }

    fn with(database: Database) -> StoreResult<Self> {
        let transaction = database.begin_write().map_err(fault)?;
        records::create_tables(&transaction)?;
        transaction.commit().map_err(fault)?;
        Ok(Self { database: Arc::new(database), writer: Arc::default() })
    }
}

impl Storage for RedbStore {}

#[async_trait]
impl Store for RedbStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(Handle::for_reading(self.database.clone())))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        let turn = timeout(ACQUIRE_TIMEOUT, self.writer.clone().lock_owned());
        let turn = turn.await.map_err(|_| StoreError::Unavailable("another unit of work stays open".into()))?;
        Ok(Box::new(Handle::for_writing(self.database.clone(), turn)?))
    }

    async fn health(&self) -> Health {
        Health::Ready
    }

    /// None but ours.
    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        let migrations = vec![Migration { name: "tables".to_owned(), is_applied: true, is_known: true }];
        Ok(DatabaseFacts { product: "redb".to_owned(), migrations, in_the_way: Vec::new() })
    }
}
