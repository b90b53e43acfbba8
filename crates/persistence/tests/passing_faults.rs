//! What may pass is told from what may not: on PostgreSQL by its code, whatever the server says in words. And health knows
//! when nothing can be written.
#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod database;
mod statements;

use std::{net::TcpListener, time::Duration};

use ironplate_application::ports::{Clock, Health, StoreError};
use ironplate_domain::{User, UserId};
use ironplate_persistence::{DatabaseUrl, StoreOptions, migrate, open};
use ironplate_testkit::{FakeHasher, FixedClock, user};
use statements::execute;
use uuid::Uuid;

fn ann() -> User {
    user("ann@example.com").build(UserId(Uuid::from_u128(1)), FixedClock::default().now(), &FakeHasher::default())
}

/// Whoever signs up meets this.
fn refuse_users_with(code: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         RAISE EXCEPTION 'auf Deutsch' USING ERRCODE = '{code}'; END $$; \
         CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
}

async fn assert_told_by_code(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    for (code, passes) in [
        ("08006", true),
        ("25006", true),
        ("40001", true),
        ("40P01", true),
        ("53100", true),
        ("53200", true),
        ("53300", true),
        ("55P03", true),
        ("57014", true),
        ("57P01", true),
        ("57P03", true),
        ("58030", true),
        ("22000", false),
        ("42501", false),
        ("P0001", false),
        ("XX000", false),
    ] {
        execute(&url, &refuse_users_with(code)).await;
        let mut work = store.begin().await.expect("a unit of work");
        let failed = work.users().insert(&ann()).await.expect_err("it is refused");
        assert_eq!(matches!(failed, StoreError::Unavailable(_)), passes, "{code}: {failed:?}");
        let told = ironplate_application::with_causes(&failed);
        assert!(told.contains("auf Deutsch") && told.contains(code), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_told_from_what_may_not_in_every_language() {
    database::with_schema(assert_told_by_code).await;
}

fn full_disk(url: &DatabaseUrl) -> (String, &'static str) {
    match url {
        DatabaseUrl::Postgres(_) => (refuse_users_with("53100"), "DROP TRIGGER refuse ON users"),
        DatabaseUrl::Sqlite(_) => {
            let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON users \
                          BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
            (refuse.to_owned(), "DROP TRIGGER refuse")
        }
    }
}

async fn assert_a_full_disk_is_told(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    execute(&url, &full_disk(&url).0).await;
    let store = open(&url, database::options()).expect("a store");
    let mut work = store.begin().await.expect("a unit of work");
    let full = work.users().insert(&ann()).await.expect_err("it is refused");
    assert!(matches!(full, StoreError::Unavailable(_)), "{full:?}");
    assert_eq!(store.health().await, Health::Unwritable("the disk of the database is full"));
}

async fn assert_told_no_longer_when_something_was_written(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let (fill, make_room) = full_disk(&url);
    execute(&url, &fill).await;
    let store = open(&url, database::options()).expect("a store");
    let mut work = store.begin().await.expect("a unit of work");
    let _full = work.users().insert(&ann()).await.expect_err("it is refused");
    drop(work);
    execute(&url, make_room).await;
    let mut work = store.begin().await.expect("a unit of work");
    work.users().insert(&ann()).await.expect("there is room again");
    work.commit().await.expect("a commit");
    assert_eq!(store.health().await, Health::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_by_health_on_postgres() {
    database::with_schema(assert_a_full_disk_is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_by_health_on_sqlite() {
    database::with_file(assert_a_full_disk_is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_with_room_again_is_no_longer_told_on_postgres() {
    database::with_schema(assert_told_no_longer_when_something_was_written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_with_room_again_is_no_longer_told_on_sqlite() {
    database::with_file(assert_told_no_longer_when_something_was_written).await;
}

/// Whoever waits for a connection waits no longer than they are told to, and has one by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_keeps_nobody_from_the_next() {
    database::with_schema(|url| async move {
        migrate(&url, database::options()).await.expect("the migrations");
        let DatabaseUrl::Postgres(there) = &url else { panic!("{url} is not PostgreSQL") };
        let (before, after) = there.as_str().split_once('@').expect("a user");
        // Whoever connects waits for an answer for good.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = silent.local_addr().expect("an address");
        let both = format!("{before}@{address},{after}&target_session_attrs=read-write");
        let options = StoreOptions { acquire_timeout: Duration::from_secs(4), ..database::options() };
        let store = open(&both.parse().expect("an address"), options).expect("a store");
        for _ in 0..2 {
            drop(store.read().await.expect("a connection to the server that answers"));
        }
    })
    .await;
}
