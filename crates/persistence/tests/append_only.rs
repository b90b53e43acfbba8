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
    migrate(url, database::options()).await.expect("the migrations");
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
    let own: String = client.query_one("SELECT current_schema()::text", &[]).await.expect("a schema").get(0);
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
    // What is called like the retention function is not the retention function, wherever it is.
    for (schema, path) in [("pg_temp", "pg_temp"), ("impostor", "impostor")] {
        let impostor = format!(
            "BEGIN; CREATE SCHEMA impostor; SET LOCAL search_path = {path}, \"$user\"; \
             CREATE FUNCTION {schema}.prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE plpgsql \
             AS $$ BEGIN DELETE FROM {own}.audit_events; RETURN 1; END $$; \
             SELECT {schema}.prune_audit_events(now(), 1)",
        );
        let refused = client.batch_execute(&impostor).await.expect_err(schema);
        assert!(refused.as_db_error().expect("the server's word").message().contains("append-only"), "{refused:?}");
        client.batch_execute("ROLLBACK").await.expect("a rollback");
    }
    let count =
        async || -> i64 { client.query_one("SELECT count(*) FROM audit_events", &[]).await.expect("a count").get(0) };
    assert_eq!(count().await, 1);
    client.execute("SELECT prune_audit_events('2025-01-01', 9)", &[]).await.expect("nothing is that old");
    assert_eq!(count().await, 1);
    // The retention is the database's own, and not that of whoever has a table of the same name.
    client
        .execute("UPDATE audit_retention SET keep_seconds = 36500 * 86400::bigint", &[])
        .await
        .expect("its owner may");
    client
        .batch_execute(
            "CREATE TEMP TABLE audit_retention AS SELECT 0 AS keep_seconds; \
             CREATE TEMP TABLE audit_events (id uuid, happened_at timestamptz)",
        )
        .await
        .expect("tables of one's own");
    let prune = format!("SELECT {own}.prune_audit_events('2027-01-01', 9)");
    client.execute(&prune, &[]).await.expect("nothing is over its retention");
    client.batch_execute("DROP TABLE pg_temp.audit_retention, pg_temp.audit_events").await.expect("they are gone");
    assert_eq!(count().await, 1);
    client.execute("UPDATE audit_retention SET keep_seconds = NULL", &[]).await.expect("its owner may");
    client.execute(&prune, &[]).await.expect("all is kept for good");
    assert_eq!(count().await, 1);
    let _too_short = client
        .execute("UPDATE audit_retention SET keep_seconds = 3600", &[])
        .await
        .expect_err("nothing of the last day is removed by anybody");
    client.execute("UPDATE audit_retention SET keep_seconds = 86400", &[]).await.expect("its owner may");
    client.execute(&prune, &[]).await.expect("the retention function");
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
