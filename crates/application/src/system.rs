//! How the running system is, for those who look after it.

use std::sync::Arc;

use ironplate_domain::{Action, Actor, Client, Resource, Timestamp, Worker};

use crate::{
    audit::{Denied, Recorder},
    fault::{Class, Fault},
    ports::{Clock, DatabaseFacts, OutboxStatistics, Store, StoreError},
};

/// Of so many workers it is told how they are.
const WORKERS: u32 = 50;

/// The service of the system page.
pub struct System {
    /// What is asked about itself.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Asks the access rules.
    pub recorder: Recorder,
}

/// How the system is.
#[derive(Debug)]
pub struct SystemFacts {
    /// The database.
    pub database: DatabaseFacts,
    /// How full the outbox is.
    pub outbox: OutboxStatistics,
    /// Who works on it, those first that were seen last.
    pub workers: Vec<Worker>,
    /// When it was looked.
    pub now: Timestamp,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// Only superusers look.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for SystemError {
    fn class(&self) -> Class {
        match self {
            Self::Denied(denied) => denied.class(),
            Self::Store(error) => error.class(),
        }
    }
}

impl System {
    /// How the system is at this moment.
    ///
    /// # Errors
    /// See [`SystemError`].
    pub async fn look(&self, actor: Actor, client: &Client) -> Result<SystemFacts, SystemError> {
        self.recorder.permit(actor, Action::Read, Resource::System, client).await?;
        let database = self.store.facts().await?;
        let mut reader = self.store.read().await?;
        let outbox = reader.outbox().statistics().await?;
        let workers = reader.workers().list(WORKERS).await?;
        Ok(SystemFacts { database, outbox, workers, now: self.clock.now() })
    }
}
