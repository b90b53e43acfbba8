//! How things stand in the database and on the way to it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ironplate_application::{
    Application,
    ports::{Health, OutboxStatistics, PoolUse, Store, StoreResult},
};
use ironplate_domain::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::time::{Instant, timeout};

use super::gauge;

/// The database is asked no more often, whoever scrapes.
const FRESH: Duration = Duration::from_secs(10);

/// Sessions take the longer to count the more there are.
const SESSIONS_FRESH: Duration = Duration::from_mins(1);

/// A scrape waits no longer for the database, nor for the sessions to be counted.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is looked up when somebody asks, rather than counted when it happens.
#[derive(Clone)]
pub(super) struct State(Arc<Inner>);

struct Inner {
    application: Application,
    store: Arc<dyn Store>,
    /// Who asks while somebody looks waits for the same answer.
    looked: tokio::sync::Mutex<Looked>,
    /// Whether the database is as it should be.
    is_up: Mutex<bool>,
    /// `None` while the database does not answer: no figure is better than an old one.
    seen: Mutex<Option<Seen>>,
    /// How many live; `None` as well, if that could not be counted in time.
    sessions: Mutex<Option<u64>>,
}

/// When somebody looked last.
#[derive(Default)]
struct Looked {
    at_all: Option<Instant>,
    at_sessions: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Seen {
    queued: u64,
    oldest_seconds: u64,
    oldest_untried_seconds: u64,
    dead: u64,
    pending_migrations: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
}

impl State {
    pub(super) fn new(application: Application, store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Inner {
            application,
            store,
            looked: tokio::sync::Mutex::default(),
            is_up: Mutex::default(),
            seen: Mutex::default(),
            sessions: Mutex::default(),
        }))
    }

    /// Asks what readiness asks, and looks, unless somebody looked just now.
    pub(super) async fn refresh(&self) {
        let Looked { at_all, at_sessions } = &mut *self.0.looked.lock().await;
        let health = timeout(PATIENCE, self.0.store.health()).await.ok();
        set(&self.0.is_up, health == Some(Health::Ready));
        if let None | Some(Health::Unreachable(_)) = health {
            set(&self.0.seen, None);
            set(&self.0.sessions, None);
            (*at_all, *at_sessions) = (None, None);
            return;
        }
        if is_fresh(*at_all, FRESH) {
            return;
        }
        let seen = in_time(self.look()).await;
        let is_seen = seen.is_some();
        set(&self.0.seen, seen);
        *at_all = Some(Instant::now());
        if !is_seen {
            set(&self.0.sessions, None);
            *at_sessions = None;
        } else if !is_fresh(*at_sessions, SESSIONS_FRESH) {
            set(&self.0.sessions, in_time(self.0.application.sessions.count_live()).await);
            *at_sessions = Some(Instant::now());
        }
    }

    async fn look(&self) -> StoreResult<Seen> {
        let Inner { application, store, .. } = &*self.0;
        let OutboxStatistics { queued, oldest_queued, oldest_untried, dead } = application.outbox.statistics().await?;
        let now = application.core.clock.now();
        let age = |since: Option<Timestamp>| {
            since.map_or(0, |since| u64::try_from(now.seconds() - since.seconds()).unwrap_or(0))
        };
        let (oldest_seconds, oldest_untried_seconds) = (age(oldest_queued), age(oldest_untried));
        let migrations = store.facts().await?.migrations;
        let pending = migrations.iter().filter(|migration| !migration.is_applied).count();
        Ok(Seen { queued, oldest_seconds, oldest_untried_seconds, dead, pending_migrations: pending as u64 })
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
        let (seen, sessions) = (get(&self.0.seen), get(&self.0.sessions));
        let up = "Whether the database was as /readyz wants it when metrics were asked for";
        gauge(registry, "database_up", up, get(&self.0.is_up).into());
        let Some(Seen { queued, oldest_seconds, oldest_untried_seconds, dead, pending_migrations }) = seen else {
            return;
        };
        gauge(registry, "outbox_queued", "Mails to be sent, with those being sent", queued);
        gauge(registry, "outbox_oldest_seconds", "Age of the oldest of these, in seconds", oldest_seconds);
        let untried = "Age of the oldest that nobody tried to send yet, in seconds";
        gauge(registry, "outbox_oldest_untried_seconds", untried, oldest_untried_seconds);
        gauge(registry, "outbox_dead", "Mails given up", dead);
        gauge(registry, "migrations_pending", "Migrations that were not run", pending_migrations);
        if let Some(sessions) = sessions {
            gauge(registry, "sessions_live", "Sessions that live, everybody's", sessions);
        }
    }
}

fn is_fresh(looked: Option<Instant>, period: Duration) -> bool {
    looked.is_some_and(|at| at.elapsed() < period)
}

async fn in_time<T>(look: impl Future<Output = StoreResult<T>>) -> Option<T> {
    timeout(PATIENCE, look).await.ok()?.ok()
}

fn set<T>(cell: &Mutex<T>, value: T) {
    *cell.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

fn get<T: Copy>(cell: &Mutex<T>) -> T {
    *cell.lock().unwrap_or_else(PoisonError::into_inner)
}
