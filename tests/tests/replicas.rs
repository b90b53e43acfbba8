//! Lists may be read from a standby, and nobody is misled by that.

use ironplate_tests::{Client, Database, Setup, Standby, until};
use serde_json::Value;

/// So old may be what a standby answers: longer than a busy machine takes from one request to the next.
const LAG_SECONDS: &str = "30";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_standby_lacks_is_missed_by_nobody_who_wrote_it_and_by_others_for_a_while() {
    let Some(pair) = Standby::start() else { return };
    let server = setup(&pair).start().await;
    let reader = server.client().sign_up("ann@example.com").await;
    let _milk = reader.add_organization("milk").await;
    let writer = reader.log_in("ann@example.com").await;
    forget_writing(&pair).await;
    assert_eq!(slugs(&reader).await, ["milk"]);

    pair.pause().await;
    let _bread = writer.add_organization("bread").await;
    assert_eq!(slugs(&writer).await.len(), 2, "their own write");
    assert_eq!(slugs(&reader).await, ["milk"], "a standby answers");
    until("it is too far behind", async || (slugs(&reader).await.len() == 2).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_is_out_at_once_whatever_a_standby_has() {
    let Some(pair) = Standby::start() else { return };
    let server = setup(&pair).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    forget_writing(&pair).await;
    let _none = slugs(&ann).await;
    pair.pause().await;
    let _message = ann.post("logout", &Value::Null).await.ok();
    ann.get("organizations/").await.assert_refused(403, "invalid_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_standby_the_server_answers() {
    let Some(pair) = Standby::start() else { return };
    let setup = setup(&pair);
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _milk = ann.add_organization("milk").await;
    forget_writing(&pair).await;
    let doctor = setup.run(&["doctor"]).await;
    assert!(doctor.stdout.contains("follows"), "{doctor:?}");
    pair.stop_standby();
    for _ in 0..3 {
        assert_eq!(slugs(&ann).await, ["milk"]);
    }
    assert_eq!(ann.get("/readyz").await.status, 200);
    let doctor = setup.run(&["doctor"]).await;
    assert!(doctor.stdout.contains("the primary answers in its place"), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_of_sqlite_are_refused() {
    let setup =
        Setup::on(&Database::sqlite()).with("IRONPLATE__DATABASE__REPLICA_URLS", "postgres://postgres@127.0.0.1/test");
    let check = setup.run(&["config", "check"]).await;
    assert_ne!(check.code, Some(0));
    assert!(check.stderr.contains("names replicas, and SQLite has none"), "{check:?}");
}

fn setup(pair: &Standby) -> Setup {
    Setup::on(&Database::sqlite())
        .with("DATABASE_URL", &pair.primary_url())
        .with("IRONPLATE__DATABASE__REPLICA_URLS", &pair.standby_url())
        .with("IRONPLATE__DATABASE__REPLICA_LAG_SECONDS", LAG_SECONDS)
}

/// As if it were long ago that anybody logged in or wrote.
async fn forget_writing(pair: &Standby) {
    pair.execute("UPDATE sessions SET created_at = created_at - interval '1 hour', writes_until = NULL").await;
}

async fn slugs(client: &Client) -> Vec<String> {
    let list = client.get("organizations/").await.ok();
    let rows = list["data"].as_array().unwrap();
    rows.iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect()
}
