//! Rows of a user need the user, and go with the user; and so with an organisation.

use std::sync::Arc;

use ironplate_application::ports::{StoreError, StoreResult};
use ironplate_domain::Owner;

use super::{
    checks::checks,
    race::{RIVALS, race},
    rows::Row,
    subject::{Subject, assert_internal},
};

checks! { owned<R: Row>;
    a_row_needs_its_owner,
    a_row_goes_with_its_owner,
    a_row_and_its_owner_are_stored_together,
    rows_inserted_while_the_owner_is_deleted_leave_nothing,
}

/// The owner is not there.
fn is_conflict<R: Row>(owner: Owner, outcome: &StoreResult<()>) -> bool {
    let expected = match owner {
        Owner::User(_) => R::OWNER,
        Owner::Organization(_) => R::OWNING_ORGANIZATION,
    };
    let expected = expected.expect("rows of this room have such an owner");
    matches!(outcome, Err(StoreError::Conflict(found)) if *found == expected)
}

/// Also one that was there once; what else the unit did is lost.
async fn a_row_needs_its_owner<R: Row>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    subject.delete_owner(ann).await.expect("an answer");
    let (orphan, bobs) = (R::sample(&subject, ann, "a"), R::sample(&subject, bob, "b"));
    let mut work = subject.begin().await;
    bobs.prepare(&subject, &mut *work).await.expect("what it refers to");
    bobs.insert(&mut *work).await.expect("a new row");
    let outcome = orphan.insert(&mut *work).await;
    assert!(is_conflict::<R>(ann, &outcome), "{outcome:?}");
    assert_internal!(work.commit().await);
    assert_eq!(subject.find(&bobs).await, None);
    subject.store_owner(ann).await;
    assert_eq!(subject.find(&orphan).await, None);
}

/// And nobody else's.
async fn a_row_goes_with_its_owner<R: Row>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (anns, bobs) = (R::sample(&subject, ann, "a"), R::sample(&subject, bob, "b"));
    subject.store(&[&anns, &bobs]).await;
    assert!(subject.delete_owner(ann).await.expect("an answer"));
    assert_eq!(subject.find(&bobs).await, Some(bobs));
    assert_eq!(subject.find(&anns).await, None);
    subject.store_owner(ann).await;
    assert_eq!(subject.find(&anns).await, None, "it has waited for its owner to come back");
}

/// By one commit, at once.
async fn a_row_and_its_owner_are_stored_together<R: Row>(subject: Subject) {
    let ann = subject.new_owner();
    let row = R::sample(&subject, ann, "a");
    let mut work = subject.begin().await;
    subject.insert_owner(ann, &mut *work).await.expect("a new owner");
    row.prepare(&subject, &mut *work).await.expect("what it refers to");
    row.insert(&mut *work).await.expect("a new row");
    assert!(!subject.has_owner(ann).await);
    work.commit().await.expect("a commit");
    assert!(subject.has_owner(ann).await);
    assert_eq!(subject.find(&row).await, Some(row));
}

/// Each is refused or deleted with its owner.
async fn rows_inserted_while_the_owner_is_deleted_leave_nothing<R: Row>(subject: Subject) {
    let subject = Arc::new(subject);
    let ann = subject.owner::<R>().await;
    let rows: Vec<R> = (0..RIVALS).map(|n| R::sample(&subject, ann, &format!("row {n}"))).collect();
    let outcomes = race(rows.iter().cloned().enumerate().map(|(n, row)| {
        let subject = subject.clone();
        async move {
            if n == RIVALS / 2 {
                return subject.delete_owner(ann).await.map(|deleted| assert!(deleted));
            }
            let mut work = subject.store.begin().await?;
            row.prepare(&subject, &mut *work).await?;
            row.insert(&mut *work).await?;
            work.commit().await
        }
    }));
    for outcome in outcomes.await {
        assert!(outcome.is_ok() || is_conflict::<R>(ann, &outcome), "{outcome:?}");
    }
    subject.store_owner(ann).await;
    for row in rows {
        assert_eq!(subject.find(&row).await, None, "it outlived its owner");
    }
}
