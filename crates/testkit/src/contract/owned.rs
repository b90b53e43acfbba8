//! Rows of a user need the user, and go with the user.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, Store, StoreError, StoreResult};

use super::{
    checks::checks,
    race::{RIVALS, race},
    rows::Row,
    subject::{Subject, alone, assert_internal},
};

checks! { owned<R: Row>;
    a_row_needs_its_owner,
    a_row_goes_with_its_owner,
    a_row_and_its_owner_are_stored_together,
    rows_inserted_while_the_owner_is_deleted_leave_nothing,
}

fn is_conflict<R: Row>(outcome: &StoreResult<()>) -> bool {
    let expected: Constraint = R::OWNER.expect("rows of this room have an owner");
    matches!(outcome, Err(StoreError::Conflict(found)) if *found == expected)
}

/// Also one that was there once; what else the unit did is lost.
async fn a_row_needs_its_owner<R: Row>(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    alone!(subject, users().delete(ann.id)).expect("an answer");
    let (orphan, bobs) = (R::sample(&subject, &ann, "a"), R::sample(&subject, &bob, "b"));
    let mut work = subject.begin().await;
    bobs.insert(&mut *work).await.expect("a new row");
    let outcome = orphan.insert(&mut *work).await;
    assert!(is_conflict::<R>(&outcome), "{outcome:?}");
    assert_internal!(work.commit().await);
    assert_eq!(subject.find(&bobs).await, None);
    subject.store(&[&ann]).await;
    assert_eq!(subject.find(&orphan).await, None);
}

/// And nobody else's.
async fn a_row_goes_with_its_owner<R: Row>(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (R::sample(&subject, &ann, "a"), R::sample(&subject, &bob, "b"));
    subject.store(&[&anns, &bobs]).await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(subject.find(&bobs).await, Some(bobs));
    assert_eq!(subject.find(&anns).await, None);
    subject.store(&[&ann]).await;
    assert_eq!(subject.find(&anns).await, None, "it has waited for its owner to come back");
}

/// By one commit, at once.
async fn a_row_and_its_owner_are_stored_together<R: Row>(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    let row = R::sample(&subject, &ann, "a");
    let mut work = subject.begin().await;
    ann.insert(&mut *work).await.expect("a new user");
    row.insert(&mut *work).await.expect("a new row");
    assert_eq!(subject.find(&ann).await, None);
    work.commit().await.expect("a commit");
    assert_eq!(subject.find(&ann).await, Some(ann));
    assert_eq!(subject.find(&row).await, Some(row));
}

/// Each is refused or deleted with its owner.
async fn rows_inserted_while_the_owner_is_deleted_leave_nothing<R: Row>(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let rows: Vec<R> = (0..RIVALS).map(|n| R::sample(&subject, &ann, &format!("row {n}"))).collect();
    let outcomes = race(rows.iter().cloned().enumerate().map(|(n, row)| {
        let (subject, ann) = (subject.clone(), ann.id);
        async move {
            if n == RIVALS / 2 {
                return alone!(subject, users().delete(ann)).map(|deleted| assert!(deleted));
            }
            let mut work = subject.store.begin().await?;
            row.insert(&mut *work).await?;
            work.commit().await
        }
    }));
    for outcome in outcomes.await {
        assert!(outcome.is_ok() || is_conflict::<R>(&outcome), "{outcome:?}");
    }
    subject.store(&[&ann]).await;
    for row in rows {
        assert_eq!(subject.find(&row).await, None, "it outlived its owner");
    }
}
