//! The connections of a store, and how they are shared out between threads.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use diesel_async::pooled_connection::deadpool::{Object, Pool};
use ironplate_application::ports::{Health, PoolUse, StoreResult};

use super::{
    connect::{self, Connector},
    connection::Connection,
};
use crate::{
    OpenError,
    health::{self, Purpose, Turnover},
};

/// With fewer, one statement that waits holds up too many.
const LEAST: usize = 3;

/// Kept back for what no web worker asks: mail, housekeeping, commands.
const KEPT_BACK: usize = 2;

/// A pool, and when its connections change hands.
pub(super) struct Connections {
    pool: Pool<Connection>,
    turnover: Turnover,
}

impl Connections {
    fn new(connector: &Arc<Connector>, count: usize) -> Result<Self, OpenError> {
        Ok(Self { pool: connect::pool(connector.clone(), count)?, turnover: Turnover::default() })
    }

    pub(super) async fn get(&self, patience: Duration) -> StoreResult<Object<Connection>> {
        let conn = health::in_turn(&self.pool, Purpose::Requests, patience).await?;
        self.turnover.note();
        Ok(conn)
    }
}

/// All connections of a process to one database, but that for readiness: those of every thread and those of the threads that have
/// some of their own.
pub(super) struct AllConnections {
    pub(super) shared: Arc<Connections>,
    count: usize,
    apart: Mutex<Vec<Arc<Connections>>>,
}

impl AllConnections {
    pub(super) fn new(connector: &Arc<Connector>, count: usize) -> Result<Self, OpenError> {
        Ok(Self { shared: Arc::new(Connections::new(connector, count)?), count, apart: Mutex::default() })
    }

    fn apart(&self) -> MutexGuard<'_, Vec<Arc<Connections>>> {
        self.apart.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A share of them, for one of so many threads; `None` if they are too few, or all are given away.
    pub(super) fn share(&self, connector: &Arc<Connector>, threads: NonZeroUsize) -> Option<Arc<Connections>> {
        let mut apart = self.apart();
        let share = self.count.saturating_sub(KEPT_BACK) / threads;
        if share < LEAST || apart.len() >= threads.get() {
            return None;
        }
        let connections = Arc::new(Connections::new(connector, share).ok()?);
        apart.push(connections.clone());
        self.shared.pool.resize(self.count - share * apart.len());
        Some(connections)
    }

    /// Whether all of some pool are held for longer than anybody waits for one.
    pub(super) fn health(&self, patience: Duration) -> Option<Health> {
        let exhausted =
            |connections: &Arc<Connections>| health::of_pool(&connections.pool, &connections.turnover, patience);
        exhausted(&self.shared).or_else(|| self.apart().iter().find_map(exhausted))
    }

    pub(super) fn in_use(&self) -> PoolUse {
        let mut all = health::use_of("connections", &self.shared.pool);
        for apart in self.apart().iter() {
            let apart = health::use_of(all.name, &apart.pool);
            all.connections += apart.connections;
            all.in_use += apart.in_use;
            all.waiting += apart.waiting;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseUrl, StoreOptions};

    fn all(count: usize) -> (AllConnections, Arc<Connector>) {
        let url: DatabaseUrl = "postgres://postgres@127.0.0.1:5432/test".parse().unwrap();
        let DatabaseUrl::Postgres(url) = url else { panic!("it is PostgreSQL") };
        let connector = Arc::new(Connector::new(&url, StoreOptions::default()).unwrap());
        (AllConnections::new(&connector, count).unwrap(), connector)
    }

    #[test]
    fn however_they_are_shared_there_are_no_more_of_them() {
        for (count, threads, shares) in [(8, 2, 2), (9, 2, 2), (20, 4, 4), (7, 2, 0), (8, 4, 0), (1, 1, 0)] {
            let (connections, connector) = all(count);
            let threads = NonZeroUsize::new(threads).unwrap();
            let given: Vec<_> = (0..10).map_while(|_| connections.share(&connector, threads)).collect();
            assert_eq!(given.len(), shares, "{count} for {threads}");
            assert_eq!(connections.in_use().connections, count);
            assert!(shares == 0 || connections.shared.pool.status().max_size >= KEPT_BACK);
        }
    }
}
