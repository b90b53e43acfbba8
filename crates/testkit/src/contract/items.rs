//! Items come, change and go.

use std::sync::Arc;

use ironplate_application::ports::Store;
use ironplate_domain::{Item, ItemChanges, ItemId, Timestamp};
use uuid::Uuid;

use super::subject::{Subject, alone, assert_conflict, seen};
use crate::samples::{description, title};

/// Every field survives: Unicode, microseconds, absence, emptiness.
pub async fn an_item_comes_back_as_inserted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let plain = subject.new_item(&ann, "plain");
    let rich = Item {
        description: Some(description("Ärger 😀 \u{1F468}\u{200D}\u{1F469} '\"\\%_\r\n")),
        created_at: Timestamp::from_micros(-62_135_596_799_999_999),
        ..subject.new_item(&ann, " ΑΣ😀 \u{FFFD} ")
    };
    let empty = Item { description: Some(description("")), ..subject.new_item(&ann, "empty") };
    for item in [plain, rich, empty] {
        subject.store_items(&[&item]).await;
        assert_eq!(seen!(subject, items().find(item.id)), Some(item));
    }
}

/// Whatever is asked of it.
pub async fn an_unknown_item_is_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.item(&ann, "a").await;
    let none = ItemId(Uuid::nil());
    let changes = ItemChanges { title: Some(title("b")), ..ItemChanges::default() };
    assert_eq!(seen!(subject, items().find(none)), None);
    assert_eq!(alone!(subject, items().update(none, &changes)).expect("an answer"), None);
    assert_eq!(alone!(subject, items().update(none, &ItemChanges::default())).expect("an answer"), None);
    assert!(!alone!(subject, items().delete(none)).expect("an answer"));
}

/// Also one that was there once.
pub async fn an_item_needs_its_owner(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    alone!(subject, users().delete(ann.id)).expect("an answer");
    let item = subject.new_item(&ann, "a");
    assert_conflict!(alone!(subject, items().insert(&item)), ItemOwner);
    assert_eq!(seen!(subject, items().find(item.id)), None);
}

/// And of no other item; the answer is what is stored.
pub async fn a_change_changes_only_what_it_names(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (item, other) = (subject.item(&ann, "a").await, subject.item(&ann, "other").await);
    let to_b = ItemChanges { title: Some(title("b")), ..ItemChanges::default() };
    let described = ItemChanges { description: Some(Some(description("d"))), ..ItemChanges::default() };
    let both = ItemChanges { title: Some(title("Ç")), description: Some(Some(description(""))) };

    let mut expected = item;
    for changes in [to_b, described, both] {
        let answer = alone!(subject, items().update(expected.id, &changes)).expect("an answer");
        changes.apply_to(&mut expected);
        assert_eq!(answer.as_ref(), Some(&expected));
        assert_eq!(seen!(subject, items().find(expected.id)).as_ref(), Some(&expected));
    }
    assert_eq!(seen!(subject, items().find(other.id)), Some(other));
}

/// As opposed to `None`, which leaves it.
pub async fn some_none_clears_the_description(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let item = Item { description: Some(description("d")), ..subject.new_item(&ann, "a") };
    subject.store_items(&[&item]).await;
    let changes = ItemChanges { description: Some(None), ..ItemChanges::default() };
    let expected = Item { description: None, ..item };
    let answer = alone!(subject, items().update(expected.id, &changes)).expect("an answer");
    assert_eq!(answer.as_ref(), Some(&expected));
    assert_eq!(seen!(subject, items().find(expected.id)), Some(expected));
}

/// The item as it is.
pub async fn empty_changes_only_read(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let item = subject.item(&ann, "a").await;
    let answer = alone!(subject, items().update(item.id, &ItemChanges::default())).expect("an answer");
    assert_eq!(answer.as_ref(), Some(&item));
    assert_eq!(seen!(subject, items().find(item.id)), Some(item));
}

/// A second time there is nothing; the others and the owner stay.
pub async fn an_item_is_deleted_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (item, other) = (subject.item(&ann, "a").await, subject.item(&ann, "b").await);
    assert!(alone!(subject, items().delete(item.id)).expect("an answer"));
    assert!(!alone!(subject, items().delete(item.id)).expect("an answer"));
    assert_eq!(seen!(subject, items().find(item.id)), None);
    assert_eq!(seen!(subject, items().find(other.id)), Some(other));
    assert_eq!(seen!(subject, users().find(ann.id)), Some(ann));
}

/// As the use case does it: whoever counts has locked the owner.
pub async fn of_many_items_at_once_no_more_are_added_than_fit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let rivals: Vec<_> = (0..12)
        .map(|n| {
            let owner = if n % 4 == 0 { &bob } else { &ann };
            let (store, item, owner) = (subject.store.clone(), subject.new_item(owner, &format!("item {n}")), owner.id);
            tokio::spawn(async move {
                let mut work = store.begin().await.expect("a unit of work");
                work.users().lock(owner).await.expect("an answer").expect("the owner");
                if work.items().count_of(owner).await.expect("a count") < 5 {
                    work.items().insert(&item).await.expect("a new item");
                    work.commit().await.expect("a commit");
                }
            })
        })
        .collect();
    for rival in rivals {
        rival.await.expect("a rival");
    }
    assert_eq!(seen!(subject, items().count_of(ann.id)), 5);
    assert_eq!(seen!(subject, items().count_of(bob.id)), 3);
}
