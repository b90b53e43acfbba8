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
}

fn end_of(n: usize) -> End {
    match n % 3 {
        0 => End::Committed,
        1 => End::InConflict,
        _ => End::Dropped,
    }
}

/// Two users, of whom the second has the address of the very first where that is a conflict.
async fn write(store: &dyn Store, [one, other]: &[User; 2], end: End) -> StoreResult<()> {
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
            if end_of(n) == End::InConflict { "First@example.com".to_owned() } else { format!("other{n}@example.com") };
        let pair = [make(&format!("one{n}@example.com")), make(&other)];
        units.push(pair.clone());
        let store = store.clone();
        tasks.spawn(async move { (n, write(&*store, &pair, end_of(n)).await) });
    }
    for (n, outcome) in tasks.join_all().await {
        match end_of(n) {
            End::InConflict => {
                assert!(matches!(outcome, Err(StoreError::Conflict(Constraint::UserEmail))), "{n}: {outcome:?}");
            }
            End::Committed | End::Dropped => outcome.unwrap_or_else(|error| panic!("{n}: {error:?}")),
        }
        // What was answered is there for everybody.
        for user in units.get(n).into_iter().flatten() {
            let found = store.read().await.expect("a reader").users().find(user.id).await.expect("an answer");
            assert_eq!(found.is_some(), end_of(n) == End::Committed, "{n}");
        }
    }
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
