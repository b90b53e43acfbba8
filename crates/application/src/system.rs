//! How the running system is, for those who look after it.

use std::sync::Arc;

use ironplate_domain::{Action, Actor, Client, Resource, Timestamp};

use crate::{
    audit::{Denied, Recorder},
    fault::{Class, Fault},
    ports::{Clock, DatabaseFacts, OutboxStatistics, Store, StoreError},
};

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
        let outbox = self.store.read().await?.outbox().statistics().await?;
        Ok(SystemFacts { database, outbox, now: self.clock.now() })
    }
}
