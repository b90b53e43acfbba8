//! The workers.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{StoreResult, WorkerRepository};
use ironplate_domain::{Timestamp, Worker, WorkerId};

use crate::handle::Handle;

#[async_trait]
impl WorkerRepository for Handle {
    async fn note(&mut self, worker: &Worker) -> StoreResult<()> {
        self.call(|rows| {
            let known = rows.find::<Worker>(worker.id.0.as_bytes())?.unwrap_or_else(|| worker.clone());
            rows.put(&Worker { seen_at: worker.seen_at, ..known })
        })
    }

    async fn list(&mut self, limit: u32) -> StoreResult<Vec<Worker>> {
        self.call(|rows| {
            let mut workers = rows.all::<Worker>()?;
            workers.sort_by_key(|worker| (Reverse(worker.seen_at), worker.id));
            workers.truncate(limit as usize);
            Ok(workers)
        })
    }

    async fn remove(&mut self, id: WorkerId) -> StoreResult<bool> {
        self.call(|rows| rows.remove::<Worker>(id.0.as_bytes()))
    }

    async fn prune(&mut self, before: Timestamp) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.those(|worker: &Worker| worker.seen_at < before)?))
    }
}
