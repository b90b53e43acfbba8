//! A future that is dropped, wherever it stands, leaves all of its unit of work or nothing.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::{
    future::poll_fn,
    panic,
    pin::pin,
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use ironplate_application::ports::{Beside, Clock, Health, Secrets, Store, StoreResult};
use ironplate_domain::{Item, ItemId, Session, SessionId, User, UserId};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, FixedClock, SeededSecrets, samples, user};
use tokio::task::{JoinSet, yield_now};

const TASKS: usize = 400;
/// More polls than a whole unit of work takes, so that every step of it is cut somewhere.
const PATIENCE: usize = 25;

/// What one unit of work writes.
#[derive(Clone)]
struct Load {
    user: User,
    item: Item,
    session: Session,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    Never,
}

fn loads() -> Vec<Load> {
    let (ids, now, hasher) = (SeededSecrets::new(3), FixedClock::default().now(), FakeHasher::default());
    let load = |n| {
        let user = user(&format!("user{n}@example.com")).build(UserId(ids.id()), now, &hasher);
        let (id, title) = (ItemId(ids.id()), samples::text("item"));
        let item = Item::new(id, user.id, title, now);
        let session = samples::session(SessionId(ids.id()), user.id, now);
        Load { user, item, session }
    };
    (0..TASKS).map(load).collect()
}

fn end_of(n: usize) -> End {
    if n.is_multiple_of(2) { End::Commit } else { End::Never }
}

async fn write(store: Arc<dyn Store>, load: Load, end: End) -> StoreResult<()> {
    let mut work = store.begin().await?;
    work.users().insert(&load.user).await?;
    work.items().insert(&load.item).await?;
    work.sessions().insert(&load.session, &samples::session_digests(&load.session)).await?;
    match end {
        End::Commit => work.commit().await,
        End::Never => loop {
            yield_now().await;
        },
    }
}

/// Of tasks that nobody waits for, too.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    static COUNTING: Once = Once::new();
    COUNTING.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            print(panic);
        }));
    });
}

/// Polls a future so many times, then drops it in the midst of what it waits for.
async fn lose_patience<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn assert_all_or_nothing(url: DatabaseUrl) {
    count_panics();
    migrate(&url, database::options()).await.expect("the migrations");
    let store: Arc<dyn Store> = open(&url, database::options()).expect("a store");
    let loads = loads();
    let mut tasks = JoinSet::new();
    for (n, load) in loads.iter().enumerate() {
        let work = write(store.clone(), load.clone(), end_of(n));
        tasks.spawn(lose_patience(1 + (n / 2) % PATIENCE, work));
    }
    let outcomes = tasks.join_all().await;
    let finished = outcomes.into_iter().flatten().collect::<StoreResult<Vec<()>>>().expect("no fault").len();
    assert!((1..TASKS / 2).contains(&finished), "{finished} finished, so not every step was cut");

    assert_eq!(store.health().await, Health::Ready);
    let mut stored = 0;
    for (n, load) in loads.iter().enumerate() {
        let mut reader = store.read().await.expect("a reader");
        let user = reader.users().find(load.user.id).await.expect("an answer");
        let item = reader.items().find(load.item.id).await.expect("an answer");
        assert_eq!(user.is_some(), item.is_some(), "half of unit {n} is there");
        assert!(user.is_none() || end_of(n) == End::Commit, "unit {n} never committed");
        let holder =
            reader.sessions().find_holder(load.user.id, load.session.id, Beside::NOTHING).await.expect("an answer");
        assert_eq!(holder.and_then(|holder| holder.session).is_some(), user.is_some(), "half of unit {n} is there");
        stored += usize::from(user.is_some());
    }
    assert!(stored >= finished, "{finished} were told that they committed, {stored} did");
    assert_still_usable(&store, &loads).await;
}

/// What was lost can be written now, by as many at once.
async fn assert_still_usable(store: &Arc<dyn Store>, loads: &[Load]) {
    let mut tasks = JoinSet::new();
    for (n, load) in loads.iter().enumerate().filter(|(n, _)| end_of(*n) == End::Never) {
        let work = write(store.clone(), load.clone(), End::Commit);
        tasks.spawn(async move { work.await.unwrap_or_else(|error| panic!("unit {n}: {error:?}")) });
    }
    assert_eq!(tasks.join_all().await.len(), TASKS / 2);
    assert_eq!(PANICS.load(Ordering::SeqCst), 0, "a task in the background panicked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dropped_futures_leave_sqlite_whole() {
    database::with_file(assert_all_or_nothing).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dropped_futures_leave_postgres_whole() {
    database::with_schema(assert_all_or_nothing).await;
}
