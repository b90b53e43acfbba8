//! Migrations run once, whoever starts them, and health tells whether they did.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::{
    fs::{self, File},
    net::TcpListener,
    path::Path,
    time::Duration,
};

use futures::future::join_all;
use ironplate_application::ports::Health;
use ironplate_persistence::{DatabaseUrl, MigrationError, StoreOptions, migrate, open};
use tokio::time::timeout;
use tokio_postgres::{Client, NoTls};

fn versions_brought() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let names = fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("a migration").file_name());
    // Diesel's version is what stands before the underscore, less the hyphens.
    let version = |name: &str| name.split('_').next().unwrap_or_default().replace('-', "");
    let mut versions: Vec<String> = names.map(|name| version(&name.to_string_lossy())).collect();
    versions.sort();
    versions
}

async fn assert_three_at_once_migrate_once(url: DatabaseUrl) {
    let ran = join_all((0..3).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { migrate(&url, database::options()).await.expect("the migrations") }
        })
    }));
    let ran: Vec<Vec<String>> = ran.await.into_iter().map(|ran| ran.expect("no panic")).collect();
    let busy = ran.iter().filter(|names| !names.is_empty()).count();
    assert_eq!(busy, 1, "one of the three did it all: {ran:?}");
    assert_eq!(ran.concat().len(), versions_brought().len(), "{ran:?}");
    assert_eq!(migrate(&url, database::options()).await.expect("the migrations"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_at_once_migrate_an_empty_sqlite_file_once() {
    database::with_file(assert_three_at_once_migrate_once).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_at_once_migrate_an_empty_postgres_schema_once() {
    database::with_schema(assert_three_at_once_migrate_once).await;
}

/// Waits no longer than a moment.
async fn migrate_at_once(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    migrate(url, StoreOptions { migration_lock_timeout: Duration::from_millis(300), ..database::options() }).await
}

/// A session of somebody who is at work by hand.
async fn by_hand(url: &DatabaseUrl) -> Client {
    let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
    let address = format!("{}&application_name=by-hand", url.as_str());
    let (client, connection) = tokio_postgres::connect(&address, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// Spelled out once more: with another label, an old and a new version migrate at once.
const LOCK: &str = "hashtext('schema migrations in ' || current_schema())";

async fn assert_told_who_is_in_the_way(url: &DatabaseUrl, somebody: &Client) {
    let process: i32 = somebody.query_one("SELECT pg_backend_pid()", &[]).await.expect("a number").get(0);
    let refused = migrate_at_once(url).await.expect_err("somebody is in the way").to_string();
    let told = format!("process {process} (by-hand, user ");
    assert!(refused.starts_with(&told) && refused.contains("is in the way"), "{refused}");
}

async fn assert_a_held_lock_is_told(url: DatabaseUrl) {
    let somebody = by_hand(&url).await;
    somebody.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await.expect("the lock");
    assert_told_who_is_in_the_way(&url, &somebody).await;
    let waiting = tokio::spawn({
        let url = url.clone();
        async move { migrate(&url, database::options()).await }
    });
    somebody.batch_execute("SELECT pg_advisory_unlock_all()").await.expect("the lock let go of");
    assert_eq!(waiting.await.expect("no panic").expect("the migrations").len(), versions_brought().len());
    somebody.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await.expect("the lock");
    assert_eq!(migrate_at_once(&url).await.expect("no lock is needed"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_the_lock_is_told_and_nobody_asks_for_it_without_need() {
    database::with_schema(assert_a_held_lock_is_told).await;
}

async fn assert_a_locked_table_is_told(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let somebody = by_hand(&url).await;
    somebody.batch_execute("BEGIN; LOCK TABLE __diesel_schema_migrations").await.expect("the lock");
    assert_told_who_is_in_the_way(&url, &somebody).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_uses_a_table_that_migrations_need_is_told() {
    database::with_schema(assert_a_locked_table_is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_file_that_somebody_holds_is_told_and_not_needed_later() {
    database::with_file(async |url| {
        let DatabaseUrl::Sqlite(path) = &url else { panic!("{url} is not SQLite") };
        let name = path.with_extension("db.lock");
        let file = File::create(&name).expect("the lock file");
        file.lock().expect("the lock");
        let refused = migrate_at_once(&url).await.expect_err("somebody is in the way").to_string();
        assert!(refused.contains(&name.display().to_string()), "{refused}");
        file.unlock().expect("the lock let go of");
        assert!(!migrate_at_once(&url).await.expect("the migrations").is_empty());
        file.lock().expect("the lock");
        assert_eq!(migrate_at_once(&url).await.expect("no lock is needed"), Vec::<String>::new());
    })
    .await;
}

async fn assert_health_follows_the_migrations(url: DatabaseUrl) {
    // Each store for itself: an answer is good for a second.
    let health = async || open(&url, database::options()).expect("a store").health().await;
    assert_eq!(health().await, Health::Unmigrated(versions_brought()));
    migrate(&url, database::options()).await.expect("the migrations");
    assert_eq!(health().await, Health::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_is_unmigrated_then_ready() {
    database::with_file(assert_health_follows_the_migrations).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_schema_is_unmigrated_then_ready() {
    database::with_schema(assert_health_follows_the_migrations).await;
}

async fn assert_unreachable(address: &str) {
    let store = open(&address.parse().expect("an address"), StoreOptions::default()).expect("a store");
    let health = timeout(Duration::from_secs(4), store.health()).await;
    assert!(matches!(health, Ok(Health::Unreachable(_))), "{address}: {health:?}");
}

#[tokio::test]
async fn a_server_that_refuses_is_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    assert_unreachable(&format!("postgres://nobody@127.0.0.1:{port}/test")).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_is_soon_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    assert_unreachable(&format!("postgres://nobody@127.0.0.1:{port}/test")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_a_folder_that_is_not_there_is_unreachable() {
    assert_unreachable("sqlite:/nowhere/at/all/test.db").await;
}

/// Spelled out once more, as above.
const SUPERUSERS_LOCK: &str = "hashtext('superusers in ' || current_schema())";

async fn assert_superusers_wait_for_an_older_version(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    let older = by_hand(&url).await;
    older.batch_execute(&format!("SELECT pg_advisory_lock({SUPERUSERS_LOCK})")).await.expect("the lock");
    let locking = tokio::spawn(async move {
        let mut work = store.begin().await.expect("a unit of work");
        work.users().lock_active_superusers().await
    });
    let waits = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database()) \
                 AND objid::bigint = HASH::bigint & 4294967295";
    let waits = waits.replace("HASH", SUPERUSERS_LOCK);
    while older.query_opt(&waits, &[]).await.expect("the locks").is_none() {
        let damage = "the last two superusers can take the rank from one another during a deployment";
        assert!(!locking.is_finished(), "{damage}: put the label of their lock back");
        tokio::task::yield_now().await;
    }
    older.batch_execute("SELECT pg_advisory_unlock_all()").await.expect("the lock let go of");
    assert_eq!(locking.await.expect("no panic").expect("the lock"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_that_run_side_by_side_lock_superusers_by_one_label() {
    database::with_schema(assert_superusers_wait_for_an_older_version).await;
}
