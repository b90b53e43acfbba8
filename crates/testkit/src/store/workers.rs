//! The workers of the fake store.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{StoreResult, WorkerRepository};
use ironplate_domain::{Timestamp, Worker, WorkerId};

use super::Handle;

#[async_trait]
impl WorkerRepository for Handle {
    async fn note(&mut self, worker: &Worker) -> StoreResult<()> {
        self.write(|data| {
            let known = data.workers.entry(worker.id).or_insert_with(|| worker.clone());
            known.seen_at = worker.seen_at;
            Ok(())
        })
    }

    async fn list(&mut self, limit: u32) -> StoreResult<Vec<Worker>> {
        self.look(|data| {
            let mut workers: Vec<Worker> = data.workers.values().cloned().collect();
            workers.sort_by_key(|worker| (Reverse(worker.seen_at), worker.id));
            workers.truncate(limit as usize);
            workers
        })
    }

    async fn remove(&mut self, id: WorkerId) -> StoreResult<bool> {
        self.write(|data| Ok(data.workers.remove(&id).is_some()))
    }

    async fn prune(&mut self, before: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let count = data.workers.len();
            data.workers.retain(|_, worker| worker.seen_at >= before);
            Ok((count - data.workers.len()) as u64)
        })
    }
}
