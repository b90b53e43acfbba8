//! All of a unit of work takes effect, or nothing of it.

use std::sync::Arc;

use ironplate_application::ports::{Store, UserFilter, UserOrder};
use ironplate_domain::UserChanges;

use super::{
    checks::checks,
    subject::{Subject, all, alone, assert_conflict, assert_internal, seen},
};

checks! { units_of_work;
    a_drop_leaves_nothing,
    a_unit_sees_its_own_writes,
    nobody_else_sees_a_unit_before_its_commit,
    a_read_handle_sees_what_is_committed_meanwhile,
    a_unit_that_failed_leaves_nothing,
    not_found_is_no_failure,
    a_change_that_conflicts_fails_the_unit,
}

/// Neither of what was added nor of what was changed or deleted.
async fn a_drop_leaves_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let new = subject.new_user("new@example.com");
    let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
    let mut work = subject.begin().await;
    work.users().insert(&new).await.expect("a new user");
    work.users().update(ann.id, &changes).await.expect("a change");
    work.users().delete(bob.id).await.expect("a deletion");
    drop(work);

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann, bob]);
    subject.store(&[&new]).await;
    assert_eq!(seen!(subject, users().find(new.id)), Some(new));
}

/// Before anybody else does.
async fn a_unit_sees_its_own_writes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    let mut work = subject.begin().await;
    work.users().insert(&ann).await.expect("a new user");
    assert_eq!(work.users().find_by_email(&ann.email).await.expect("an answer").as_ref(), Some(&ann));
    let everybody = work.users().list(&UserFilter::default(), &all(UserOrder::Newest)).await;
    assert_eq!(everybody.expect("a page").rows, [ann]);
}

/// Readers meanwhile see what was committed last, without waiting.
async fn nobody_else_sees_a_unit_before_its_commit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let bob = subject.new_user("bob@example.com");
    let mut work = subject.begin().await;
    work.users().insert(&bob).await.expect("a new user");
    work.users().delete(ann.id).await.expect("a deletion");

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann]);
    work.commit().await.expect("a commit");
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [bob]);
}

/// Each call stands for itself.
async fn a_read_handle_sees_what_is_committed_meanwhile(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut reader = subject.read().await;
    let ann = subject.new_user("ann@example.com");
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), None);
    subject.store(&[&ann]).await;
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), Some(ann.clone()));
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), None);
}

/// What it did before the failure is gone, and the store goes on.
async fn a_unit_that_failed_leaves_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (bob, twin) = (subject.new_user("bob@example.com"), subject.new_user("ANN@example.com"));
    let mut work = subject.begin().await;
    work.users().insert(&bob).await.expect("a new user");
    assert_conflict!(work.users().insert(&twin).await, UserEmail);
    assert_internal!(work.commit().await);

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann]);
    subject.store(&[&bob]).await;
    assert_eq!(seen!(subject, users().find(bob.id)), Some(bob));
}

/// A unit of work bears it and commits.
async fn not_found_is_no_failure(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, nobody) = (subject.user("ann@example.com").await, subject.new_user("bob@example.com"));
    let changes = UserChanges { is_superuser: Some(true), ..UserChanges::default() };
    let mut work = subject.begin().await;
    assert_eq!(work.users().find(nobody.id).await.expect("an answer"), None);
    assert_eq!(work.users().update(nobody.id, &changes).await.expect("an answer"), None);
    assert!(!work.users().delete(nobody.id).await.expect("an answer"));
    work.users().update(ann.id, &changes).await.expect("a change");
    work.commit().await.expect("a commit");
    assert!(seen!(subject, users().find(ann.id)).expect("ann").is_superuser);
}

/// A change as well as an insertion; nothing else of the unit is kept.
async fn a_change_that_conflicts_fails_the_unit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let taken = UserChanges { email: Some(ann.email.clone()), ..UserChanges::default() };
    let promoted = UserChanges { is_superuser: Some(true), ..UserChanges::default() };
    let mut work = subject.begin().await;
    work.users().update(ann.id, &promoted).await.expect("a change");
    assert_conflict!(work.users().update(bob.id, &taken).await, UserEmail);
    assert_internal!(work.commit().await);
    assert_eq!(seen!(subject, users().find(ann.id)), Some(ann));
}
