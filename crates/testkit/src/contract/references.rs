//! Rows that refer to others of the same owner: to what is there, which then stays or is let go of.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, OwnedRow, Reading, Reference, Repositories, StoreError, StoreResult};
use ironplate_domain::{Changes, Owner};
use uuid::Uuid;

use super::{
    checks::checks,
    conflicts::OwnedResource,
    lists::Listed,
    race::{RIVALS, race},
    resource::Resource,
    subject::{Subject, all, assert_internal},
};

/// What refers to others, by these fields.
pub trait Referring: OwnedResource {
    /// Each of them.
    const LINKS: &'static [Link<Self>];
}

/// A field that refers to another row.
#[derive(Debug)]
pub struct Link<R: OwnedResource> {
    missing: Constraint,
    in_use: Option<Constraint>,
    change: fn(Uuid) -> <R as Resource>::Changes,
    held: fn(&R) -> Option<Uuid>,
    add: for<'a> fn(&'a Subject, &'a mut dyn Repositories, Owner) -> Reading<'a, Uuid>,
    delete: fn(&mut dyn Repositories, Uuid, Owner) -> Reading<'_, bool>,
    find: fn(&mut dyn Repositories, Uuid) -> Reading<'_, bool>,
}

impl<R: OwnedResource> Link<R> {
    /// To rows of this sort: how it is changed, and read; what is violated where there is no such row; and by its deletion, where that
    /// is refused (`None`: the row lets go of it).
    #[must_use]
    pub const fn to<To: OwnedResource>(
        change: fn(Uuid) -> <R as Resource>::Changes,
        held: fn(&R) -> Option<Uuid>,
        missing: Constraint,
        in_use: Option<Constraint>,
    ) -> Self {
        Self { missing, in_use, change, held, add: add::<To>, delete: delete::<To>, find: find::<To> }
    }

    /// A sample that refers to this.
    fn sample(&self, subject: &Subject, owner: Owner, text: &str, to: Uuid) -> R {
        let mut row = R::sample(subject, owner, text);
        (self.change)(to).apply_to(&mut row);
        row
    }

    /// Something of this owner that it can refer to; stored.
    async fn other(&self, subject: &Subject, owner: Owner) -> Uuid {
        let mut work = subject.begin().await;
        let id = (self.add)(subject, &mut *work, owner).await.expect("a new row");
        work.commit().await.expect("a commit");
        id
    }
}

fn add<'a, To: OwnedResource>(subject: &'a Subject, work: &'a mut dyn Repositories, owner: Owner) -> Reading<'a, Uuid> {
    Box::pin(async move {
        let row = To::sample(subject, owner, &format!("other {}", subject.number()));
        row.prepare(subject, work).await?;
        row.insert(work).await?;
        Ok(OwnedRow::id(&row).into())
    })
}

fn delete<To: OwnedRow>(work: &mut dyn Repositories, id: Uuid, owner: Owner) -> Reading<'_, bool> {
    Box::pin(async move { To::repository(work).delete(id.into(), owner).await })
}

fn find<To: OwnedRow>(from: &mut dyn Repositories, id: Uuid) -> Reading<'_, bool> {
    Box::pin(async move { Ok(To::repository(from).find(id.into()).await?.is_some()) })
}

/// Adds what a row refers to, unless it is there. That it has no owner is told as of the row itself.
///
/// # Errors
/// As of an insertion of the row.
pub async fn prepare<R: OwnedRow, To: OwnedResource>(
    to: &To,
    subject: &Subject,
    work: &mut dyn Repositories,
) -> StoreResult<()> {
    let owner = to.owner();
    let mut added = to.prepare(subject, work).await;
    if added.is_ok() {
        added = To::repository(work).insert_new(to).await.map(drop);
    }
    match added {
        Err(StoreError::Conflict(found)) if found == To::owner_constraint(owner) => {
            Err(StoreError::Conflict(R::owner_constraint(owner)))
        }
        outcome => outcome,
    }
}

/// The id of what samples of this owner refer to by this field: always the same.
#[must_use]
pub fn referred(owner: impl Into<Owner>, field: &str) -> Uuid {
    let mut bytes = owner.into().id().into_bytes();
    let places = (8..16).chain(0..8).cycle();
    for (byte, place) in field.bytes().zip(places) {
        bytes[place] = bytes[place].wrapping_mul(31).wrapping_add(byte);
    }
    Uuid::from_bytes(bytes)
}

checks! { references<R: Referring>;
    a_row_refers_to_what_its_owner_has,
    a_row_that_refers_to_nothing_is_refused,
    what_others_have_is_as_if_it_were_not_there,
    what_is_deleted_is_in_use_or_let_go_of,
    what_is_in_use_no_longer_is_deleted,
    rows_and_what_they_refer_to_go_with_their_owner,
    of_rows_that_are_added_while_it_is_deleted_none_refers_to_nothing,
}

/// Whether it met this constraint, and what else its unit did is lost.
fn is_conflict<T>(outcome: &StoreResult<T>, expected: Constraint) -> bool {
    matches!(outcome, Err(StoreError::Conflict(found)) if *found == expected)
}

/// From the beginning, or by a change.
async fn a_row_refers_to_what_its_owner_has<R: Referring>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for link in R::LINKS {
        let (one, other) = (link.other(&subject, ann).await, link.other(&subject, ann).await);
        let mut row = link.sample(&subject, ann, &format!("row {one}"), one);
        subject.store(&[&row]).await;
        assert_eq!((link.held)(&subject.find(&row).await.expect("a row")), Some(one));
        let changes = (link.change)(other);
        changes.clone().apply_to(&mut row);
        assert_eq!(subject.update(&row, &changes).await.as_ref(), Some(&row));
        assert_eq!((link.held)(&subject.find(&row).await.expect("a row")), Some(other));
    }
}

/// Refused is what this owner's row would be that refers to that.
async fn assert_refused<R: Referring>(subject: &Subject, link: &Link<R>, owner: Owner, to: Uuid) {
    let (kept, row) = (R::sample(subject, owner, &format!("kept {to}")), link.sample(subject, owner, "row", to));
    subject.store(&[&kept]).await;
    let mut work = subject.begin().await;
    let outcome = R::repository(&mut *work).insert(&row).await;
    assert!(is_conflict(&outcome, link.missing), "{outcome:?}");
    assert_internal!(work.commit().await);
    let mut work = subject.begin().await;
    let outcome = R::repository(&mut *work).insert_new(&row).await;
    assert!(is_conflict(&outcome, link.missing), "{outcome:?}");
    drop(work);
    let mut work = subject.begin().await;
    let outcome = kept.update(&mut *work, &(link.change)(to)).await;
    assert!(is_conflict(&outcome, link.missing), "{outcome:?}");
    assert_internal!(work.commit().await);
    assert_eq!(subject.find(&row).await, None);
    assert_eq!(subject.find(&kept).await, Some(kept));
}

/// Also to what was there once.
async fn a_row_that_refers_to_nothing_is_refused<R: Referring>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for link in R::LINKS {
        let gone = link.other(&subject, ann).await;
        let mut work = subject.begin().await;
        assert!((link.delete)(&mut *work, gone, ann).await.expect("an answer"));
        work.commit().await.expect("a commit");
        assert_refused(&subject, link, ann, gone).await;
    }
}

/// So nobody learns whether it is there.
async fn what_others_have_is_as_if_it_were_not_there<R: Referring>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    for link in R::LINKS {
        let bobs = link.other(&subject, bob).await;
        assert_refused(&subject, link, ann, bobs).await;
    }
}

/// Where a deletion is refused, all is as it was.
async fn what_is_deleted_is_in_use_or_let_go_of<R: Referring>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for link in R::LINKS {
        let other = link.other(&subject, ann).await;
        let row = link.sample(&subject, ann, &format!("row {other}"), other);
        subject.store(&[&row]).await;
        let mut work = subject.begin().await;
        let outcome = (link.delete)(&mut *work, other, ann).await;
        let Some(in_use) = link.in_use else {
            assert!(outcome.expect("an answer"));
            work.commit().await.expect("a commit");
            let mut expected = row.clone();
            expected.let_go(other);
            assert_eq!((link.held)(&expected), None);
            assert_eq!(subject.find(&row).await, Some(expected));
            continue;
        };
        assert!(is_conflict(&outcome, in_use), "{outcome:?}");
        assert_internal!(work.commit().await);
        assert_eq!(subject.find(&row).await, Some(row));
        assert!((link.find)(&mut *subject.read().await, other).await.expect("an answer"));
    }
}

/// In the same unit of work, too.
async fn what_is_in_use_no_longer_is_deleted<R: Referring>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for link in R::LINKS {
        let (one, other) = (link.other(&subject, ann).await, link.other(&subject, ann).await);
        let rows = [one, other].map(|to| link.sample(&subject, ann, &format!("row {to}"), to));
        subject.store(&[&rows[0], &rows[1]]).await;
        let mut work = subject.begin().await;
        assert!(rows[0].delete(&mut *work).await.expect("an answer"));
        assert!((link.delete)(&mut *work, one, ann).await.expect("an answer"));
        let (another, left) = ((link.add)(&subject, &mut *work, ann).await.expect("a new row"), &rows[1]);
        assert!(left.update(&mut *work, &(link.change)(another)).await.expect("an answer").is_some());
        assert!((link.delete)(&mut *work, other, ann).await.expect("an answer"));
        work.commit().await.expect("a commit");
        assert_eq!((link.held)(&subject.find(left).await.expect("a row")), Some(another));
    }
}

/// Whatever refers to what.
async fn rows_and_what_they_refer_to_go_with_their_owner<R: Referring>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    for link in R::LINKS {
        let [anns, bobs] = [link.other(&subject, ann).await, link.other(&subject, bob).await];
        subject.store(&[&link.sample(&subject, ann, &format!("row {anns}"), anns)]).await;
        subject.store(&[&link.sample(&subject, bob, &format!("row {bobs}"), bobs)]).await;
    }
    let bobs = subject.list::<R>(Some(bob), all(<R as Listed>::Order::default())).await.rows;
    assert!(subject.delete_owner(ann).await.expect("an answer"));
    let left = subject.list::<R>(None, all(<R as Listed>::Order::default())).await.rows;
    assert_eq!(left, bobs);
    for row in &left {
        let references = row.references();
        let there = Reference::summaries(&references, &mut *subject.read().await).await.expect("an answer");
        assert_eq!(there.len(), references.len(), "{row:?}");
    }
}

/// Each is refused, or lets go of it, or keeps it from being deleted.
async fn of_rows_that_are_added_while_it_is_deleted_none_refers_to_nothing<R: Referring>(subject: Subject) {
    let subject = Arc::new(subject);
    let ann = subject.owner::<R>().await;
    for link in R::LINKS {
        let other = link.other(&subject, ann).await;
        let rows: Vec<R> =
            (0..RIVALS).map(|n| link.sample(&subject, ann, &format!("row {n} {other}"), other)).collect();
        // What else a row refers to is there before they begin.
        subject.store(&[&R::sample(&subject, ann, &format!("first {other}"))]).await;
        let outcomes = race(rows.iter().cloned().enumerate().map(|(n, row)| {
            let subject = subject.clone();
            async move {
                let mut work = subject.store.begin().await?;
                if n == RIVALS / 2 {
                    assert!((link.delete)(&mut *work, other, ann).await?);
                } else {
                    R::repository(&mut *work).insert(&row).await?;
                }
                work.commit().await
            }
        }));
        for outcome in outcomes.await {
            let is_in_use = link.in_use.is_some_and(|in_use| is_conflict(&outcome, in_use));
            assert!(outcome.is_ok() || is_in_use || is_conflict(&outcome, link.missing), "{outcome:?}");
        }
        let is_there = (link.find)(&mut *subject.read().await, other).await.expect("an answer");
        for row in rows {
            let held = subject.find(&row).await.and_then(|row| (link.held)(&row));
            assert!(held.is_none_or(|to| to == other && is_there), "{held:?}");
        }
    }
}
