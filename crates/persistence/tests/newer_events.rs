//! The audit log beside a server of a newer version, which records what this one does not know.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;
mod statements;

use ironplate_application::ports::{AuditFilter, AuditOrder, AuditRequest, Clock};
use ironplate_domain::{AuditEvent, AuditEventId, AuditKind, Client};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::FixedClock;
use statements::execute;
use uuid::Uuid;

async fn assert_passed_over(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    let (now, is_sqlite) = (FixedClock::default().now(), matches!(url, DatabaseUrl::Sqlite(_)));
    let event = |n| AuditEvent::new(AuditEventId(Uuid::from_u128(n)), now, AuditKind::LogIn, &Client::default());
    let mut work = store.begin().await.expect("a unit of work");
    for n in [1, 4] {
        work.audit().record(&event(n)).await.expect("a new event");
    }
    work.commit().await.expect("a commit");
    for id in [2, 3].map(Uuid::from_u128) {
        let id = if is_sqlite { format!("x'{}'", id.simple()) } else { format!("'{id}'") };
        let now = if is_sqlite { now.micros().to_string() } else { format!("'{now}'") };
        let newer = format!(
            "INSERT INTO audit_events (id, happened_at, kind, outcome, details) \
             VALUES ({id}, {now}, 'from.the_future', 'success', '{{}}')"
        );
        execute(&url, &newer).await;
    }
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let request = AuditRequest { filter: AuditFilter::default(), order: AuditOrder::Oldest, after, limit: 1 };
        let page = store.read().await.expect("a reader").audit().list(&request).await.expect("a part of the list");
        met.extend(page.events);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(met, [event(1), event(4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_server_recorded_is_passed_over_on_sqlite() {
    database::with_file(assert_passed_over).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_server_recorded_is_passed_over_on_postgres() {
    database::with_schema(assert_passed_over).await;
}
