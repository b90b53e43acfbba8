//! Reads that may be old, on standbys of the server: on one that has all that was written until then, by its own word.
//!
//! How far the server is, is asked of it once a second at the most, by whoever reads; how far a standby is, on the connection that is
//! read by. Positions in its log are compared, no clocks.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool::managed::Object;
use diesel::{
    dsl::sql,
    sql_types::{BigInt, Nullable},
};
use diesel_async::{RunQueryDsl, pooled_connection::deadpool::Pool};
use ironplate_application::{
    ports::{BoxError, PoolUse, StoreResult},
    with_causes,
};
use ironplate_measure::{ReplicaRead, figures};
use tokio::time::{Instant, timeout};

use super::{
    Conn, Pooled,
    connect::{self, Connector},
    explained,
    shared::handle::timed,
};
use crate::{OpenError, StoreOptions, address::PostgresUrl, health};

/// Who waits longer for a standby reads from the server.
const PATIENCE: Duration = Duration::from_secs(1);

/// A standby that did not answer is left alone for so long.
const PAUSE: Duration = Duration::from_secs(10);

/// The server is asked how far it is no more often.
const EVERY: Duration = Duration::from_secs(1);

/// So many of its answers are remembered: as many as reads may be seconds old.
const REMEMBERED: usize = 64;

/// A place in the log of the server, in bytes from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position(i64);

/// What was acknowledged is before this.
const FLUSHED: &str = "(pg_current_wal_flush_lsn() - '0/0')::bigint";

/// Null, where it is no standby.
const REPLAYED: &str = "CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END";

#[derive(Default)]
pub(super) struct Replicas {
    all: Vec<Replica>,
    /// Whose turn it is.
    turn: AtomicUsize,
    positions: Positions,
}

struct Replica {
    name: String,
    pool: Pool<Conn>,
    /// Since when, if it did not answer.
    away_since: Mutex<Option<Instant>>,
}

impl Replicas {
    pub(super) fn open(urls: &[PostgresUrl], options: StoreOptions) -> Result<Self, OpenError> {
        let open = |url: &PostgresUrl| -> Result<Replica, OpenError> {
            let pool = connect::pool(Arc::new(Connector::new(url, options)?), options.connections)?;
            Ok(Replica { name: url.to_string(), pool, away_since: Mutex::default() })
        };
        Ok(Self { all: urls.iter().map(open).collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// A connection to a standby that has all that was acknowledged when it was `most` earlier; `None` where there is none. `primary`
    /// gives one to the server.
    pub(super) async fn reach(
        &self,
        most: Duration,
        primary: impl Future<Output = StoreResult<Pooled>>,
    ) -> Option<Pooled> {
        let since = Instant::now().checked_sub(most).filter(|_| !self.all.is_empty())?;
        let wanted = self.positions.at(since, primary).await;
        let Some(wanted) = wanted else { return told(ReplicaRead::Behind) };
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len();
        let mut outcome = ReplicaRead::Away;
        for replica in self.all.iter().cycle().skip(first).take(self.all.len()) {
            match replica.reached().await {
                Some((conn, reached)) if reached >= wanted => {
                    figures().read_of_replica(ReplicaRead::Served);
                    return Some(conn);
                }
                Some(_) => outcome = ReplicaRead::Behind,
                None => {}
            }
        }
        told(outcome)
    }

    /// How the connections to all of them are used.
    pub(super) fn pool(&self) -> Option<PoolUse> {
        let uses = self.all.iter().map(|replica| health::use_of("replicas", &replica.pool));
        uses.reduce(|sum, one| PoolUse {
            name: sum.name,
            connections: sum.connections + one.connections,
            in_use: sum.in_use + one.in_use,
            waiting: sum.waiting + one.waiting,
        })
    }
}

fn told<T>(outcome: ReplicaRead) -> Option<T> {
    figures().read_of_replica(outcome);
    None
}

impl Replica {
    /// A connection, and how far the standby is; `None` where it does not answer, or did not a short time ago.
    async fn reached(&self) -> Option<(Pooled, Position)> {
        if !self.is_worth_asking() {
            return None;
        }
        match timeout(PATIENCE, self.ask()).await.unwrap_or_else(|_| Err(health::SILENCE.into())) {
            Ok(answer) => {
                if self.away().take().is_some() {
                    tracing::info!(replica = self.name, "a replica is back");
                }
                Some(answer)
            }
            Err(error) => {
                if self.away().replace(Instant::now()).is_none() {
                    tracing::warn!(replica = self.name, cause = with_causes(&*error), "a replica is away");
                }
                None
            }
        }
    }

    /// Of one that is away, once in a while, by one at a time.
    fn is_worth_asking(&self) -> bool {
        let mut away_since = self.away();
        match &mut *away_since {
            Some(since) if since.elapsed() < PAUSE => false,
            Some(since) => {
                *since = Instant::now();
                true
            }
            None => true,
        }
    }

    /// What is dropped half-way is no connection for anybody else.
    async fn ask(&self) -> Result<(Pooled, Position), BoxError> {
        let conn = self.pool.get().await.map_err(with_its_causes)?;
        let mut asked = Asked(Some(conn));
        let conn = asked.0.as_deref_mut().ok_or("there is a connection")?;
        let replayed = diesel::select(sql::<Nullable<BigInt>>(REPLAYED)).get_result::<Option<i64>>(conn);
        let replayed = timed("replicas.replayed", replayed).await.map_err(|error| explained(error, None))?;
        let replayed = replayed.ok_or("it is no standby")?;
        let conn = asked.0.take().ok_or("there is a connection")?;
        Ok((conn, Position(replayed)))
    }

    fn away(&self) -> MutexGuard<'_, Option<Instant>> {
        self.away_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_its_causes(error: impl std::error::Error + 'static) -> BoxError {
    with_causes(&error).into()
}

/// A connection on which a question is out: kept out of the pool, unless it was answered.
struct Asked(Option<Pooled>);

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            super::abandon(Object::take(conn));
        }
    }
}

/// Where the server was, and when: all that was acknowledged before the moment is before the position.
#[derive(Default)]
struct Positions {
    known: Mutex<VecDeque<(Instant, Position)>>,
    /// Held by whoever asks.
    asking: tokio::sync::Mutex<()>,
}

impl Positions {
    /// A position behind which is all that was acknowledged at this moment. `None`, where that is not known and was asked just now, or
    /// is being asked: nobody waits for it.
    async fn at(&self, since: Instant, primary: impl Future<Output = StoreResult<Pooled>>) -> Option<Position> {
        if let Some(position) = self.known_at(since) {
            return Some(position);
        }
        let _turn = self.asking.try_lock().ok()?;
        if self.known().back().is_some_and(|(at, _)| at.elapsed() < EVERY) {
            return None;
        }
        let at = Instant::now();
        let mut conn = primary.await.ok()?;
        let flushed = diesel::select(sql::<BigInt>(FLUSHED)).get_result::<i64>(&mut *conn);
        let flushed = Position(timed("replicas.flushed", flushed).await.ok()?);
        self.note(at, flushed);
        self.known_at(since)
    }

    fn known_at(&self, since: Instant) -> Option<Position> {
        let known = self.known();
        let later = known.partition_point(|(at, _)| *at < since);
        known.get(later).map(|(_, position)| *position)
    }

    fn note(&self, at: Instant, position: Position) {
        let mut known = self.known();
        // A server that has less than before is another one: the log goes on from where that one began.
        if known.back().is_some_and(|(_, last)| *last > position) {
            known.clear();
        }
        known.push_back((at, position));
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<(Instant, Position)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_known_from_the_first_answer_after_the_moment() {
        let positions = Positions::default();
        let (begun, second) = (Instant::now(), Duration::from_secs(1));
        assert_eq!(positions.known_at(begun), None);
        positions.note(begun + second, Position(10));
        positions.note(begun + 2 * second, Position(20));
        assert_eq!(positions.known_at(begun), Some(Position(10)));
        assert_eq!(positions.known_at(begun + second), Some(Position(10)));
        assert_eq!(positions.known_at(begun + second + Duration::from_millis(1)), Some(Position(20)));
        assert_eq!(positions.known_at(begun + 3 * second), None);
    }

    /// Those of a server that is none any more say nothing of what its successor acknowledged.
    #[test]
    fn a_successor_that_has_less_begins_anew() {
        let positions = Positions::default();
        let (begun, second) = (Instant::now(), Duration::from_secs(1));
        positions.note(begun, Position(20));
        positions.note(begun + second, Position(15));
        assert_eq!(positions.known_at(begun), Some(Position(15)));
    }

    #[test]
    fn no_more_is_remembered_than_reads_may_be_old() {
        let (positions, now) = (Positions::default(), Instant::now());
        for _ in 0..REMEMBERED + 5 {
            positions.note(now, Position(1));
        }
        assert_eq!(positions.known().len(), REMEMBERED);
    }
}
