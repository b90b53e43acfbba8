//! Databases refuse to rewrite what happened, whoever asks. PostgreSQL also refuses to remove it, except that the retention
//! function removes what is old.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use ironplate_application::ports::Clock;
use ironplate_domain::{AuditEvent, AuditEventId, AuditKind, Client};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::FixedClock;
use tokio_postgres::NoTls;
use uuid::Uuid;

async fn record_one(url: &DatabaseUrl) {
    migrate(url).await.expect("the migrations");
    let store = open(url, database::options()).expect("a store");
    let id = AuditEventId(Uuid::from_u128(1));
    let event = AuditEvent::new(id, FixedClock::default().now(), AuditKind::LogIn, &Client::default());
    let mut work = store.begin().await.expect("a unit of work");
    work.audit().record(&event).await.expect("a new event");
    work.commit().await.expect("a commit");
}

async fn assert_append_only(url: DatabaseUrl) {
    record_one(&url).await;
    let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.expect("a connection");
    tokio::spawn(connection);
    for statement in [
        "UPDATE audit_events SET outcome = 'failure'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "MERGE INTO audit_events USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ] {
        let refused = client.batch_execute(statement).await.expect_err(statement);
        let message = refused.as_db_error().expect("the server's word").message();
        assert!(message.contains("append-only"), "{statement}: {message}");
    }
    let count =
        async || -> i64 { client.query_one("SELECT count(*) FROM audit_events", &[]).await.expect("a count").get(0) };
    assert_eq!(count().await, 1);
    client.execute("SELECT prune_audit_events('2025-01-01', 9)", &[]).await.expect("nothing is that old");
    assert_eq!(count().await, 1);
    client.execute("SELECT prune_audit_events('2027-01-01', 9)", &[]).await.expect("the retention function");
    assert_eq!(count().await, 0);
}

async fn assert_not_rewritten(url: DatabaseUrl) {
    record_one(&url).await;
    let DatabaseUrl::Sqlite(path) = url else { panic!("{url} is not SQLite") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");
    let refused = conn.batch_execute("UPDATE audit_events SET outcome = 'failure'").expect_err("a refusal");
    assert!(refused.to_string().contains("append-only"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_what_happened_on_sqlite() {
    database::with_file(assert_not_rewritten).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_what_happened_on_postgres() {
    database::with_schema(assert_append_only).await;
}
