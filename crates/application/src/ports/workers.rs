//! Storage of who is at work on the outbox.

use async_trait::async_trait;
use ironplate_domain::{Timestamp, Worker, WorkerId};

use super::StoreResult;

/// The workers that share an outbox.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkerRepository: Send {
    /// Notes that this worker is at work, for the first time or again.
    async fn note(&mut self, worker: &Worker) -> StoreResult<()>;

    /// The workers, those first that were seen last; at most `limit`.
    async fn list(&mut self, limit: u32) -> StoreResult<Vec<Worker>>;

    /// Forgets this worker; whether it was known.
    async fn remove(&mut self, id: WorkerId) -> StoreResult<bool>;

    /// Forgets the workers that were seen last before `before`; how many.
    async fn prune(&mut self, before: Timestamp) -> StoreResult<u64>;
}
