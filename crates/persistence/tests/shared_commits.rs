//! Units of work that share a commit stand each for itself.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::sync::Arc;

use ironplate_application::ports::{Clock, Constraint, Secrets, Store, StoreError, StoreResult};
use ironplate_domain::{User, UserId};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, FixedClock, SeededSecrets, user};
use tokio::task::JoinSet;

const UNITS: usize = 300;

/// How a unit of work ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Committed,
    /// Its last statement meets what another has written.
    InConflict,
    Dropped,
    /// It is the first statement alone, committed.
    Single,
    /// It is the second alone, which meets what another has written.
    SingleInConflict,
}

impl End {
    fn is_conflict(self) -> bool {
        matches!(self, Self::InConflict | Self::SingleInConflict)
    }

    /// Which of the two users are there afterwards.
    fn leaves(self) -> [bool; 2] {
        match self {
            Self::Committed => [true; 2],
            Self::Single => [true, false],
            Self::InConflict | Self::SingleInConflict | Self::Dropped => [false; 2],
        }
    }
}

fn end_of(n: usize) -> End {
    match n % 5 {
        0 => End::Committed,
        1 => End::InConflict,
        2 => End::Dropped,
        3 => End::Single,
        _ => End::SingleInConflict,
    }
}

/// Two users, of whom the second has the address of the very first where that is a conflict.
async fn write(store: &dyn Store, [one, other]: &[User; 2], end: End) -> StoreResult<()> {
    let alone = match end {
        End::Single => Some(one),
        End::SingleInConflict => Some(other),
        End::Committed | End::InConflict | End::Dropped => None,
    };
    if let Some(user) = alone {
        let mut work = store.begin_single().await?;
        work.users().insert(user).await?;
        return work.commit().await;
    }
    let mut work = store.begin().await?;
    work.users().insert(one).await?;
    work.users().insert(other).await?;
    if end == End::Dropped { Ok(()) } else { work.commit().await }
}

async fn assert_each_for_itself(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store: Arc<dyn Store> = open(&url, database::options()).expect("a store");
    let (ids, now, hasher) = (SeededSecrets::new(3), FixedClock::default().now(), FakeHasher::default());
    let make = |email: &str| user(email).build(UserId(ids.id()), now, &hasher);
    let first = [make("first@example.com"), make("second@example.com")];
    write(&*store, &first, End::Committed).await.expect("a commit");

    let mut tasks = JoinSet::new();
    let mut units = Vec::new();
    for n in 0..UNITS {
        let other =
            if end_of(n).is_conflict() { "First@example.com".to_owned() } else { format!("other{n}@example.com") };
        let pair = [make(&format!("one{n}@example.com")), make(&other)];
        units.push(pair.clone());
        let store = store.clone();
        tasks.spawn(async move { (n, write(&*store, &pair, end_of(n)).await) });
    }
    for (n, outcome) in tasks.join_all().await {
        if end_of(n).is_conflict() {
            assert!(matches!(outcome, Err(StoreError::Conflict(Constraint::UserEmail))), "{n}: {outcome:?}");
        } else {
            outcome.unwrap_or_else(|error| panic!("{n}: {error:?}"));
        }
        // What was answered is there for everybody.
        for (user, is_left) in units.get(n).into_iter().flatten().zip(end_of(n).leaves()) {
            let found = store.read().await.expect("a reader").users().find(user.id).await.expect("an answer");
            assert_eq!(found.is_some(), is_left, "{n}");
        }
    }
}

/// Whoever gives up because of what another has written, and looks again, finds that.
async fn assert_seen_by_all_once_given_up(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store: Arc<dyn Store> = open(&url, database::options()).expect("a store");
    let (ids, now, hasher) = (SeededSecrets::new(3), FixedClock::default().now(), FakeHasher::default());
    let mut tasks = JoinSet::new();
    for n in 0..2 * UNITS {
        let user = user(&format!("one{}@example.com", n / 2)).build(UserId(ids.id()), now, &hasher);
        let store = store.clone();
        tasks.spawn(async move {
            let is_taken = is_taken(&*store, &user).await;
            let found = store.read().await.expect("a reader").users().find_by_email(&user.email).await;
            (is_taken, found.expect("an answer").is_some())
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|(is_taken, _)| *is_taken).count(), UNITS, "of each two, one");
    assert!(outcomes.iter().all(|(_, is_found)| *is_found), "{outcomes:?}");
}

/// Nobody takes what lasts at once for a unit that holds together.
async fn assert_single(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store: Arc<dyn Store> = open(&url, database::options()).expect("a store");
    let (ids, now, hasher) = (SeededSecrets::new(3), FixedClock::default().now(), FakeHasher::default());
    let [ann, bob] =
        ["ann", "bob"].map(|name| user(&format!("{name}@example.com")).build(UserId(ids.id()), now, &hasher));
    let mut work = store.begin_single().await.expect("a unit of work");
    work.users().insert(&ann).await.expect("a new user");
    assert!(matches!(work.users().insert(&bob).await, Err(StoreError::Internal(_))));
    work.commit().await.expect("a commit");
    let mut reader = store.read().await.expect("a reader");
    let mut is_there = async |id| reader.users().find(id).await.expect("an answer").is_some();
    assert_eq!([is_there(ann.id).await, is_there(bob.id).await], [true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_single_statement_is_followed_by_none_on_sqlite() {
    database::with_file(assert_single).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_single_statement_is_followed_by_none_on_postgres() {
    database::with_schema(assert_single).await;
}

/// Whether somebody else has the address of this user, who is written if not.
async fn is_taken(store: &dyn Store, user: &User) -> bool {
    let mut work = store.begin().await.expect("a unit of work");
    if work.users().find_by_email(&user.email).await.expect("an answer").is_some() {
        return true;
    }
    match work.users().insert(user).await {
        Ok(()) => work.commit().await.map(|()| false).expect("a commit"),
        Err(StoreError::Conflict(Constraint::UserEmail)) => true,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_made_a_unit_give_up_is_seen_by_all_on_sqlite() {
    database::with_file(assert_seen_by_all_once_given_up).await;
}

#[tokio::test]
async fn what_made_a_unit_give_up_on_one_thread_is_seen_by_all_on_sqlite() {
    database::with_file(assert_seen_by_all_once_given_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_made_a_unit_give_up_is_seen_by_all_on_postgres() {
    database::with_schema(assert_seen_by_all_once_given_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn units_at_once_stand_each_for_itself_on_sqlite() {
    database::with_file(assert_each_for_itself).await;
}

#[tokio::test]
async fn units_at_once_on_one_thread_stand_each_for_itself_on_sqlite() {
    database::with_file(assert_each_for_itself).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn units_at_once_stand_each_for_itself_on_postgres() {
    database::with_schema(assert_each_for_itself).await;
}
