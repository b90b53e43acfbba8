//! Databases refuse to rewrite what happened, whoever asks. PostgreSQL also refuses to remove it, except that the retention
//! function removes what is old.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::time::Duration;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use ironplate_application::ports::Clock;
use ironplate_domain::{AuditEvent, AuditEventId, AuditKind, Client};
use ironplate_persistence::{DatabaseUrl, StoreOptions, migrate, open};
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

async fn connect(url: &DatabaseUrl) -> tokio_postgres::Client {
    let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

async fn assert_append_only(url: DatabaseUrl) {
    record_one(&url).await;
    let client = connect(&url).await;
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

/// The months that have tables, the earliest first.
const MONTHS: &str = "
    SELECT coalesce(string_agg(substring(relname FROM '[0-9_]+$'), ' ' ORDER BY relname), '')
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'audit_events'::regclass AND relname <> 'audit_events_default'";

/// An event of each of these moments.
fn events_of(moments: &[&str]) -> String {
    let moments = moments.join("', '");
    format!(
        "INSERT INTO audit_events (id, happened_at, kind, outcome, details) \
         SELECT gen_random_uuid(), moment::timestamptz, 'session.log_in', 'success', '{{}}' FROM unnest(ARRAY['{moments}']) AS moment"
    )
}

async fn assert_kept_by_months(url: DatabaseUrl) {
    let keep_audit = Some(Duration::from_hours(24 * 365));
    migrate(&url, StoreOptions { keep_audit, ..database::options() }).await.expect("the migrations");
    let (client, reader) = (connect(&url).await, connect(&url).await);
    let ask = async |query: &str| -> String { client.query_one(query, &[]).await.expect("an answer").get(0) };
    let prune = async |before: &str| ask(&format!("SELECT prune_audit_events('{before}', 9)::text")).await;

    // What happened in this month before it had a table keeps it from having one.
    client.batch_execute(&format!("BEGIN; {}", events_of(&["now"]))).await.expect("an event");
    for _ in 0..2 {
        assert_eq!(prune("2021-01-01").await, "0");
        let next =
            ask("SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', '_YYYY_MM')").await;
        assert_eq!(ask(MONTHS).await, next);
    }
    client.batch_execute("COMMIT").await.expect("a commit");

    let first_and_last = ["2020-02-01 00:00:00+00", "2020-02-29 23:59:59.999999+00"];
    client.batch_execute("SELECT add_audit_month('2020-02-10')").await.expect("a month");
    client.batch_execute(&events_of(&first_and_last)).await.expect("events of it");
    client.batch_execute(&events_of(&["2020-01-31 23:59+00", "2020-03-01 00:00+00"])).await.expect("events around it");
    for statement in
        ["DELETE FROM audit_events_2020_02", "TRUNCATE audit_events_2020_02", "TRUNCATE audit_events_default"]
    {
        let refused = client.batch_execute(statement).await.expect_err(statement);
        assert!(refused.as_db_error().expect("the server's word").message().contains("append-only"), "{refused:?}");
    }
    assert_eq!(prune("2020-02-29 23:59:59+00").await, "1", "a month that is not over stays whole");
    reader.batch_execute("BEGIN; SELECT count(*) FROM audit_events").await.expect("somebody who reads the log");
    assert_eq!(prune("2020-03-01 00:00+00").await, "0", "nobody waits for whoever reads the log");
    reader.batch_execute("COMMIT").await.expect("a commit");
    assert_eq!(prune("2020-03-01 00:00+00").await, "2");
    assert!(!ask(MONTHS).await.contains("2020_02"), "its table is gone");
    assert_eq!(prune("2100-01-01").await, "1", "what is in no month goes by itself");
    assert_eq!(ask("SELECT count(*)::text FROM audit_events").await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn months_that_are_over_go_whole_on_postgres() {
    database::with_schema(assert_kept_by_months).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_what_happened_on_sqlite() {
    database::with_file(assert_not_rewritten).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_what_happened_on_postgres() {
    database::with_schema(assert_append_only).await;
}
