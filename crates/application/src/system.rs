//! How the running system is, for those who look after it.

mod limits_in_force;

use ironplate_domain::{Action, Actor, Client, Resource, Timestamp, Worker};

use crate::{
    access::Denied,
    clock_skew::ClockSkew,
    core::service,
    fault::faults,
    ports::{DatabaseFacts, OutboxStatistics, StoreError, StoreResult},
};

pub use limits_in_force::{LimitInForce, Limited};

/// Of so many workers it is told how they are.
const WORKERS: u32 = 50;

service! {
    /// The service of the system page.
    System
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
    /// How far that is from the database's clock, if that may harm.
    pub clock_skew: Option<ClockSkew>,
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

faults! { SystemError:
    Denied(denied) => denied.class(),
    Store(error) => error.class(),
}

impl System {
    /// How the system is at this moment.
    ///
    /// # Errors
    /// See [`SystemError`].
    pub async fn look(&self, actor: Actor, client: &Client) -> Result<SystemFacts, SystemError> {
        self.core.permit(actor, Action::Read, Resource::System, client).await?;
        let database = self.core.store.facts().await?;
        let mut reader = self.core.store.read().await?;
        let outbox = reader.outbox().statistics().await?;
        let workers = reader.workers().list(WORKERS).await?;
        drop(reader);
        let clock_skew = self.clock_skew().await?;
        Ok(SystemFacts { database, outbox, workers, now: self.core.clock.now(), clock_skew })
    }

    /// How far our clock is from the database's, if that may harm.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn clock_skew(&self) -> StoreResult<Option<ClockSkew>> {
        ClockSkew::between(&*self.core.clock, &*self.core.store).await
    }
}
