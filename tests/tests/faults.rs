//! What goes wrong outside is answered with a refusal, and forgotten when it is over.

use futures::future::{join, join_all};
use ironplate_tests::{
    Answer, CROWD, Client, Database, PASSWORD, Proxy, Server, Setup, assert_whole, on_both_databases, on_postgres_only,
    until,
};
use serde_json::json;

on_both_databases!(
    a_full_hashing_queue_is_told,
    a_log_that_takes_no_line_stops_nobody,
    a_log_that_nobody_reads_stops_nobody,
    a_log_that_is_read_again_says_how_much_is_missing,
);

on_postgres_only!(
    connections_ended_by_the_database_are_replaced,
    connections_ended_under_load_are_no_fault_of_ours,
    a_database_out_of_reach_is_told_and_found_again,
    a_database_that_falls_silent_is_told_and_heard_again,
);

async fn a_log_that_takes_no_line_stops_nobody(database: Database) {
    let server = Setup::on(&database).with_full_log().start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    assert_whole(&ann).await;
    assert_eq!(server.stop().await.code, Some(0));
}

async fn a_log_that_nobody_reads_stops_nobody(database: Database) {
    let setup = Setup::on(&database).with("RUST_LOG", "trace").with_stuck_log();
    let server = setup.start_with_links_to_itself().await;
    let ann = server.client().sign_up("ann@example.com").await;
    for _ in 0..10 {
        assert_whole(&ann).await;
    }
    assert_eq!(server.stop().await.code, Some(0), "nor its end");
}

async fn a_log_that_is_read_again_says_how_much_is_missing(database: Database) {
    // More lines than may wait to be written: some 5 MiB.
    let setup = Setup::on(&database).with("RUST_LOG", "trace").with_stuck_log();
    let server = setup.start_with_links_to_itself().await;
    let client = server.client();
    for _ in 0..100 {
        let _alive = join_all((0..20).map(|_| client.get("/livez"))).await;
    }
    let finished = server.stop_and_read().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stderr.contains("log lines were dropped"), "{}", finished.stderr.len());
    assert!(finished.stderr.contains("stopped"), "the latest is there again");
}

async fn connections_ended_by_the_database_are_replaced(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    for _ in 0..5 {
        assert_whole(&ann).await;
        let ended = database.schema().terminate_connections().await;
        assert!(ended > 1, "a pool's worth of connections: {ended}");
        let reads = join_all((0..CROWD).map(|_| ann.get("users/me"))).await;
        let milk = json!({ "title": "Milk" });
        let writes = join_all((0..CROWD).map(|_| ann.post("items/", &milk))).await;
        assert_served_or_unavailable(reads.iter().chain(&writes));
        until("the database is used again", async || (ann.get("users/me").await.status == 200).then_some(())).await;
    }
    until("all is well again", async || (ann.get("/readyz").await.status == 200).then_some(())).await;
    assert_whole(&ann).await;
}

async fn connections_ended_under_load_are_no_fault_of_ours(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let workers = join_all((0..CROWD).map(async |n| {
        let mut answers = Vec::new();
        for round in 0..40 {
            answers.push(match (n + round) % 4 {
                0 => ann.get("items/").await,
                1 => ann.post("items/", &json!({ "title": "Milk" })).await,
                2 => ann.ask_for_token("ann@example.com", PASSWORD).await,
                _ => ann.patch("users/me", &json!({ "full_name": format!("Ann {round}") })).await,
            });
        }
        answers
    }));
    let axe = async {
        let mut ended = 0;
        while ended < 30 {
            ended += database.schema().terminate_connections().await;
            tokio::task::yield_now().await;
        }
    };
    let (answers, ()) = join(workers, axe).await;
    assert_served_or_unavailable(answers.iter().flatten());
    until("the database is used again", async || (ann.get("users/me").await.status == 200).then_some(())).await;
    assert_whole(&ann).await;
}

fn assert_served_or_unavailable<'a>(answers: impl IntoIterator<Item = &'a Answer>) {
    for answer in answers {
        if answer.status != 200 {
            answer.assert_unavailable("unavailable");
        }
    }
}

/// A server that reaches its database by way of a proxy, and waits for it no longer than it must.
async fn server_behind(proxy: &Proxy, database: &Database) -> Server {
    Setup::on(database)
        .with("DATABASE_URL", &database.schema().url_through(proxy.address()))
        .with("IRONPLATE__DATABASE__ACQUIRE_TIMEOUT", "2")
        .with("IRONPLATE__DATABASE__STATEMENT_TIMEOUT", "2")
        .start()
        .await
}

async fn a_database_out_of_reach_is_told_and_found_again(database: Database) {
    let mut proxy = Proxy::to(database.schema().server()).await;
    let server = server_behind(&proxy, &database).await;
    let ann = server.client().sign_up("ann@example.com").await;
    for _ in 0..2 {
        proxy.close().await;
        assert_all_unavailable(&server, &ann).await;
        proxy.open().await;
        assert_found_again(&ann).await;
    }
}

async fn a_database_that_falls_silent_is_told_and_heard_again(database: Database) {
    let proxy = Proxy::to(database.schema().server()).await;
    let server = server_behind(&proxy, &database).await;
    let ann = server.client().sign_up("ann@example.com").await;
    proxy.fall_silent();
    assert_all_unavailable(&server, &ann).await;
    proxy.speak();
    assert_found_again(&ann).await;
}

async fn assert_all_unavailable(server: &Server, ann: &Client) {
    // A crowd first, so that every connection of the pool is met.
    for answer in join_all((0..CROWD).map(|_| ann.get("users/me"))).await {
        answer.assert_unavailable("unavailable");
    }
    ann.post("items/", &json!({ "title": "Milk" })).await.assert_unavailable("unavailable");
    server.client().ask_for_token("ann@example.com", PASSWORD).await.assert_unavailable("unavailable");
    server.client().ask_for_account("bob@example.com").await.assert_unavailable("unavailable");
    let ready = server.client().get("/readyz").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    let reasons = ready.json()["reasons"].as_array().map_or(0, Vec::len);
    assert!(reasons > 0, "it says why: {ready:?}");
    let _alive = server.client().get("/livez").await.ok();
    server.client().get("users/me").await.assert_refused(401, "not_authenticated");
}

async fn assert_found_again(ann: &Client) {
    until("the server is ready again", async || (ann.get("/readyz").await.status == 200).then_some(())).await;
    until("the database is used again", async || (ann.get("users/me").await.status == 200).then_some(())).await;
    for answer in join_all((0..CROWD).map(|_| ann.get("users/me"))).await {
        let _me = answer.ok();
    }
    let _item = ann.add_item("Milk").await;
}

async fn a_full_hashing_queue_is_told(database: Database) {
    let server = Setup::on(&database)
        .with("IRONPLATE__PASSWORD_HASHING__QUEUE", "1")
        .with("IRONPLATE__PASSWORD_HASHING__THREADS", "1")
        // So dear that a crowd meets while one is at it.
        .with("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "65536")
        .with("IRONPLATE__PASSWORD_HASHING__ITERATIONS", "8")
        .start()
        .await;
    let ann = server.client().sign_up("ann@example.com").await;
    let answers = join_all((0..CROWD).map(|n| {
        // Unknown addresses cost the same.
        let email = if n % 2 == 0 { "ann@example.com" } else { "nobody@example.com" };
        ann.ask_for_token(email, PASSWORD)
    }));
    // Others are served meanwhile.
    let (answers, me) = join(answers, ann.get("users/me")).await;
    let _me = me.ok();
    let (busy, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 503);
    assert!(!busy.is_empty() && !others.is_empty(), "some are served, some not: {busy:?} {others:?}");
    for answer in busy {
        answer.assert_unavailable("busy");
    }
    for answer in others {
        assert!([200, 400].contains(&answer.status), "{answer:?}");
    }
    let _again = ann.log_in("ann@example.com").await;
}
