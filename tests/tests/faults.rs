//! What goes wrong outside is answered with a refusal, and forgotten when it is over.

use std::net::TcpListener;

use futures::future::{join, join_all};
use ironplate_tests::{
    Answer, CROWD, Client, Database, PASSWORD, Proxy, RawConnection, Server, Setup, assert_whole, on_both_databases,
    on_postgres_only, until,
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
    a_pool_that_is_full_is_told_from_a_database_that_is_silent,
    a_read_only_database_is_told,
    a_full_disk_is_told_until_something_is_written_again,
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
    let setup = Setup::on(&database).behind_proxy().with("RUST_LOG", "info,ironplate_web=debug").with_stuck_log();
    let server = setup.start_with_links_to_itself().await;
    // More lines than may wait to be written: some 5 MiB.
    let alive = format!("GET /livez HTTP/1.1\r\nhost: test\r\nx-request-id: {}\r\n\r\n", "x".repeat(64)).repeat(40);
    let mut requests = RawConnection::to(&server).await;
    for _ in 0..700 {
        requests.send(alive.as_bytes()).await;
        requests.send(b"GET /readyz HTTP/1.1\r\nhost: test\r\n\r\n").await;
        requests.read_until("\"ready\"").await;
    }
    drop(requests);
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
        let new = json!({ "name": "牛乳" });
        let writes = join_all((0..CROWD).map(|_| ann.post("organizations/", &new))).await;
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
                0 => ann.get("organizations/").await,
                1 => ann.post("organizations/", &json!({ "name": "牛乳" })).await,
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
    ann.post("organizations/", &json!({ "name": "牛乳" })).await.assert_unavailable("unavailable");
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
    let _made = ann.write().await;
}

async fn readiness(server: &Server) -> (u16, String) {
    let ready = server.client().get("/readyz").await;
    (ready.status, ready.json()["reasons"].to_string())
}

async fn a_pool_that_is_full_is_told_from_a_database_that_is_silent(database: Database) {
    let server = Setup::on(&database).with("IRONPLATE__DATABASE__ACQUIRE_TIMEOUT", "1").start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let locked = database.schema().hold("BEGIN; LOCK TABLE organizations").await;
    let asking = join_all((0..CROWD).map(|_| ann.get("organizations/")));
    let watching = async {
        let is_full = async || Some(readiness(&server).await).filter(|(status, _)| *status == 503);
        let (_, reasons) = until("the pool is told to be full", is_full).await;
        assert!(reasons.contains("all connections to the database are in use: 3 of 3, for "), "{reasons}");
        drop(locked);
    };
    let (answers, ()) = join(asking, watching).await;
    assert_served_or_unavailable(&answers);
    until("the server is ready again", async || (readiness(&server).await.0 == 200).then_some(())).await;
    assert_whole(&ann).await;
}

async fn a_read_only_database_is_told(database: Database) {
    Setup::on(&database).start().await.stop().await;
    let url = database.schema().url();
    let read_only = url.replace("search_path", "default_transaction_read_only%3Don%20-c%20search_path");
    let setup = Setup::on(&database).with("DATABASE_URL", &read_only);
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let _server = setup.start_at(&free.to_string());
    until("the database is told to be read-only", async || {
        let mut request = RawConnection::try_to(free).await?;
        request.send(b"GET /readyz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await;
        let answer = request.read_to_end().await;
        (answer.starts_with("HTTP/1.1 503") && answer.contains("the database is read-only")).then_some(())
    })
    .await;
}

async fn a_full_disk_is_told_until_something_is_written_again(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        RAISE EXCEPTION 'Auf dem Gerät ist kein Speicherplatz mehr verfügbar' USING ERRCODE = '53100'; END $$; \
        CREATE TRIGGER refuse BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION refuse()";
    database.schema().execute(refuse).await.unwrap();
    let refused = async || {
        ann.post("organizations/", &json!({ "name": "牛乳" })).await.assert_unavailable("unavailable");
        Some(readiness(&server).await).filter(|(status, _)| *status == 503)
    };
    let (_, reasons) = until("the full disk is told", refused).await;
    assert!(reasons.contains("nothing can be written: the disk of the database is full"), "{reasons}");
    assert!(server.stderr().contains("SQLSTATE 53100"), "the log has the code");
    database.schema().execute("DROP TRIGGER refuse ON organizations").await.unwrap();
    let _made = ann.write().await;
    until("the server is ready again", async || (readiness(&server).await.0 == 200).then_some(())).await;
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
