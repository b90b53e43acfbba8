//! What readiness looks at beside the database's own answer: whether connections change hands, and whether what is written
//! is taken.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{Manager, Object, Pool};
use ironplate_application::ports::{Health, StoreError, StoreResult};
use tokio::time::{Instant, timeout};

/// A health check that takes longer is an answer too.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

/// An answer is good for so long: however many ask, the database is asked once a second.
const FRESH: Duration = Duration::from_secs(1);

/// After so long a refusal says nothing about now: nobody may have written since.
const STALE: Duration = Duration::from_secs(10);

/// The last answer. Who asks while somebody asks waits for the same one.
#[derive(Default)]
pub(crate) struct Answer(tokio::sync::Mutex<Option<(Instant, Health)>>);

impl Answer {
    pub(crate) async fn shared(&self, look: impl Future<Output = Health>) -> Health {
        let mut last = self.0.lock().await;
        if let Some((at, health)) = &*last
            && at.elapsed() < FRESH
        {
            return health.clone();
        }
        let health = look.await;
        *last = Some((Instant::now(), health.clone()));
        health
    }

    /// A request found no way to the database: that all is well is no longer an answer.
    pub(crate) fn doubt(&self) {
        if let Ok(mut last) = self.0.try_lock()
            && matches!(&*last, Some((_, Health::Ready)))
        {
            *last = None;
        }
    }
}

/// When a connection was last given out. A full pool is busy while its connections change hands, and stuck when they
/// don't.
pub(crate) struct Turnover {
    opened: Instant,
    /// Milliseconds later.
    last: AtomicU64,
}

impl Default for Turnover {
    fn default() -> Self {
        Self { opened: Instant::now(), last: AtomicU64::new(0) }
    }
}

impl Turnover {
    pub(crate) fn note(&self) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(millis, Ordering::Relaxed);
    }

    fn standstill(&self) -> Duration {
        self.opened.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }
}

/// A connection, if its turn comes in time.
pub(crate) async fn in_turn<M>(pool: &Pool<M>, patience: Duration) -> StoreResult<Object<M>>
where
    M: Manager<Error: std::error::Error + Send + Sync + 'static>,
{
    match timeout(patience, pool.get()).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(error)) => Err(StoreError::Unavailable(error.into())),
        Err(_) => {
            let (seconds, most) = (patience.as_secs(), pool.status().max_size);
            let why = format!("no connection in {seconds} s: all of {most} are in use or being made");
            Err(StoreError::Unavailable(why.into()))
        }
    }
}

/// Exhausted, if nobody got a connection for longer than a request waits for one.
pub(crate) fn of_pool<M: Manager>(pool: &Pool<M>, turnover: &Turnover, patience: Duration) -> Option<Health> {
    let (status, lasting) = (pool.status(), turnover.standstill());
    let is_full = status.available == 0 && status.size >= status.max_size;
    (is_full && lasting >= patience).then_some(Health::Exhausted { connections: status.max_size, lasting })
}

/// Whether the database takes what is written, by its last word on that.
#[derive(Default)]
pub(crate) struct Writing(Mutex<Option<(Instant, &'static str)>>);

impl Writing {
    pub(crate) fn refused(&self, why: &'static str) {
        self.set(Some((Instant::now(), why)));
    }

    pub(crate) fn done(&self) {
        self.set(None);
    }

    fn set(&self, word: Option<(Instant, &'static str)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = word;
    }

    /// Why it takes nothing, if it said so just now.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        let word = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        word.filter(|(at, _)| at.elapsed() < STALE).map(|(_, why)| why)
    }
}
