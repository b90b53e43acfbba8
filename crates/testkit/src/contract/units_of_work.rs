//! All of a unit of work takes effect, or nothing of it.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, Store, StoreError, UserFilter, UserOrder};
use ironplate_domain::UserChanges;

use super::{
    checks::checks,
    race::{RIVALS, race},
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
    a_single_statement_lasts_once_its_unit_is_committed,
    a_single_statement_that_failed_leaves_nothing,
    single_statements_are_whole_beside_others,
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

/// One that was not used keeps nobody from anything.
async fn a_single_statement_lasts_once_its_unit_is_committed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    let mut single = subject.store.begin_single().await.expect("a unit of work");
    single.users().insert(&ann).await.expect("a new user");
    single.commit().await.expect("a commit");
    assert_eq!(seen!(subject, users().find(ann.id)).as_ref(), Some(&ann));
    drop(subject.store.begin_single().await.expect("a unit of work"));
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(seen!(subject, users().find(ann.id)), None);
}

/// And the store goes on.
async fn a_single_statement_that_failed_leaves_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let twin = subject.new_user("ANN@example.com");
    let mut single = subject.store.begin_single().await.expect("a unit of work");
    assert_conflict!(single.users().insert(&twin).await, UserEmail);
    assert_internal!(single.commit().await);
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann]);
    let bob = subject.user("bob@example.com").await;
    assert_eq!(seen!(subject, users().find(bob.id)), Some(bob));
}

/// What fails of one takes nothing from the others, nor from units of many statements.
async fn single_statements_are_whole_beside_others(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let outcomes = race((0..RIVALS).map(|rival| {
        let subject = subject.clone();
        async move {
            // Two of each address.
            let user = subject.new_user(&format!("{}@example.com", rival / 2));
            let begun =
                if rival < RIVALS / 2 { subject.store.begin_single().await } else { subject.store.begin().await };
            let mut work = begun.expect("a unit of work");
            match work.users().insert(&user).await {
                Ok(()) => work.commit().await.expect("a commit"),
                Err(StoreError::Conflict(Constraint::UserEmail)) => return None,
                Err(error) => panic!("{error:?}"),
            }
            Some(user.id)
        }
    }));
    let mut added: Vec<_> = outcomes.await.into_iter().flatten().collect();
    let there = seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows;
    let mut there: Vec<_> = there.into_iter().map(|user| user.id).collect();
    added.sort_unstable();
    there.sort_unstable();
    assert_eq!(there.len(), RIVALS / 2);
    assert_eq!(there, added);
}
