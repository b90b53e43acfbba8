//! What readiness looks at beside the database's own answer: whether connections change hands, and whether what is written
//! is taken.

use std::{
    error::Error,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{Manager, Object, Pool, PoolError};
use ironplate_application::{
    ports::{BoxError, Health, PoolUse, StoreError, StoreResult},
    with_causes,
};
use ironplate_measure::{Part, SpanKind, SpanStatus, figures, note, note_span, share};
use tokio::time::{Instant, timeout};

/// A health check that takes longer is an answer too.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

/// What is said of a statement that was not answered.
pub(crate) const SILENCE: &str = "the database did not answer in time";

/// An answer is good for so long: however many ask, the database is asked once a second.
const FRESH: Duration = Duration::from_secs(1);

/// After so long a refusal says nothing about now: nobody may have written since.
const STALE: Duration = Duration::from_secs(10);

/// In a trace, a connection that is there at once is no news.
const WORTH_A_SPAN: Duration = Duration::from_millis(1);

/// The last answer. Who asks while somebody asks waits for the same one.
#[derive(Default)]
pub(crate) struct Answer(tokio::sync::Mutex<Option<(Instant, Health)>>);

impl Answer {
    pub(crate) async fn shared(&self, look: impl Future<Output = Health>) -> Health {
        let begun = Instant::now();
        let mut last = self.0.lock().await;
        if let Some((at, health)) = &*last
            && at.elapsed() < FRESH
        {
            if *at >= begun {
                share(Part::Database, begun.elapsed());
            }
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

/// Why there was no connection to look through.
pub(crate) fn unreachable(error: &StoreError) -> Health {
    Health::Unreachable(error.source().map_or_else(|| error.to_string(), with_causes))
}

/// What a connection is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Requests,
    /// Through the only one that writes.
    Writing,
    Readiness,
}

impl Purpose {
    /// What happened to whoever got no connection, and what to do about it. The pool's own words say nothing of databases.
    fn in_vain(self, patience: Duration, most: usize) -> String {
        let seconds = patience.as_secs();
        match self {
            Self::Requests => format!(
                "no connection in {seconds} s: all of {most} are in use or being made; if the database answers, look for what \
                 keeps them (slow statements, locks), or raise database.connections"
            ),
            Self::Writing => format!(
                "no turn to write in {seconds} s: SQLite has one writer; look for what keeps it (slow statements, another program)"
            ),
            Self::Readiness => format!("no connection in {seconds} s: the database lets nobody in, or not in time"),
        }
    }
}

/// A connection, if its turn comes in time.
pub(crate) async fn in_turn<M>(pool: &Pool<M>, purpose: Purpose, patience: Duration) -> StoreResult<Object<M>>
where
    M: Manager<Error: std::error::Error + Send + Sync + 'static>,
{
    let begun = Instant::now();
    let conn = timeout(patience, pool.get()).await;
    let waited = begun.elapsed();
    note(Part::Connection, waited);
    let status = if matches!(conn, Ok(Ok(_))) { SpanStatus::Unset } else { SpanStatus::Error };
    if waited >= WORTH_A_SPAN {
        note_span(SpanKind::Internal, "connection", begun.into_std(), waited, status);
    }
    let why: BoxError = match conn {
        Ok(Ok(conn)) => return Ok(conn),
        Ok(Err(PoolError::Backend(error))) => error.into(),
        Ok(Err(_)) | Err(_) => {
            figures().connection_timeouts.inc();
            purpose.in_vain(patience, pool.status().max_size).into()
        }
    };
    Err(StoreError::Unavailable(why))
}

/// How it is used at this moment.
pub(crate) fn use_of<M: Manager>(name: &'static str, pool: &Pool<M>) -> PoolUse {
    let status = pool.status();
    let in_use = status.size.saturating_sub(status.available);
    PoolUse { name, connections: status.max_size, in_use, waiting: status.waiting }
}

/// Exhausted, if nobody got a connection for longer than a request waits for one.
pub(crate) fn of_pool<M: Manager>(pool: &Pool<M>, turnover: &Turnover, patience: Duration) -> Option<Health> {
    let (status, lasting) = (pool.status(), turnover.standstill());
    let is_full = status.available == 0 && status.size >= status.max_size;
    (is_full && lasting >= patience).then_some(Health::Exhausted { connections: status.max_size, lasting })
}

/// Whether the database takes what is written, by its last words on that.
#[derive(Default)]
pub(crate) struct Writing(Mutex<Option<Refusals>>);

struct Refusals {
    last: Instant,
    why: &'static str,
    /// Less as many as were taken since, and no more than [`MOST`].
    count: u32,
}

/// On a full disk, what is small may still fit: so many have to, before no refusal counts.
const MOST: u32 = 10;

impl Writing {
    pub(crate) fn refused(&self, why: &'static str) {
        let mut refusals = self.lock();
        let count = refusals.as_ref().map_or(0, |before| before.count);
        *refusals = Some(Refusals { last: Instant::now(), why, count: MOST.min(count + 1) });
    }

    pub(crate) fn done(&self) {
        let mut refusals = self.lock();
        *refusals = refusals
            .take()
            .filter(|before| before.count > 1)
            .map(|before| Refusals { count: before.count - 1, ..before });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Refusals>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why it takes nothing, if it said so just now.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        self.lock().as_ref().filter(|refusals| refusals.last.elapsed() < STALE).map(|refusals| refusals.why)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use deadpool::managed::{Metrics, RecycleResult};

    use super::*;

    /// A pool that is closed has words of its own, too.
    #[tokio::test]
    async fn whoever_gets_no_connection_is_told_what_to_do_in_words_of_ours() {
        let pool: Pool<Nobody> = Pool::builder(Nobody).max_size(3).build().unwrap();
        pool.close();
        for (purpose, to_do) in [
            (Purpose::Requests, "database.connections"),
            (Purpose::Writing, "one writer"),
            (Purpose::Readiness, "lets nobody in"),
        ] {
            let error = in_turn(&pool, purpose, Duration::from_secs(2)).await.err().unwrap();
            let told = with_causes(&error);
            assert!(told.contains("in 2 s") && told.contains(to_do), "{told}");
            assert!(!told.contains("ool has been"), "{told}");
        }
    }

    struct Nobody;

    impl Manager for Nobody {
        type Type = ();
        type Error = Infallible;

        async fn create(&self) -> Result<(), Infallible> {
            Ok(())
        }

        async fn recycle(&self, (): &mut (), _: &Metrics) -> RecycleResult<Infallible> {
            Ok(())
        }
    }

    #[test]
    fn what_is_small_and_still_fits_says_nothing_of_a_full_disk() {
        let writing = Writing::default();
        for _ in 0..100 {
            writing.refused("full");
        }
        writing.done();
        assert_eq!(writing.trouble(), Some("full"));
        for _ in 0..MOST {
            writing.done();
        }
        assert_eq!(writing.trouble(), None);
    }
}
