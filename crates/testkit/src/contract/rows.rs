//! Rows of any table are stored as they are, by their unit of work or not at all.

use std::fmt::Debug;

use ironplate_application::ports::{Constraint, Repositories, StoreResult};
use ironplate_domain::Owner;

use super::{
    checks::checks,
    subject::{Subject, assert_internal},
};

/// What is kept in a table.
pub trait Row: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// What an insertion violates when the user does not exist whose row it is; `None` for what is nobody's.
    const OWNER: Option<Constraint>;

    /// The same of an organisation, which owns rows of some tables.
    const OWNING_ORGANIZATION: Option<Constraint> = None;

    /// One that is not stored: this owner's, with this text as its name, where it has such.
    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self;

    /// Some that use their fields to the full: Unicode, microseconds, absence, emptiness.
    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self>;

    /// Adds what it refers to, unless that is there already.
    fn prepare(&self, _: &Subject, _: &mut dyn Repositories) -> impl Future<Output = StoreResult<()>> + Send {
        async { Ok(()) }
    }

    /// Adds it.
    fn insert(&self, work: &mut dyn Repositories) -> impl Future<Output = StoreResult<()>> + Send;

    /// It, as it is stored.
    fn find(&self, from: &mut dyn Repositories) -> impl Future<Output = StoreResult<Option<Self>>> + Send;

    /// What a comparison overlooks, and a store must not.
    fn spelling(&self) -> Option<&str> {
        None
    }
}

checks! { rows<R: Row>;
    a_row_comes_back_as_inserted,
    an_unknown_row_is_none,
    a_dropped_unit_inserts_nothing,
    a_row_is_seen_by_its_unit_first_and_by_everybody_after_the_commit,
    a_unit_that_failed_takes_and_finds_no_row,
}

/// Every field survives.
async fn a_row_comes_back_as_inserted<R: Row>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for row in [R::sample(&subject, ann, "plain")].into_iter().chain(R::extremes(&subject, ann)) {
        subject.store(&[&row]).await;
        assert_same(subject.find(&row).await.as_ref(), &row);
    }
}

/// Whatever else is there.
async fn an_unknown_row_is_none<R: Row>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    subject.store(&[&R::sample(&subject, ann, "a")]).await;
    assert_eq!(subject.find(&R::sample(&subject, ann, "b")).await, None);
}

/// What its unit did not keep was never there.
async fn a_dropped_unit_inserts_nothing<R: Row>(subject: Subject) {
    let row = R::sample(&subject, subject.owner::<R>().await, "a");
    let mut work = subject.begin().await;
    row.prepare(&subject, &mut *work).await.expect("what it refers to");
    row.insert(&mut *work).await.expect("a new row");
    drop(work);
    assert_eq!(subject.find(&row).await, None);
    subject.store(&[&row]).await;
    assert_eq!(subject.find(&row).await, Some(row));
}

/// Readers meanwhile don't wait.
async fn a_row_is_seen_by_its_unit_first_and_by_everybody_after_the_commit<R: Row>(subject: Subject) {
    let row = R::sample(&subject, subject.owner::<R>().await, "a");
    let mut work = subject.begin().await;
    row.prepare(&subject, &mut *work).await.expect("what it refers to");
    row.insert(&mut *work).await.expect("a new row");
    assert_eq!(row.find(&mut *work).await.expect("an answer").as_ref(), Some(&row));
    assert_eq!(subject.find(&row).await, None);
    work.commit().await.expect("a commit");
    assert_eq!(subject.find(&row).await, Some(row));
}

/// It is over, whatever is asked of it.
async fn a_unit_that_failed_takes_and_finds_no_row<R: Row>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let (row, next) = (R::sample(&subject, ann, "a"), R::sample(&subject, ann, "b"));
    subject.store(&[&row]).await;
    let mut work = subject.failed_unit().await;
    assert_internal!(row.find(&mut *work).await);
    assert_internal!(next.insert(&mut *work).await);
    assert_internal!(work.commit().await);
    assert_eq!(subject.find(&next).await, None);
}

/// This row, to the letter.
pub(super) fn assert_same<'a, R: Row>(found: impl Into<Option<&'a R>>, expected: &R) {
    let found = found.into();
    assert_eq!(found, Some(expected));
    assert_eq!(found.and_then(R::spelling), expected.spelling());
}
