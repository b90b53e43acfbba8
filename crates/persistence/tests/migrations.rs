//! Migrations run once, whoever starts them, and health tells whether they did.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::{fs, net::TcpListener, path::Path, time::Duration};

use futures::future::join_all;
use ironplate_application::ports::Health;
use ironplate_persistence::{DatabaseUrl, StoreOptions, migrate, open};
use tokio::time::timeout;

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
            async move { migrate(&url).await.expect("the migrations") }
        })
    }));
    let ran: Vec<Vec<String>> = ran.await.into_iter().map(|ran| ran.expect("no panic")).collect();
    let busy = ran.iter().filter(|names| !names.is_empty()).count();
    assert_eq!(busy, 1, "one of the three did it all: {ran:?}");
    assert_eq!(ran.concat().len(), versions_brought().len(), "{ran:?}");
    assert_eq!(migrate(&url).await.expect("the migrations"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_at_once_migrate_an_empty_sqlite_file_once() {
    database::with_file(assert_three_at_once_migrate_once).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_at_once_migrate_an_empty_postgres_schema_once() {
    database::with_schema(assert_three_at_once_migrate_once).await;
}

async fn assert_health_follows_the_migrations(url: DatabaseUrl) {
    let store = open(&url, database::options()).expect("a store");
    assert_eq!(store.health().await, Health::Unmigrated(versions_brought()));
    migrate(&url).await.expect("the migrations");
    assert_eq!(store.health().await, Health::Ready);
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
    assert_eq!(health, Ok(Health::Unreachable), "{address}");
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
