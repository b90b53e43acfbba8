//! More attempts than there are permits.

mod each;

use futures::future::{join, join_all};
use ironplate_tests::{Answer, Client, Database, FRONTEND, PASSWORD, Setup, on_both_databases, on_postgres_only};
use reqwest::Method;
use serde_json::json;

use super::world::{ANN, NOBODY, WRONG, statuses};

on_both_databases!(
    of_many_guesses_at_once_as_many_pass_as_there_are_permits,
    of_many_requests_at_once_as_many_pass_as_there_are_permits,
    a_limit_survives_a_restart,
    a_refusal_says_when_to_come_back_also_to_pages,
    a_right_password_gives_the_account_its_permit_back,
);

on_postgres_only!(servers_share_their_permits);

const PERMITS: usize = 20;
const BEYOND: usize = 50;

/// Nothing comes back while a test runs.
fn quota() -> String {
    format!("{PERMITS} per day")
}

fn recover(client: &Client, number: usize) -> impl Future<Output = Answer> {
    let client = client.clone();
    async move { client.ask_for_recovery(&format!("nobody{number}@example.com")).await }
}

async fn of_many_guesses_at_once_as_many_pass_as_there_are_permits(database: Database) {
    let server = Setup::on(&database).with_limit("log_in_per_account", &quota()).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    for address in [ANN, NOBODY] {
        let guesses = (0..PERMITS + BEYOND).map(|n| {
            let client = visitor.clone();
            async move { client.ask_for_token(address, &format!("{WRONG}{n}")).await }
        });
        let answers = join_all(guesses).await;
        assert_eq!(statuses(&answers), [(400, PERMITS), (429, BEYOND)], "{address}");
    }
    // Not even the right guess.
    visitor.ask_for_token(ANN, PASSWORD).await.assert_refused(429, "too_many_attempts");
}

async fn of_many_requests_at_once_as_many_pass_as_there_are_permits(database: Database) {
    let server = Setup::on(&database).with_limit("recovery_per_address", &quota()).start().await;
    let visitor = server.client();
    let answers = join_all((0..PERMITS + BEYOND).map(|n| recover(&visitor, n))).await;
    assert_eq!(statuses(&answers), [(200, PERMITS), (429, BEYOND)]);
}

async fn servers_share_their_permits(database: Database) {
    let setup = Setup::on(&database).with_limit("recovery_per_address", &quota());
    let (here, there) = join(setup.start(), setup.start()).await;
    let clients = [here.client(), there.client()];
    let answers = join_all((0..PERMITS + BEYOND).map(|n| recover(&clients[n % 2], n))).await;
    assert_eq!(statuses(&answers), [(200, PERMITS), (429, BEYOND)]);
}

async fn a_limit_survives_a_restart(database: Database) {
    let setup = Setup::on(&database).with_limit("recovery_per_address", "2 per day");
    let mut server = setup.start().await;
    let _passed = (recover(&server.client(), 0).await.ok(), recover(&server.client(), 1).await.ok());
    server.kill();
    let server = setup.start().await;
    recover(&server.client(), 2).await.assert_refused(429, "too_many_attempts");
    let _stopped = server.stop().await;
    let server = setup.start().await;
    recover(&server.client(), 3).await.assert_refused(429, "too_many_attempts");
}

async fn a_refusal_says_when_to_come_back_also_to_pages(database: Database) {
    let setup = Setup::on(&database).with("FRONTEND_HOST", FRONTEND);
    let shared = setup.clone().with_limit("recovery_per_address", "1 per hour").start().await;
    let crowd = setup.with_limit("requests_per_client", "1 per hour").start().await;
    for (server, code) in [(&shared, "too_many_attempts"), (&crowd, "too_many_requests")] {
        let ask = async || {
            let request = server.client().request(Method::POST, "password-recovery").header("origin", FRONTEND);
            Client::send(request.json(&json!({ "email": NOBODY }))).await.unwrap()
        };
        let _first = ask().await;
        let answer = ask().await;
        answer.assert_refused(429, code);
        let seconds = |name: &str| answer.header(name).and_then(|text| text.parse::<u64>().ok());
        assert!(matches!(seconds("retry-after"), Some(3000..=3600)), "{answer:?}");
        assert!(matches!(seconds("ratelimit-reset"), Some(3000..=3600)), "{answer:?}");
        assert_eq!((seconds("ratelimit-limit"), seconds("ratelimit-remaining")), (Some(1), Some(0)), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(FRONTEND));
        let readable = answer.header("access-control-expose-headers").unwrap();
        for name in ["retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-request-id"] {
            assert!(readable.contains(name), "{name} in {readable}");
        }
        assert!(answer.json()["detail"].is_string() && answer.json()["request_id"].is_string(), "{answer:?}");
    }
    let page = crowd.client().with_header("accept", "text/html").get("/dashboard/log-in").await;
    assert_eq!((page.status, page.header("content-type")), (429, Some("text/html; charset=utf-8")), "{page:?}");
    assert!(page.text.contains("Too many attempts"), "{page:?}");
}

async fn a_right_password_gives_the_account_its_permit_back(database: Database) {
    let server = Setup::on(&database).behind_proxy().with_limit("log_in_per_account", "2 per day").start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    for n in 0..10 {
        // From somewhere else each time, so that no client is known.
        let _tokens = visitor.at_address(&format!("198.51.100.{n}")).open_session(ANN).await;
    }
    let stranger = visitor.at_address("203.0.113.1");
    let guesses = [stranger.ask_for_token(ANN, WRONG).await, stranger.ask_for_token(ANN, WRONG).await];
    assert_eq!(statuses(&guesses), [(400, 2)]);
    stranger.ask_for_token(ANN, PASSWORD).await.assert_refused(429, "too_many_attempts");
}
