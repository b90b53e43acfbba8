//! Completing and deleting an item, call by call.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ironplate_application::{
    items::ItemError,
    ports::{MockUnitOfWork, StoreError},
};
use ironplate_domain::{Actor, AuditKind, Changes, Client, Item, ItemId, ItemStatus, ItemTitle, Timestamp, UserId};
use ironplate_example_mocks::Mocks;
use uuid::Uuid;

const ANN: UserId = UserId(Uuid::from_u128(1));
const MILK: ItemId = ItemId(Uuid::from_u128(2));
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn ann() -> Actor {
    Actor { user: ANN, is_superuser: false, session: None, at: None, fresh_until: None }
}

fn milk() -> Item {
    Item::new(MILK, ANN, ItemTitle::parse("Buy milk").unwrap(), NOW)
}

/// The store is read once, for the item, and then written to in this unit of work.
fn mocks(work: MockUnitOfWork) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.store.expect_read().once().returning(|| {
        let mut reader = MockUnitOfWork::default();
        let find = reader.items.expect_find_for().withf(|id, viewer| (*id, *viewer) == (MILK, ANN));
        find.return_once(|_, _| Ok(Some((milk(), None))));
        Ok(Box::new(reader))
    });
    mocks.store.expect_begin().return_once(|| Ok(Box::new(work)));
    mocks
}

#[tokio::test]
async fn completing_changes_the_status_alone() {
    let mut work = MockUnitOfWork::default();
    work.items.expect_update().once().returning(|_, _, changes| {
        assert_eq!((changes.fields().as_slice(), changes.status), (["status"].as_slice(), Some(ItemStatus::Done)));
        let mut item = milk();
        changes.clone().apply_to(&mut item);
        Ok(Some(item))
    });
    work.ending.expect_commit().once().returning(|| Ok(()));
    let application = mocks(work).application();
    let done = application.items.complete(ann(), MILK, &Client::default()).await.unwrap();
    assert_eq!(done, Item { status: ItemStatus::Done, ..milk() });
}

#[tokio::test]
async fn a_deletion_and_its_event_are_one_transaction() {
    let mut work = MockUnitOfWork::default();
    work.items.expect_delete().once().returning(|_, _| Ok(true));
    work.audit
        .expect_record()
        .once()
        .withf(|event| event.kind == AuditKind::ItemDeleted && event.subject == Some(ANN))
        .returning(|_| Ok(()));
    work.ending.expect_commit().once().returning(|| Ok(()));
    let mut mocks = mocks(work);
    mocks.clock.expect_now().return_const(NOW);
    mocks.secrets.expect_id().return_const(Uuid::from_u128(3));
    mocks.application().items.delete(ann(), MILK, &Client::default()).await.unwrap();
}

/// Nobody expects a commit here.
#[tokio::test]
async fn without_its_event_there_is_no_deletion() {
    let mut work = MockUnitOfWork::default();
    work.items.expect_delete().returning(|_, _| Ok(true));
    work.audit.expect_record().returning(|_| Err(StoreError::Unavailable("away".into())));
    let mut mocks = mocks(work);
    mocks.clock.expect_now().return_const(NOW);
    mocks.secrets.expect_id().return_const(Uuid::from_u128(3));
    let outcome = mocks.application().items.delete(ann(), MILK, &Client::default()).await;
    assert!(matches!(outcome, Err(ItemError::Store(StoreError::Unavailable(_)))), "{outcome:?}");
}
