//! A store of mocks, for tests of one use case in which the calls themselves are the point.

use async_trait::async_trait;

use super::{StoreResult, UnitOfWork};
use crate::repositories;

/// How a unit of work ends.
#[mockall::automock]
pub trait Ending: Send {
    /// Makes it durable.
    ///
    /// # Errors
    /// What the test wants.
    fn commit(&mut self) -> StoreResult<()>;
}

repositories! { mock
    /// A unit of work of mocks, good for reading as well. A call that nobody expects panics, and so does a commit; one that is
    /// expected and never comes panics when the unit is dropped.
    ///
    /// ```
    /// use ironplate_application::ports::{MockStore, MockUnitOfWork};
    ///
    /// let mut work = MockUnitOfWork::default();
    /// work.items.expect_delete().returning(|_, _| Ok(true));
    /// work.ending.expect_commit().returning(|| Ok(()));
    /// let mut store = MockStore::new();
    /// store.expect_begin().return_once(|| Ok(Box::new(work)));
    /// ```
    pub struct MockUnitOfWork {
        /// How it ends.
        ending: MockEnding
    }
}

#[async_trait]
impl UnitOfWork for MockUnitOfWork {
    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        self.ending.commit()
    }
}
