//! How things stand in the database and on the way to it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ironplate_application::{
    Application,
    ports::{OutboxStatistics, PoolUse, Store, StoreResult},
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::time::{Instant, timeout};

use super::gauge;

/// The database is asked no more often, whoever scrapes.
const FRESH: Duration = Duration::from_secs(10);

/// A scrape waits no longer for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is looked up when somebody asks, rather than counted when it happens.
#[derive(Clone)]
pub(super) struct State(Arc<Inner>);

struct Inner {
    application: Application,
    store: Arc<dyn Store>,
    /// Who asks while somebody looks waits for the same answer.
    looked: tokio::sync::Mutex<Option<Instant>>,
    /// `None` while the database does not answer: no figure is better than an old one.
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    queued: u64,
    oldest_seconds: u64,
    dead: u64,
    pending_migrations: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
}

impl State {
    pub(super) fn new(application: Application, store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Inner { application, store, looked: tokio::sync::Mutex::default(), seen: Mutex::default() }))
    }

    /// Looks, unless somebody looked just now.
    pub(super) async fn refresh(&self) {
        let mut looked = self.0.looked.lock().await;
        if looked.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        let seen = timeout(PATIENCE, self.look()).await;
        *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen.ok().and_then(Result::ok);
        *looked = Some(Instant::now());
    }

    async fn look(&self) -> StoreResult<Seen> {
        let Inner { application, store, .. } = &*self.0;
        let OutboxStatistics { queued, oldest_queued, dead } = application.outbox.statistics().await?;
        let now = application.core.clock.now();
        let age = oldest_queued.map_or(0, |oldest| now.seconds() - oldest.seconds());
        let migrations = store.facts().await?.migrations;
        let pending = migrations.iter().filter(|migration| !migration.is_applied).count();
        let (oldest_seconds, pending_migrations) = (u64::try_from(age).unwrap_or(0), pending as u64);
        Ok(Seen { queued, oldest_seconds, dead, pending_migrations })
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let family = || Family::<Pool, Gauge>::default();
        let [most, in_use, waiting] = [family(), family(), family()];
        for PoolUse { name: pool, connections, in_use: used, waiting: queue } in self.0.store.pools() {
            for (family, count) in [(&most, connections), (&in_use, used), (&waiting, queue)] {
                family.get_or_create(&Pool { pool }).set(i64::try_from(count).unwrap_or(i64::MAX));
            }
        }
        registry.register("database_connections_max", "Connections that there may be", most);
        registry.register("database_connections_in_use", "Connections in use", in_use);
        registry.register("database_connections_awaited", "Requests that wait for a connection", waiting);
        let seen = *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        gauge(
            registry,
            "database_up",
            "Whether the database answered when metrics were asked for",
            seen.is_some().into(),
        );
        let Some(Seen { queued, oldest_seconds, dead, pending_migrations }) = seen else { return };
        gauge(registry, "outbox_queued", "Mails to be sent, with those being sent", queued);
        gauge(registry, "outbox_oldest_seconds", "Age of the oldest of these, in seconds", oldest_seconds);
        gauge(registry, "outbox_dead", "Mails given up", dead);
        gauge(registry, "migrations_pending", "Migrations that were not run", pending_migrations);
    }
}
