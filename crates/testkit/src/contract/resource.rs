//! What the API keeps for people: rows that come, change, go, and are listed.

use std::{collections::BTreeSet, sync::Arc};

use ironplate_application::ports::{ListOrder, PageRequest, Repositories, StoreResult};
use ironplate_domain::Changes;
use uuid::Uuid;

use super::{
    checks::checks,
    lists::{Listed, assert_progress, crowd},
    race::{RIVALS, assert_one_wins, race},
    rows::assert_same,
    subject::{Subject, all, assert_internal},
};

/// Rows that are changed and deleted by their ids, and searched.
pub trait Resource: Listed {
    /// What to change; the default changes nothing.
    type Changes: Changes<Entity = Self>;

    /// The texts that are searched: each puts a text into its field. The text of a sample is one of them.
    const SEARCHED: &'static [fn(&mut Self, &str)];

    /// Its id.
    fn id(&mut self) -> &mut Uuid;

    /// Changes that are made one after the other: of each field alone, of all at once, and to nothing of each that may be.
    /// Each changes something, and in the end nothing is left of what was in the texts that are searched.
    fn changes() -> Vec<Self::Changes>;

    /// Changes that put this text into all that is searched.
    fn changes_to(text: &str) -> Self::Changes;

    /// Changes the row of this id in the store.
    fn update(
        &self,
        work: &mut dyn Repositories,
        changes: &Self::Changes,
    ) -> impl Future<Output = StoreResult<Option<Self>>> + Send;

    /// Removes the row of this id from the store.
    fn delete(&self, work: &mut dyn Repositories) -> impl Future<Output = StoreResult<bool>> + Send;
}

checks! { resource<R: Resource>: rows, lists, searches;
    an_id_belongs_to_one_row,
    a_change_changes_only_what_it_names,
    empty_changes_only_read,
    a_row_is_deleted_once,
    a_missing_row_is_neither_changed_nor_deleted,
    a_dropped_unit_neither_changes_nor_deletes,
    a_unit_that_failed_refuses_every_call,
    of_many_deletions_one_succeeds,
    a_walk_bears_changes,
}

impl Subject {
    /// Changes a row in a unit of its own.
    pub(super) async fn update<R: Resource>(&self, row: &R, changes: &R::Changes) -> Option<R> {
        let mut work = self.begin().await;
        let answer = row.update(&mut *work, changes).await.expect("an answer");
        work.commit().await.expect("a commit");
        answer
    }

    /// Deletes a row in a unit of its own.
    pub(super) async fn delete<R: Resource>(&self, row: &R) -> StoreResult<bool> {
        let mut work = self.store.begin().await?;
        let answer = row.delete(&mut *work).await?;
        work.commit().await?;
        Ok(answer)
    }
}

/// Ids are made to be unique, so a second use is a fault and no conflict.
async fn an_id_belongs_to_one_row<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (mut row, mut impostor) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row]).await;
    *impostor.id() = *row.id();
    let mut work = subject.begin().await;
    assert_internal!(impostor.insert(&mut *work).await);
    drop(work);
    assert_same(subject.find(&row).await.as_ref(), &row);
}

/// And of no other row; the answer is what is stored.
async fn a_change_changes_only_what_it_names<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (mut row, other) = (R::sample(&subject, ann, "one"), R::sample(&subject, ann, "other"));
    subject.store(&[&row, &other]).await;
    for changes in R::changes() {
        let before = row.clone();
        changes.clone().apply_to(&mut row);
        assert!(row != before || row.spelling() != before.spelling(), "each of `changes` has to change {before:?}");
        assert_same(subject.update(&before, &changes).await.as_ref(), &row);
        assert_same(subject.find(&row).await.as_ref(), &row);
    }
    assert_same(subject.find(&other).await.as_ref(), &other);
}

/// The row as it is.
async fn empty_changes_only_read<R: Resource>(subject: Subject) {
    let row = R::sample(&subject, subject.owner::<R>().await, "a");
    subject.store(&[&row]).await;
    assert_same(subject.update(&row, &R::Changes::default()).await.as_ref(), &row);
    assert_same(subject.find(&row).await.as_ref(), &row);
}

/// A second time there is nothing; others stay, and the owner.
async fn a_row_is_deleted_once<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (row, other) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row, &other]).await;
    assert!(subject.delete(&row).await.expect("an answer"));
    assert!(!subject.delete(&row).await.expect("an answer"));
    assert_eq!(subject.find(&row).await, None);
    assert_eq!(subject.find(&other).await, Some(other));
    assert_eq!(subject.has_owner(ann).await, R::OWNER.is_some());
    subject.store(&[&row]).await;
    assert_eq!(subject.find(&row).await, Some(row));
}

/// Which is no failure.
async fn a_missing_row_is_neither_changed_nor_deleted<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (row, missing) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row]).await;
    let mut work = subject.begin().await;
    for changes in R::changes().into_iter().chain([R::Changes::default()]) {
        assert_eq!(missing.update(&mut *work, &changes).await.expect("an answer"), None);
    }
    assert!(!missing.delete(&mut *work).await.expect("an answer"));
    assert!(row.delete(&mut *work).await.expect("an answer"));
    work.commit().await.expect("a commit");
    assert_eq!(subject.find(&row).await, None);
}

/// All is as it was.
async fn a_dropped_unit_neither_changes_nor_deletes<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (row, other) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row, &other]).await;
    let mut work = subject.begin().await;
    assert_ne!(row.update(&mut *work, &R::changes_to("c")).await.expect("an answer").as_ref(), Some(&row));
    assert!(other.delete(&mut *work).await.expect("an answer"));
    drop(work);
    assert_eq!(subject.find(&row).await, Some(row));
    assert_eq!(subject.find(&other).await, Some(other));
}

/// Also those that only read, and the commit.
async fn a_unit_that_failed_refuses_every_call<R: Resource>(subject: Subject) {
    let row = R::sample(&subject, subject.owner::<R>().await, "a");
    subject.store(&[&row]).await;
    let mut work = subject.failed_unit().await;
    assert_internal!(row.find(&mut *work).await);
    assert_internal!(row.update(&mut *work, &R::Changes::default()).await);
    assert_internal!(row.update(&mut *work, &R::changes_to("b")).await);
    assert_internal!(row.delete(&mut *work).await);
    assert_internal!(R::list(&mut *work, None, &all(R::Order::default())).await);
    assert_internal!(work.commit().await);
    assert_eq!(subject.find(&row).await, Some(row));
}

/// The others find nothing.
async fn of_many_deletions_one_succeeds<R: Resource>(subject: Subject) {
    let subject = Arc::new(subject);
    let row = R::sample(&subject, subject.owner::<R>().await, "a");
    subject.store(&[&row]).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, row) = (subject.clone(), row.clone());
        async move { subject.delete(&row).await }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(subject.find(&row).await, None);
}

/// Whatever is there from first to last is met once, whatever comes or goes at most once.
async fn a_walk_bears_changes<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for order in R::Order::ALL.iter().copied() {
        let rows: Vec<R> = crowd(&subject, ann, 0..23);
        subject.store(&rows.iter().collect::<Vec<_>>()).await;
        let mut there = rows;
        let mut comers = crowd::<R>(&subject, ann, 23..46).into_iter();
        let (mut met, mut after) = (Vec::<Uuid>::new(), None);
        loop {
            let page = subject.list::<R>(None, PageRequest { after, limit: 4, ..all(order) }).await;
            assert_progress(&page, 4, met.len());
            after = page.rows.last().map(|row| order.cursor(row));
            met.extend(page.rows.iter().map(|row| order.cursor(row).id));
            if !page.more {
                break;
            }
            // The row that the cursor names goes, and so does one of which nobody knows whether it was met.
            for gone in page.rows.last().cloned().into_iter().chain([there[0].clone()]) {
                subject.delete(&gone).await.expect("an answer");
                there.retain(|row| *row != gone);
            }
            subject.store(&comers.by_ref().take(2).collect::<Vec<_>>().iter().collect::<Vec<_>>()).await;
        }
        let distinct: BTreeSet<Uuid> = met.iter().copied().collect();
        assert_eq!(distinct.len(), met.len(), "{order:?}: something was met twice");
        assert!(there.iter().all(|row| distinct.contains(&order.cursor(row).id)), "{order:?}: something was not met");
        for row in subject.list::<R>(None, all(order)).await.rows {
            subject.delete(&row).await.expect("an answer");
        }
    }
}
