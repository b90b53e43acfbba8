//! Users change.

use std::sync::Arc;

use ironplate_application::ports::Store;
use ironplate_domain::{Changes, PasswordHash, PasswordRecipe, User, UserChanges, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    rows::assert_same,
    subject::{Subject, alone, assert_conflict, seen},
};
use crate::samples::email;

checks! { user_changes;
    a_missing_user_is_not_changed,
    an_address_of_somebody_else_is_refused_in_any_spelling,
    ones_own_address_may_be_spelled_anew,
    a_password_hash_is_replaced_only_if_it_is_the_current_one,
    a_first_password_can_be_set,
    the_recipes_of_passwords_are_known_each_once,
    a_user_is_found_by_an_address_that_changed,
}

async fn assert_changed(subject: &Subject, before: &User, changes: UserChanges) -> User {
    let answer = alone!(subject, users().update(before.id, &changes)).expect("an answer");
    let mut expected = before.clone();
    changes.apply_to(&mut expected);
    assert_same(answer.as_ref(), &expected);
    assert_same(seen!(subject, users().find(before.id)).as_ref(), &expected);
    expected
}

/// Also when the change would be a conflict.
async fn a_missing_user_is_not_changed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let changes = UserChanges { email: Some(ann.email.clone()), ..UserChanges::default() };
    assert_eq!(alone!(subject, users().update(UserId(Uuid::nil()), &changes)).expect("an answer"), None);
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);
}

/// Nothing of the change is kept.
async fn an_address_of_somebody_else_is_refused_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@bücher.example").await, subject.user("bob@example.com").await);
    for spelling in ["ann@bücher.example", "ANN@BÜCHER.example", "ann@xn--bcher-kva.example"] {
        let changes = UserChanges { email: Some(email(spelling)), is_active: Some(false), ..UserChanges::default() };
        assert_conflict!(alone!(subject, users().update(bob.id, &changes)), UserEmail);
    }
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);
    assert_same(seen!(subject, users().find(bob.id)).as_ref(), &bob);
}

/// The new spelling is kept.
async fn ones_own_address_may_be_spelled_anew(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    for spelling in ["ann@example.com", "ANN@Example.com"] {
        let changes = UserChanges { email: Some(email(spelling)), ..UserChanges::default() };
        assert_changed(&subject, &ann, changes).await;
    }
}

/// Compare and set.
async fn a_password_hash_is_replaced_only_if_it_is_the_current_one(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let next = PasswordHash::new("the next".into());
    let current = ann.password_hash.clone().expect("a password");
    let wrong = PasswordHash::new(current.expose().to_uppercase());
    assert!(!alone!(subject, users().replace_password_hash(ann.id, &wrong, &next)).expect("an answer"));
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);

    assert!(alone!(subject, users().replace_password_hash(ann.id, &current, &next)).expect("an answer"));
    assert!(!alone!(subject, users().replace_password_hash(ann.id, &current, &next)).expect("an answer"));
    let expected = User { password_hash: Some(next), ..ann };
    assert_same(seen!(subject, users().find(expected.id)).as_ref(), &expected);
    assert_same(seen!(subject, users().find(bob.id)).as_ref(), &bob);
}

/// And replacing one where there is none does nothing.
async fn a_first_password_can_be_set(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = User { password_hash: None, ..subject.new_user("ann@example.com") };
    subject.store(&[&ann]).await;
    for current in ["", "hash"].map(|text| PasswordHash::new(text.into())) {
        assert!(!alone!(subject, users().replace_password_hash(ann.id, &current, &current)).expect("an answer"));
    }
    let ann = assert_changed(&subject, &ann, UserChanges { is_active: Some(false), ..UserChanges::default() }).await;
    let hash = PasswordHash::new("the first".into());
    assert_changed(&subject, &ann, UserChanges { password_hash: Some(hash), ..UserChanges::default() }).await;
}

/// Whatever else stands in place of a hash.
async fn the_recipes_of_passwords_are_known_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let hashes = [
        Some("$2b$12$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki"),
        Some("$2b$12$eH2qihGmfMKdoTbreKhsrOSneheMxJgvIz3VphfFoq8287/R3pzi."),
        Some("$2a$10$eH2qihGmfMKdoTbreKhsrOSneheMxJgvIz3VphfFoq8287/R3pzi."),
        Some("$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI"),
        Some("$argon2id$v=19$m=65536,t=3,p=4$cDEyMzQ1Njc4OWFiY2RlZg$3gGnVO0jcZRlIiftUe9LEaSHv0XBZAQ5/FZwo4t1bJg"),
        Some("!"),
        Some("pbkdf2_sha256$600000$salt$hash="),
        None,
    ];
    for (n, hash) in hashes.into_iter().enumerate() {
        let user = subject.new_user(&format!("user{n}@example.com"));
        let password_hash = hash.map(|hash| PasswordHash::new(hash.to_owned()));
        subject.store(&[&User { password_hash, ..user }]).await;
    }
    let mut recipes = seen!(subject, users().password_recipes(100));
    recipes.sort();
    let expected = ["$2a$10$", "$2b$12$", "$argon2id$v=19$m=65536,t=3,p=4$"];
    assert_eq!(recipes, expected.map(|recipe| PasswordRecipe(recipe.to_owned())));
    assert_eq!(seen!(subject, users().password_recipes(2)).len(), 2);
}

/// And no longer as it was.
async fn a_user_is_found_by_an_address_that_changed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let changes = UserChanges { email: Some(email("An@Other.example")), ..UserChanges::default() };
    let ann = assert_changed(&subject, &ann, changes).await;
    assert_eq!(seen!(subject, users().find_by_email(&email("ann@example.com"))), None);
    assert_eq!(seen!(subject, users().find_by_email(&email("an@other.example"))).map(|user| user.id), Some(ann.id));
}
