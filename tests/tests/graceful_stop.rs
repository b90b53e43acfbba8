//! A stop loses nothing that crosses it, and a connection ends only when nobody asks anything on it.

use futures::future::{join, join_all};
use ironplate_tests::{Client, Database, RawConnection, Setup, Signal, free_address, on_both_databases, until};
use serde_json::Value;

on_both_databases!(
    a_server_that_is_stopped_still_answers_and_says_good_bye,
    whatever_crosses_a_stop_is_answered_and_kept,
);

const PING: &[u8] = b"GET /livez HTTP/1.1\r\nhost: test\r\n\r\n";

const FAREWELL: &str = "connection: close\r\n";

async fn a_server_that_is_stopped_still_answers_and_says_good_bye(database: Database) {
    let server = Setup::on(&database).with("IRONPLATE__HTTP__DRAIN_SECONDS", "3600").start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let mut used = RawConnection::to(&server).await;
    used.send(PING).await;
    assert!(!used.read_answer().await.contains(FAREWELL), "it is kept");
    let unused = RawConnection::to(&server).await;

    server.signal(Signal::TERM);
    let unready = until("it is not ready any more", async || {
        let answer = server.client().get("/readyz").await;
        (answer.status == 503).then_some(answer)
    })
    .await;
    assert!(unready.text.contains("the server is being stopped"), "{unready:?}");
    for mut connection in [used, unused, RawConnection::to(&server).await] {
        connection.send(PING).await;
        let answer = connection.read_to_end().await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(FAREWELL), "{answer:?}");
    }
    let _made = ann.write().await;

    server.signal(Signal::TERM);
    assert_eq!(server.finish().await.code, Some(0), "a second signal waits for nothing");
}

async fn whatever_crosses_a_stop_is_answered_and_kept(database: Database) {
    const WRITERS: usize = 8;
    let setup = Setup::on(&database).with("IRONPLATE__HTTP__DRAIN_SECONDS", "1");
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let address = server.address();
    let writers = join_all((0..WRITERS).map(|_| write_until_refused(&ann, address)));
    let stop = async {
        until("enough is written", async || {
            (ann.get("organizations/").await.ok()["count"].as_u64().unwrap() > 40).then_some(())
        })
        .await;
        server.stop().await
    };
    let (written, finished) = join(writers, stop).await;
    assert_eq!(finished.code, Some(0), "{finished:?}");

    let server = setup.start().await;
    let kept = ann.at(server.address()).get("organizations/").await.ok()["count"].as_u64().unwrap();
    assert_eq!(kept, written.iter().sum::<u64>(), "what was acknowledged, and nothing else");
}

/// Writes on connections that it keeps for as long as the server does; every request has to be answered.
async fn write_until_refused(client: &Client, address: std::net::SocketAddr) -> u64 {
    let body = r#"{"name":"牛乳"}"#;
    let request = format!(
        "POST /api/v1/organizations/ HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        client.token().unwrap(),
        body.len()
    );
    let mut written = 0;
    while let Some(mut connection) = RawConnection::try_to(address).await {
        let mut is_kept = true;
        while is_kept {
            connection.send(request.as_bytes()).await;
            let answer = connection.read_answer().await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
            written += 1;
            is_kept = !answer.contains(FAREWELL);
        }
    }
    written
}

async fn server_that_keeps_connections_for_a_second() -> ironplate_tests::Server {
    Setup::on(&Database::sqlite()).with("IRONPLATE__HTTP__KEEP_ALIVE_SECONDS", "1").start().await
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_ends_without_a_word() {
    let server = server_that_keeps_connections_for_a_second().await;
    let mut unused = RawConnection::to(&server).await;
    assert_eq!(unused.read_to_end().await, "");
    let mut used = RawConnection::to(&server).await;
    used.send(PING).await;
    let _alive: Value = serde_json::from_str(used.read_answer().await.rsplit_once("\r\n").unwrap().1).unwrap();
    assert_eq!(used.read_to_end().await, "");
}

#[tokio::test]
async fn who_asks_for_metrics_is_waited_for_as_long_as_everybody() {
    let metrics = free_address();
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__METRICS__ADDRESS", &metrics.to_string());
    let _server = setup.with("IRONPLATE__HTTP__KEEP_ALIVE_SECONDS", "1").start().await;
    let mut unused = RawConnection::try_to(metrics).await.unwrap();
    assert_eq!(unused.read_to_end().await, "");
}

#[tokio::test]
async fn half_a_request_is_not_waited_for_for_ever_whichever_it_is() {
    let server = Setup::on(&Database::sqlite()).start().await;
    let mut first = RawConnection::to(&server).await;
    first.send(&PING[..20]).await;
    assert!(first.read_to_end().await.starts_with("HTTP/1.1 408"));
    let mut second = RawConnection::to(&server).await;
    second.send(PING).await;
    let _alive = second.read_answer().await;
    second.send(&PING[..20]).await;
    assert_eq!(second.read_to_end().await, "");
}
