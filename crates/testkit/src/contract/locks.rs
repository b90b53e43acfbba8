//! What is locked stays as it is until the unit of work ends.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use ironplate_application::ports::{Store, StoreResult, UnitOfWork};
use ironplate_domain::{User, UserChanges, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    subject::{Subject, seen},
};
use crate::samples::full_name;

checks! { locks;
    a_locked_user_stays_as_it_is_until_the_unit_ends,
    the_active_superusers_are_locked_in_the_order_of_their_ids,
    without_superusers_nobody_is_locked,
    locking_superusers_again_sees_the_units_own_writes,
}

fn rename(name: &str) -> UserChanges {
    UserChanges { full_name: Some(Some(full_name(name))), ..UserChanges::default() }
}

/// The rival is not done before this unit of work is committed; what they answer then.
pub(super) async fn assert_waits<T: Send + 'static>(
    mut work: Box<dyn UnitOfWork>,
    rival: impl Future<Output = StoreResult<T>> + Send + 'static,
) -> T {
    let is_over = Arc::new(AtomicBool::new(false));
    let was_over = is_over.clone();
    let rival = tokio::spawn(async move {
        let answer = rival.await;
        assert!(was_over.load(Ordering::SeqCst), "the lock did not hold");
        answer
    });
    // As long as it takes to ask so often, the rival has time.
    for _ in 0..50 {
        work.users().find(UserId(Uuid::nil())).await.expect("an answer");
        tokio::task::yield_now().await;
    }
    is_over.store(true, Ordering::SeqCst);
    work.commit().await.expect("a commit");
    rival.await.expect("the rival").expect("an answer")
}

/// Somebody else's change waits, and then sees what was committed.
async fn a_locked_user_stays_as_it_is_until_the_unit_ends(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let mut work = subject.begin().await;
    work.users().lock(ann.id).await.expect("an answer");
    work.users().update(ann.id, &rename("owner")).await.expect("a change");

    let (store, id) = (subject.store.clone(), ann.id);
    let seen = assert_waits(work, async move {
        let mut work = store.begin().await?;
        let locked = work.users().lock(id).await?.expect("ann");
        work.users().update(id, &rename("rival")).await?;
        work.commit().await?;
        Ok(locked.full_name)
    });
    assert_eq!(seen.await, Some(full_name("owner")));
    assert_eq!(seen!(subject, users().find(ann.id)).expect("ann").full_name, Some(full_name("rival")));
}

/// Neither inactive ones, nor those who have no password yet, nor plain users.
async fn the_active_superusers_are_locked_in_the_order_of_their_ids(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (first, second) = (subject.new_user("z@example.com"), subject.new_user("a@example.com"));
    let (first, second) = (User { is_superuser: true, ..first }, User { is_superuser: true, ..second });
    let inactive = User { is_superuser: true, is_active: false, ..subject.new_user("b@example.com") };
    let invited = User { is_superuser: true, password_hash: None, ..subject.new_user("c@example.com") };
    let plain = subject.new_user("d@example.com");
    subject.store(&[&second, &inactive, &invited, &plain, &first]).await;
    let mut work = subject.begin().await;
    assert_eq!(work.users().lock_active_superusers().await.expect("ids"), [first.id, second.id]);
}

/// Which is no failure.
async fn without_superusers_nobody_is_locked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    subject.user("ann@example.com").await;
    let mut work = subject.begin().await;
    assert_eq!(work.users().lock_active_superusers().await.expect("ids"), []);
    work.commit().await.expect("a commit");
}

/// A rank given or taken inside the unit counts.
async fn locking_superusers_again_sees_the_units_own_writes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.superuser("ann@example.com").await, subject.superuser("bob@example.com").await);
    let demoted = UserChanges { is_superuser: Some(false), ..UserChanges::default() };
    let mut work = subject.begin().await;
    assert_eq!(work.users().lock_active_superusers().await.expect("ids"), [ann.id, bob.id]);
    work.users().update(ann.id, &demoted).await.expect("a change");
    assert_eq!(work.users().lock_active_superusers().await.expect("ids"), [bob.id]);
}
