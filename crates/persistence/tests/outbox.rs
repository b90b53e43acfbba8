//! The outbox beside workers of another version, and beside workers that are at it.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;
mod statements;

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Claim, Count, Lane, MessageOrder, PageRequest, Store, StoreError};
use ironplate_domain::{Fact, Facts, MailTemplate, Message, MessageId, MessageState, Timestamp, UserId};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, samples, user};
use statements::execute;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_767_400_000);
const ALL: PageRequest<MessageOrder> =
    PageRequest { order: MessageOrder::Newest, search: None, after: None, skip: 0, limit: 9 };

/// A message that is due since `NOW` and so many microseconds.
fn message(n: u8) -> Message {
    let to = samples::email(&format!("user{n}@example.com"));
    let now = Timestamp::from_micros(NOW.micros() + i64::from(n));
    Message::new(MessageId(Uuid::from_u128(u128::from(n))), MailTemplate::TestMail, to, now)
}

async fn store_with(url: &DatabaseUrl, messages: &[Message]) -> Arc<dyn Store> {
    migrate(url, database::options()).await.expect("the migrations");
    let store = open(url, database::options()).expect("a store");
    let mut work = store.begin().await.expect("a unit of work");
    for message in messages {
        work.outbox().enqueue(message).await.expect("a new message");
    }
    work.commit().await.expect("a commit");
    store
}

/// Of what was never tried, for a minute.
fn a_claim(limit: u32) -> Claim {
    let now = NOW.after(Duration::from_secs(1));
    let lease_until = now.after(Duration::from_mins(1));
    Claim { lane: Lane::Untried, now, lease_until, passing_over: Vec::new(), limit }
}

async fn claim(store: &dyn Store, limit: u32) -> Vec<Message> {
    let mut work = store.begin().await.expect("a unit of work");
    let claimed = work.outbox().claim_due(&a_claim(limit)).await.expect("what is due");
    work.commit().await.expect("a commit");
    claimed
}

/// However many of them stand before it in the queue.
async fn assert_what_is_not_understood_stays_for_those_who_do(url: DatabaseUrl) {
    let messages = [1, 2, 3, 4, 5].map(message);
    let [gone, newer @ .., ours] = &messages;
    let store = store_with(&url, &messages).await;
    let address = ours.to.as_str();
    execute(&url, &format!("UPDATE outbox SET template = 'digest_of_the_week' WHERE recipient <> '{address}'")).await;

    let reader = &mut *store.read().await.expect("a reader");
    assert_eq!(reader.outbox().next_due().await.expect("an answer"), Some(ours.due_at));
    let claimed: Vec<MessageId> = claim(&*store, 2).await.into_iter().map(|message| message.id).collect();
    assert_eq!(claimed, [ours.id]);
    assert_eq!(claim(&*store, 2).await, []);
    let page = reader.outbox().list(None, &ALL).await.expect("a page");
    assert_eq!((page.rows.len(), page.count, page.more), (1, Count::Exactly(1), false));
    let found = reader.outbox().find(gone.id).await;
    assert!(matches!(found, Err(StoreError::Internal(_))), "{found:?}");
    assert_eq!(reader.outbox().statistics().await.expect("an answer").queued, 5);

    let mut work = store.begin().await.expect("a unit of work");
    assert!(work.outbox().discard(gone.id).await.expect("an answer"));
    assert!(work.outbox().mark_sent(ours.id, 1, NOW).await.expect("an answer"));
    work.commit().await.expect("a commit");
    assert_eq!(reader.outbox().next_due().await.expect("an answer"), None, "a worker has nothing to wake up for");

    // Their version is back, and finds them untouched.
    execute(&url, "UPDATE outbox SET template = 'test_mail'").await;
    assert_eq!(claim(&*store, 9).await.len(), 3);
    for message in newer {
        let found = reader.outbox().find(message.id).await.expect("an answer").expect("the message");
        assert_eq!((found.attempts, found.state), (1, MessageState::Sending));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_newer_version_stay_for_it_on_sqlite() {
    database::with_file(assert_what_is_not_understood_stays_for_those_who_do).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_newer_version_stay_for_it_on_postgres() {
    database::with_schema(assert_what_is_not_understood_stays_for_those_who_do).await;
}

/// The mail is sent as this version knows it.
async fn assert_unknown_facts_are_left_out(url: DatabaseUrl) {
    let store = store_with(&url, &[message(1), message(2)]).await;
    let first = message(1).id.0;
    let first =
        if matches!(url, DatabaseUrl::Sqlite(_)) { format!("x'{}'", first.simple()) } else { format!("'{first}'") };
    let facts = r#"{"weather": "fine", "new_address": "ann@example.org", "is_pending": {"since": 1}}"#;
    let update = format!(
        "UPDATE outbox SET facts = '{facts}' WHERE id = {first}; UPDATE outbox SET facts = '?' WHERE id <> {first}"
    );
    execute(&url, &update).await;
    let claimed: Vec<Facts> = claim(&*store, 9).await.into_iter().map(|message| message.facts).collect();
    assert_eq!(claimed, [Facts::from([(Fact::NewAddress, "ann@example.org".to_owned())]), Facts::new()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_a_newer_version_are_left_out_on_sqlite() {
    database::with_file(assert_unknown_facts_are_left_out).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_a_newer_version_are_left_out_on_postgres() {
    database::with_schema(assert_unknown_facts_are_left_out).await;
}

/// The first unit of work is still open when the second one commits: had it waited, this would not come to an end.
async fn assert_nobody_waits(url: DatabaseUrl) {
    let messages: Vec<Message> = (1..=4).map(message).collect();
    let store = store_with(&url, &messages).await;
    let mut work = store.begin().await.expect("a unit of work");
    let first = work.outbox().claim_due(&a_claim(2)).await.expect("what is due");
    let second = claim(&*store, 9).await;
    assert_eq!(claim(&*store, 9).await, []);
    let mut pruning = store.begin().await.expect("a unit of work");
    assert_eq!(pruning.outbox().prune(MessageState::Sent, Timestamp::MAX, 9).await.expect("an answer"), 0);
    drop(pruning);
    work.commit().await.expect("a commit");
    let claimed: Vec<MessageId> = first.iter().chain(&second).map(|message| message.id).collect();
    assert_eq!(claimed, messages.iter().map(|message| message.id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_waits_for_no_other_on_postgres() {
    database::with_schema(assert_nobody_waits).await;
}

/// As when two units of work lock a user each and owe mail to the other one: had it waited, this would not come to an end.
async fn assert_mail_passes_the_lock(url: DatabaseUrl) {
    let store = store_with(&url, &[]).await;
    let ann = user("ann@example.com").build(UserId(Uuid::nil()), NOW, &FakeHasher::default());
    let mut work = store.begin().await.expect("a unit of work");
    work.users().insert(&ann).await.expect("a user");
    work.commit().await.expect("a commit");
    let mut locking = store.begin().await.expect("a unit of work");
    locking.users().lock(ann.id).await.expect("an answer").expect("ann");
    let mut mailing = store.begin().await.expect("a unit of work");
    mailing.outbox().enqueue(&message(1).about(ann.id)).await.expect("a new message");
    mailing.commit().await.expect("a commit");
    locking.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_about_a_locked_user_does_not_wait_for_the_lock_on_postgres() {
    database::with_schema(assert_mail_passes_the_lock).await;
}
