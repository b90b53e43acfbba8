//! What `read` and `begin` hand out. It is every repository, and so all of them together.

use std::sync::Arc;

use async_trait::async_trait;
use ironplate_application::ports::{StoreError, StoreResult, UnitOfWork};
use redb::{Database, ReadableDatabase, WriteTransaction};
use tokio::sync::OwnedMutexGuard;

use crate::records::{Rows, fault};

pub(crate) struct Handle {
    database: Arc<Database>,
    unit: Option<Unit>,
}

struct Unit {
    /// Undone when it is dropped, which is before the turn ends.
    transaction: WriteTransaction,
    has_failed: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Handle {
    pub(crate) fn for_reading(database: Arc<Database>) -> Self {
        Self { database, unit: None }
    }

    pub(crate) fn for_writing(database: Arc<Database>, turn: OwnedMutexGuard<()>) -> StoreResult<Self> {
        let transaction = database.begin_write().map_err(fault)?;
        Ok(Self { database, unit: Some(Unit { transaction, has_failed: false, _turn: turn }) })
    }

    /// One call of a repository: on what is committed, or in the unit of work, which ends where a call fails.
    pub(crate) fn call<T>(&mut self, act: impl FnOnce(&Rows) -> StoreResult<T>) -> StoreResult<T> {
        let Some(unit) = &mut self.unit else {
            return act(&Rows::Committed(self.database.begin_read().map_err(fault)?));
        };
        unit.check_intact()?;
        let outcome = act(&Rows::Unit(&unit.transaction));
        unit.has_failed = outcome.is_err();
        outcome
    }
}

impl Unit {
    fn check_intact(&self) -> StoreResult<()> {
        if self.has_failed { Err(StoreError::Internal("the unit of work has failed".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl UnitOfWork for Handle {
    /// Waits for the disk on the caller's thread; a server would do it on one for blocking work.
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        let unit = self.unit.ok_or_else(|| StoreError::Internal("a handle for reading does not commit".into()))?;
        unit.check_intact()?;
        unit.transaction.commit().map_err(fault)
    }
}
