//! An address that names several servers leads to the one that is meant, also where another says nothing at all.
#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod database;

use std::{net::TcpListener, time::Duration};

use ironplate_persistence::{DatabaseUrl, StoreOptions, migrate, open};

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
