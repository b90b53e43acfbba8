//! Group commit: SQLite has one writer, and a commit waits for the disk. Units of work that queue for the writer run one after the
//! other in one transaction, each within a savepoint of its own, and one commit makes all of them last. None is answered before.

use std::time::Duration;

use deadpool::managed::Object;
use diesel::{
    QueryResult, SqliteConnection,
    connection::SimpleConnection,
    result::{DatabaseErrorKind, Error},
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::connection::{Conn, Pooled, at_length};

/// So many units of work share a commit at the most.
const MOST: usize = 64;

/// So long one that is done waits for others that are on their way.
const LINGER: Duration = Duration::from_millis(2);

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Units of work that are done, and not committed.
pub(crate) struct Group {
    begun: Instant,
    done: usize,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Group {
    /// It waited for others for long enough.
    fn is_due(&self) -> bool {
        self.done > 0 && self.begun.elapsed() >= LINGER
    }
}

type Outcome = Result<(), Refusal>;

/// Why nothing of a group lasts.
#[derive(Clone)]
struct Refusal(String);

impl From<Refusal> for Error {
    fn from(Refusal(message): Refusal) -> Self {
        Self::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message))
    }
}

impl Refusal {
    fn of(error: &Error) -> Self {
        Self(error.to_string())
    }
}

/// Begins a unit of work: in the group that is there, or in a new one.
pub(super) async fn begin(conn: &mut Conn) -> QueryResult<()> {
    if conn.group.as_ref().is_some_and(Group::is_due) {
        end(conn);
    }
    if conn.group.is_none() {
        lock(&mut conn.sqlite).await?;
        conn.group = Some(Group { begun: Instant::now(), done: 0, outcome: watch::Sender::new(None) });
    }
    let begun = conn.sqlite.batch_execute("SAVEPOINT unit");
    begun.inspect_err(|error| give_up(conn, Refusal::of(error)))
}

/// Takes the write lock at once: a transaction that reads first and writes later could lose it to another process.
async fn lock(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    let (give_up, mut pause) = (Instant::now() + PATIENCE, Duration::from_millis(1));
    loop {
        match sqlite.batch_execute("BEGIN IMMEDIATE") {
            Err(error) if is_held(&error) && Instant::now() < give_up => sleep(pause).await,
            begun => return begun,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn is_held(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, info) if info.message().contains("database is locked"))
}

/// Ends a unit of work, and waits until it lasts. If nobody else is on the way, that is at once.
pub(super) async fn commit(mut conn: Pooled) -> QueryResult<()> {
    let released = conn.sqlite.batch_execute("RELEASE unit");
    released.inspect_err(|error| give_up(&mut conn, Refusal::of(error)))?;
    let Some(group) = &mut conn.group else { return Ok(()) };
    group.done += 1;
    let mut outcome = group.outcome.subscribe();
    let is_full = group.done >= MOST || group.is_due();
    let pool = Object::pool(&conn);
    if is_full || !is_awaited(&conn) {
        end(&mut conn);
    }
    drop(conn);
    loop {
        let told = timeout(LINGER, outcome.wait_for(Option::is_some)).await;
        match told.map(|told| told.map(|outcome| outcome.clone())) {
            Ok(Ok(outcome)) => return outcome.unwrap_or(Ok(())).map_err(Error::from),
            Ok(Err(_)) => return Err(Refusal("the unit of work was given up".to_owned()).into()),
            // Whoever was on the way is not there yet, or went elsewhere.
            Err(_) => {
                if let Some(pool) = &pool
                    && let Ok(Ok(mut conn)) = timeout(LINGER, pool.get()).await
                    && conn.group.as_ref().is_some_and(Group::is_due)
                {
                    end(&mut conn);
                }
            }
        }
    }
}

/// Undoes a unit of work that was not ended. Others of its group stay, and last from now on: it may have given up because of what they did,
/// and whoever then looks where that is seen by all has to see it.
pub(super) fn roll_back(mut conn: Pooled) {
    if conn.group.as_ref().is_none_or(|group| group.done == 0) {
        return give_up(&mut conn, Refusal(String::new()));
    }
    match conn.sqlite.batch_execute("ROLLBACK TO unit; RELEASE unit") {
        Ok(()) => end(&mut conn),
        Err(error) => give_up(&mut conn, Refusal::of(&error)),
    }
}

/// Somebody waits for the connection.
fn is_awaited(conn: &Pooled) -> bool {
    Object::pool(conn).is_some_and(|pool| pool.status().waiting > 0)
}

/// Commits the group, if there is one, and tells all of it. That waits for the disk.
pub(super) fn end(conn: &mut Conn) {
    let Some(group) = conn.group.take() else { return };
    let outcome = at_length(|| conn.sqlite.batch_execute("COMMIT"));
    if outcome.is_err() {
        // Whatever it says: there may be nothing left to undo.
        let _ = conn.sqlite.batch_execute("ROLLBACK");
    }
    group.outcome.send_replace(Some(outcome.map_err(|error| Refusal::of(&error))));
}

/// Undoes all of the group, and tells it why.
fn give_up(conn: &mut Conn, why: Refusal) {
    // SQLite may have undone all of it by itself, as it does on a full disk.
    let _ = conn.sqlite.batch_execute("ROLLBACK");
    if let Some(group) = conn.group.take() {
        group.outcome.send_replace(Some(Err(why)));
    }
}
