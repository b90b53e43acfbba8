//! Whose a row is: who looks at it in which role, and that it becomes another's at once and once.

use std::{slice, sync::Arc};

use ironplate_application::ports::{Count, ListOrder, OwnedRow, PageRequest, StoreError, StoreResult};
use ironplate_domain::{Membership, OrganizationRole, Owner, Role};

use super::{
    checks::checks,
    conflicts::OwnedResource,
    lists::{Listed, crowd},
    race::{RIVALS, race},
    resource::Resource,
    subject::{Subject, all, alone},
};

checks! { owners<R: OwnedResource>;
    a_row_is_found_with_the_role_of_who_looks,
    a_row_is_handed_over_and_stays_as_it_is,
    a_row_is_handed_over_by_its_owner_alone,
    a_row_is_handed_over_to_who_is_there,
    a_row_is_handed_over_once,
    a_row_that_is_anothers_now_stays_as_it_is,
    a_hand_over_is_refused_for_what_the_row_says,
    counts_follow_whatever_becomes_of_rows,
    counts_add_up_whoever_writes_at_once,
}

/// Gives a row away in a unit of its own.
async fn hand_over<R: OwnedResource>(subject: &Subject, row: &R, from: Owner, to: Owner) -> StoreResult<Option<R>> {
    let mut work = subject.store.begin().await?;
    let answer = R::repository(&mut *work).hand_over(OwnedRow::id(row), from, to).await?;
    work.commit().await?;
    Ok(answer)
}

/// As it is now, and nothing where they are in another organisation, or where it is a user's. Who may see the row is not the
/// store's to say.
async fn a_row_is_found_with_the_role_of_who_looks<R: OwnedResource>(subject: Subject) {
    let (ann, other) = (subject.owner::<R>().await, subject.organization("other").await);
    let (row, missing) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row]).await;
    let mut viewer = subject.member(&other, Role::Owner, "somebody@example.com").await;
    let found = async |row: &R, viewer| {
        let mut reader = subject.read().await;
        R::repository(&mut *reader).find_for(OwnedRow::id(row), viewer).await.expect("an answer")
    };
    assert_eq!(found(&row, viewer.id).await, Some((row.clone(), None)));
    let Some(organization) = ann.organization() else {
        let owner = ann.user().expect("a user");
        return assert_eq!(found(&row, owner).await, Some((row.clone(), None)));
    };
    for role in Role::ALL {
        viewer = subject.user(&format!("{role}@example.com")).await;
        let membership = Membership { organization, user: viewer.id, role, created_at: viewer.created_at };
        assert!(alone!(subject, memberships().add(&membership, &viewer.email)).expect("an answer"));
        assert_eq!(
            found(&row, viewer.id).await,
            Some((row.clone(), Some(OrganizationRole { organization, role, is_barred: false })))
        );
        assert_eq!(found(&missing, viewer.id).await, None);
    }
    alone!(subject, memberships().set_role(organization, viewer.id, Role::Owner, Role::Viewer)).expect("an answer");
    let role = Some(OrganizationRole { organization, role: Role::Viewer, is_barred: false });
    assert_eq!(found(&row, viewer.id).await, Some((row.clone(), role)));
    alone!(subject, memberships().remove(organization, viewer.id)).expect("an answer");
    assert_eq!(found(&row, viewer.id).await, Some((row.clone(), None)));
}

/// It is in the other's list, and goes with them and not with whoever had it.
async fn a_row_is_handed_over_and_stays_as_it_is<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (row, other) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row, &other]).await;
    let expected = row.clone().owned_by(bob);
    assert_eq!(hand_over(&subject, &row, ann, bob).await.expect("an answer").as_ref(), Some(&expected));
    assert_eq!(subject.find(&row).await.as_ref(), Some(&expected));
    for order in <R as Listed>::Order::ALL.iter().copied() {
        assert_eq!(subject.list::<R>(Some(ann), all(order)).await.rows, slice::from_ref(&other));
        assert_eq!(subject.list::<R>(Some(bob), all(order)).await.rows, slice::from_ref(&expected));
    }
    let mut reader = subject.read().await;
    for owner in [ann, bob] {
        assert_eq!(R::repository(&mut *reader).count_of(owner).await.expect("a count"), 1);
    }
    if !row.references().is_empty() {
        // What it refers to is still whose it was: nobody hands such a row over alone.
        return;
    }
    assert!(subject.delete_owner(ann).await.expect("an answer"));
    assert_eq!(subject.find(&row).await, Some(expected));
    assert_eq!(subject.find(&other).await, None);
    assert!(subject.delete_owner(bob).await.expect("an answer"));
    assert_eq!(subject.find(&row).await, None);
}

/// Whoever thinks that it is somebody else's changes nothing.
async fn a_row_is_handed_over_by_its_owner_alone<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (row, missing) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row]).await;
    for (row, from) in [(&row, bob), (&missing, ann)] {
        assert_eq!(hand_over(&subject, row, from, bob).await.expect("an answer"), None);
    }
    assert_eq!(subject.find(&row).await, Some(row));
}

/// What else the unit did is lost.
async fn a_row_is_handed_over_to_who_is_there<R: OwnedResource>(subject: Subject) {
    let (ann, nobody) = (subject.owner::<R>().await, subject.new_owner());
    let row = R::sample(&subject, ann, "a");
    subject.store(&[&row]).await;
    let outcome = hand_over(&subject, &row, ann, nobody).await;
    let expected = R::owner_constraint(nobody);
    assert!(matches!(outcome, Err(StoreError::Conflict(found)) if found == expected), "{outcome:?}");
    assert_eq!(subject.find(&row).await, Some(row));
}

/// Of many who want it of the same owner, one gets it.
async fn a_row_is_handed_over_once<R: OwnedResource>(subject: Subject) {
    let subject = Arc::new(subject);
    let ann = subject.owner::<R>().await;
    let row = R::sample(&subject, ann, "a");
    subject.store(&[&row]).await;
    let mut heirs = Vec::new();
    for _ in 0..RIVALS {
        heirs.push(subject.owner::<R>().await);
    }
    let outcomes = race(heirs.into_iter().map(|heir| {
        let (subject, row) = (subject.clone(), row.clone());
        async move { hand_over(&subject, &row, ann, heir).await.expect("an answer") }
    }));
    let given: Vec<R> = outcomes.await.into_iter().flatten().collect();
    assert_eq!(given.len(), 1, "{given:?}");
    assert_eq!(subject.find(&row).await.as_ref(), given.first());
}

/// Whoever meant it when it was somebody else's changes and deletes nothing.
async fn a_row_that_is_anothers_now_stays_as_it_is<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let row = R::sample(&subject, ann, "a");
    subject.store(&[&row]).await;
    let given = hand_over(&subject, &row, ann, bob).await.expect("an answer").expect("the row");
    let mut work = subject.store.begin().await.expect("a unit of work");
    for changes in [R::changes_to("b"), <R as Resource>::Changes::default()] {
        assert_eq!(row.update(&mut *work, &changes).await.expect("an answer"), None);
    }
    assert!(!row.delete(&mut *work).await.expect("an answer"));
    work.commit().await.expect("a commit");
    assert_eq!(subject.find(&row).await, Some(given));
}

/// By what the other has already.
async fn a_hand_over_is_refused_for_what_the_row_says<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (anns, bobs) = (R::sample(&subject, ann, "STRASSE"), R::sample(&subject, bob, "Straße"));
    subject.store(&[&anns, &bobs]).await;
    let expected = anns.clone().owned_by(bob).conflict_with(&bobs);
    match hand_over(&subject, &anns, ann, bob).await {
        Err(StoreError::Conflict(found)) => assert_eq!(Some(found), expected),
        outcome => assert!(expected.is_none() && outcome.is_ok(), "{outcome:?}"),
    }
}

/// How many rows are this owner's, or everybody's: by a page that can't tell it by itself, and by the count alone.
async fn count<R: OwnedResource>(subject: &Subject, owner: Option<Owner>) -> u64 {
    let page = PageRequest { limit: 0, ..all(<R as Listed>::Order::default()) };
    let Count::Exactly(count) = subject.list::<R>(owner, page).await.count else {
        panic!("a list is counted to its end")
    };
    if let Some(owner) = owner {
        let counted = R::repository(&mut *subject.read().await).count_of(owner).await.expect("a count");
        assert_eq!(counted, count);
    }
    count
}

/// Added, handed over, deleted, gone with their owner, and undone with their unit.
async fn counts_follow_whatever_becomes_of_rows<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let anns = ["a", "b", "c"].map(|text| R::sample(&subject, ann, text));
    let bobs = R::sample(&subject, bob, "d");
    subject.store(&[&anns[0], &anns[1], &anns[2], &bobs]).await;
    let counts = async || {
        [count::<R>(&subject, Some(ann)).await, count::<R>(&subject, Some(bob)).await, count::<R>(&subject, None).await]
    };
    assert_eq!(counts().await, [3, 1, 4]);
    hand_over(&subject, &anns[0], ann, bob).await.expect("an answer").expect("a row");
    assert_eq!(counts().await, [2, 2, 4]);
    let mut work = subject.begin().await;
    assert!(R::repository(&mut *work).delete(OwnedRow::id(&anns[1]), ann).await.expect("an answer"));
    assert!(!R::repository(&mut *work).delete(OwnedRow::id(&anns[1]), ann).await.expect("an answer"));
    work.commit().await.expect("a commit");
    assert_eq!(counts().await, [1, 2, 3]);
    let mut undone = subject.begin().await;
    R::repository(&mut *undone).insert(&R::sample(&subject, ann, "e")).await.expect("a new row");
    drop(undone);
    assert_eq!(counts().await, [1, 2, 3]);
    assert!(subject.delete_owner(bob).await.expect("an answer"));
    assert_eq!(counts().await, [1, 0, 1]);
}

/// Of one owner and of two, who also take rows from one another.
async fn counts_add_up_whoever_writes_at_once<R: OwnedResource>(subject: Subject) {
    let subject = Arc::new(subject);
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    // Each has a text of its own, so that nothing is refused for what there is already.
    let (anns, bobs): (Vec<R>, Vec<R>) = (crowd(&subject, ann, 0..16), crowd(&subject, bob, 16..32));
    subject.store(&anns.iter().chain(&bobs).collect::<Vec<_>>()).await;
    let writes = anns.into_iter().zip(bobs).enumerate().map(|(n, (anns, bobs))| {
        let (subject, new) = (subject.clone(), R::sample(&subject, ann, &format!("new {n}")));
        async move {
            match n % 4 {
                0 => subject.store(&[&new]).await,
                1 => drop(hand_over(&subject, &anns, ann, bob).await.expect("an answer").expect("a row")),
                2 => drop(hand_over(&subject, &bobs, bob, ann).await.expect("an answer").expect("a row")),
                _ => {
                    let mut work = subject.begin().await;
                    assert!(R::repository(&mut *work).delete(OwnedRow::id(&bobs), bob).await.expect("an answer"));
                    work.commit().await.expect("a commit");
                }
            }
        }
    });
    race(writes).await;
    let (all, quarter) = (RIVALS as u64, RIVALS as u64 / 4);
    let counted = [
        count::<R>(&subject, Some(ann)).await,
        count::<R>(&subject, Some(bob)).await,
        count::<R>(&subject, None).await,
    ];
    assert_eq!(counted, [all + quarter, all - quarter, 2 * all]);
}
