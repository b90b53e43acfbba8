//! Users come and go.

use std::sync::Arc;

use ironplate_application::ports::Store;
use ironplate_domain::{PasswordHash, Timestamp, User, UserChanges, UserId};
use uuid::Uuid;

use super::subject::{Subject, alone, assert_conflict, assert_internal, assert_same, seen};
use crate::samples::{email, full_name};

/// Every field survives: spelling, Unicode, microseconds, absence, flags.
pub async fn a_user_comes_back_as_inserted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let plain = subject.new_user("Ann.Smith+Tag@Example.COM");
    let rich = User {
        email: email("Grüße@Bücher.example"),
        full_name: Some(full_name("  Zoë 😀 ¿ο? \u{202e}x'\"\\%\n")),
        is_active: false,
        is_superuser: true,
        is_verified: true,
        created_at: Timestamp::from_micros(-1),
        ..subject.new_user("rich@example.com")
    };
    let empty_name = User {
        full_name: Some(full_name("")),
        password_hash: None,
        created_at: Timestamp::from_micros(253_402_300_799_999_999),
        ..subject.new_user("empty@example.com")
    };
    for user in [&plain, &rich, &empty_name] {
        subject.store_users(&[user]).await;
        assert_same(seen!(subject, users().find(user.id)).as_ref(), user);
        assert_same(seen!(subject, users().find_by_email(&user.email)).as_ref(), user);
        assert_same(alone!(subject, users().lock(user.id)).expect("an answer").as_ref(), user);
    }
}

/// Whatever is asked of somebody who is not there.
pub async fn an_unknown_user_is_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    subject.user("ann@example.com").await;
    let nobody = UserId(Uuid::nil());
    let hash = PasswordHash::new("hash".into());
    let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
    assert_eq!(seen!(subject, users().find(nobody)), None);
    assert_eq!(seen!(subject, users().find_by_email(&email("bob@example.com"))), None);
    assert_eq!(alone!(subject, users().lock(nobody)).expect("an answer"), None);
    assert_eq!(alone!(subject, users().update(nobody, &changes)).expect("an answer"), None);
    assert!(!alone!(subject, users().replace_password_hash(nobody, &hash, &hash)).expect("an answer"));
    assert!(!alone!(subject, users().delete(nobody)).expect("an answer"));
}

/// Whoever is not there is left out.
pub async fn many_users_are_found_at_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    subject.user("cid@example.com").await;
    let mut found = seen!(subject, users().find_many(&[bob.id, UserId(Uuid::nil()), ann.id]));
    found.sort_by_key(|user| user.id);
    assert_eq!(found, [ann, bob]);
    assert_eq!(seen!(subject, users().find_many(&[])), []);
}

/// Case and the domain's script do not matter.
pub async fn a_user_is_found_by_address_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("Ann@Bücher.example").await;
    for spelling in ["Ann@Bücher.example", "ann@bücher.example", "ANN@BÜCHER.EXAMPLE", "ann@xn--bcher-kva.example"] {
        assert_same(seen!(subject, users().find_by_email(&email(spelling))).as_ref(), &ann);
    }
    assert_eq!(seen!(subject, users().find_by_email(&email("ann@bucher.example"))), None);
}

/// The second insert is a conflict, and the first user stays.
pub async fn an_address_belongs_to_one_user_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@bücher.example").await;
    for spelling in ["ann@bücher.example", "ANN@Bücher.Example", "ann@xn--bcher-kva.example"] {
        let other = subject.new_user(spelling);
        assert_conflict!(alone!(subject, users().insert(&other)), UserEmail);
        assert_eq!(seen!(subject, users().find(other.id)), None);
    }
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);
}

/// Ids are made to be unique, so a second use is a fault and no conflict.
pub async fn an_id_belongs_to_one_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let impostor = User { id: ann.id, ..subject.new_user("bob@example.com") };
    assert_internal!(alone!(subject, users().insert(&impostor)));
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);
}

/// Once deleted, gone by id and by address; a second time there is nobody.
pub async fn a_deleted_user_is_gone_and_the_address_free(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert!(!alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(seen!(subject, users().find(ann.id)), None);
    assert_eq!(seen!(subject, users().find_by_email(&ann.email)), None);
    let next = subject.user("ann@example.com").await;
    assert_same(seen!(subject, users().find_by_email(&ann.email)).as_ref(), &next);
}

/// And nobody else's.
pub async fn deleting_a_user_takes_sessions_and_items_along(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (subject.item(&ann, "ann's").await, subject.item(&bob, "bob's").await);
    let (anns_session, bobs_session) = (subject.session(&ann).await, subject.session(&bob).await);
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));

    assert_eq!(seen!(subject, items().find(anns.id)), None);
    assert_eq!(seen!(subject, items().find(bobs.id)), Some(bobs));
    assert_eq!(subject.stored_session(&bobs_session).await, Some(bobs_session));
    subject.store_users(&[&ann]).await;
    assert_eq!(subject.stored_session(&anns_session).await, None);
}
