//! A row that somebody owns is refused for what it says itself, and for nothing else.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, OwnedRow, StoreError, StoreResult, UnitOfWork};
use ironplate_domain::{Changes, Owner};

use super::{
    checks::checks,
    race::{RIVALS, race},
    resource::Resource,
    subject::Subject,
};

/// What users and organisations own, and the suite has samples of.
pub trait OwnedResource: Resource + OwnedRow {}

impl<R: Resource + OwnedRow> OwnedResource for R {}

checks! { conflicts<R: OwnedResource>;
    an_insertion_is_refused_for_what_the_row_says,
    a_change_is_refused_for_what_the_row_says,
    of_many_rows_that_conflict_one_is_stored,
    a_row_is_added_unless_its_id_is_taken,
    a_row_that_can_be_added_is_refused_for_what_it_says,
    a_row_is_added_while_its_owner_has_fewer,
}

/// The constraint that was met.
fn met<T: std::fmt::Debug>(outcome: StoreResult<T>) -> Option<Constraint> {
    match outcome {
        Ok(_) => None,
        Err(StoreError::Conflict(constraint)) => Some(constraint),
        Err(error) => panic!("{error:?}"),
    }
}

/// Adds a row in a unit of its own.
async fn insert<R: OwnedResource>(subject: &Subject, row: &R) -> StoreResult<()> {
    let mut work = subject.store.begin().await?;
    row.prepare(subject, &mut *work).await?;
    row.insert(&mut *work).await?;
    work.commit().await
}

/// Rows beside one that is called "Straße": of the same name in another spelling, of another name, of another owner.
fn beside<R: OwnedResource>(subject: &Subject, ann: Owner, bob: Owner) -> (R, [R; 3]) {
    let sample = |owner, text| R::sample(subject, owner, text);
    (sample(ann, "Straße"), [sample(ann, "STRASSE"), sample(ann, "other"), sample(bob, "Straße")])
}

/// In any spelling, and whoever the owner is.
async fn an_insertion_is_refused_for_what_the_row_says<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (one, others) = beside::<R>(&subject, ann, bob);
    subject.store(&[&one]).await;
    for other in others {
        assert_eq!(met(insert(&subject, &other).await), other.conflict_with(&one), "{other:?}");
    }
}

/// Its own text it keeps.
async fn a_change_is_refused_for_what_the_row_says<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (one, others) = beside::<R>(&subject, ann, bob);
    let before = R::sample(&subject, ann, "before");
    subject.store(&[&one, &before]).await;
    for text in ["STRASSE", "Straße", "before", "other"] {
        let changes = R::changes_to(text);
        let mut after = before.clone();
        changes.clone().apply_to(&mut after);
        let mut work = subject.begin().await;
        assert_eq!(met(before.update(&mut *work, &changes).await), after.conflict_with(&one), "{text}");
    }
    let [_, _, bobs] = others;
    subject.store(&[&bobs]).await;
    for row in [&one, &bobs] {
        assert!(subject.update(row, &R::changes_to("STRASSE")).await.is_some());
    }
}

/// If they do; otherwise all are.
async fn of_many_rows_that_conflict_one_is_stored<R: OwnedResource>(subject: Subject) {
    let subject = Arc::new(subject);
    let ann = subject.owner::<R>().await;
    let rows: Vec<R> = (0..RIVALS).map(|_| R::sample(&subject, ann, "a")).collect();
    let expected = rows[0].conflict_with(&rows[1]);
    let outcomes = race(rows.into_iter().map(|row| {
        let subject = subject.clone();
        async move { met(insert(&subject, &row).await) }
    }));
    let refused: Vec<Constraint> = outcomes.await.into_iter().flatten().collect();
    assert_eq!(refused, vec![expected; RIVALS - 1].into_iter().flatten().collect::<Vec<_>>());
}

/// Whoever's it is; the unit goes on, nothing else is changed, and it counts once.
async fn a_row_is_added_unless_its_id_is_taken<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (row, next) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    let mut work = subject.begin().await;
    row.prepare(&subject, &mut *work).await.expect("what it refers to");
    assert!(R::repository(&mut *work).insert_new(&row).await.expect("an answer"));
    for other in [row.clone(), row.clone().owned_by(bob)] {
        assert!(!R::repository(&mut *work).insert_new(&other).await.expect("an answer"));
    }
    assert!(R::repository(&mut *work).insert_new(&next).await.expect("an answer"));
    work.commit().await.expect("a commit");
    for row in [row, next] {
        assert_eq!(subject.find(&row).await, Some(row));
    }
    for (owner, count) in [(ann, 2), (bob, 0)] {
        let mut reader = subject.read().await;
        assert_eq!(R::repository(&mut *reader).count_of(owner).await.expect("an answer"), count);
    }
}

/// The ways to add a row that tell whether it was added.
#[derive(Debug, Clone, Copy)]
enum Insertion {
    New,
    Below,
}

impl Insertion {
    async fn add<R: OwnedResource>(self, work: &mut dyn UnitOfWork, row: &R) -> StoreResult<bool> {
        let rows = R::repository(work);
        match self {
            Self::New => rows.insert_new(row).await,
            Self::Below => rows.insert_below(row, 10).await,
        }
    }
}

/// By whatever rule; also by an owner who is not there.
async fn a_row_that_can_be_added_is_refused_for_what_it_says<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (one, others) = beside::<R>(&subject, ann, bob);
    subject.store(&[&one]).await;
    let nobody = subject.new_owner();
    for by in [Insertion::New, Insertion::Below] {
        for other in &others {
            let mut work = subject.begin().await;
            other.prepare(&subject, &mut *work).await.expect("what it refers to");
            assert_eq!(met(by.add(&mut *work, other).await), other.conflict_with(&one), "{by:?} {other:?}");
        }
        let mut work = subject.begin().await;
        let outcome = by.add(&mut *work, &R::sample(&subject, nobody, "c")).await;
        assert_eq!(met(outcome), Some(R::owner_constraint(nobody)), "{by:?}");
    }
}

/// Of others' rows nothing is counted.
async fn a_row_is_added_while_its_owner_has_fewer<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let mut stored = Vec::new();
    for (owner, text, most, is_added) in [
        (ann, "a", 0, false),
        (ann, "b", 1, true),
        (ann, "c", 1, false),
        (bob, "d", 1, true),
        (ann, "e", 2, true),
        (ann, "f", u64::MAX, true),
    ] {
        let row = R::sample(&subject, owner, text);
        let mut work = subject.begin().await;
        row.prepare(&subject, &mut *work).await.expect("what it refers to");
        assert_eq!(R::repository(&mut *work).insert_below(&row, most).await.expect("an answer"), is_added, "{text}");
        work.commit().await.expect("a commit");
        assert_eq!(subject.find(&row).await.is_some(), is_added, "{text}");
        stored.extend(is_added.then_some(row));
    }
    for row in stored {
        assert_eq!(subject.find(&row).await, Some(row));
    }
    for (owner, count) in [(ann, 3), (bob, 1)] {
        let mut reader = subject.read().await;
        assert_eq!(R::repository(&mut *reader).count_of(owner).await.expect("an answer"), count);
    }
}
