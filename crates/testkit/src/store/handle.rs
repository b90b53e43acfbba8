//! What `read` and `begin` hand out: every repository and the unit of work in one.

use async_trait::async_trait;
use ironplate_application::ports::{StoreError, StoreResult, UnitOfWork};
use tokio::sync::OwnedMutexGuard;

use super::{FakeStore, data::Data};

pub(super) struct Handle {
    store: FakeStore,
    unit: Option<Unit>,
}

/// A transaction: what it sees is its own until it commits.
struct Unit {
    data: Data,
    has_failed: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Handle {
    pub(super) fn for_reading(store: FakeStore) -> Self {
        Self { store, unit: None }
    }

    pub(super) fn for_writing(store: FakeStore, turn: OwnedMutexGuard<()>) -> Self {
        let data = store.committed().clone();
        Self { store, unit: Some(Unit { data, has_failed: false, _turn: turn }) }
    }

    pub(super) fn look<T>(&mut self, look: impl FnOnce(&Data) -> T) -> StoreResult<T> {
        match &mut self.unit {
            None => self.store.reach().map(|()| look(&self.store.committed())),
            Some(unit) => unit.call(&self.store, |data| Ok(look(data))),
        }
    }

    pub(super) fn write<T>(&mut self, write: impl FnOnce(&mut Data) -> StoreResult<T>) -> StoreResult<T> {
        match &mut self.unit {
            None => Err(StoreError::Internal("a handle for reading does not write".into())),
            Some(unit) => unit.call(&self.store, write),
        }
    }
}

impl Unit {
    fn call<T>(&mut self, store: &FakeStore, act: impl FnOnce(&mut Data) -> StoreResult<T>) -> StoreResult<T> {
        self.check_intact()?;
        let outcome = store.reach().and_then(|()| act(&mut self.data));
        self.has_failed = outcome.is_err();
        outcome
    }

    fn check_intact(&self) -> StoreResult<()> {
        if self.has_failed { Err(StoreError::Internal("the unit of work has failed".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl UnitOfWork for Handle {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        let Self { store, unit } = *self;
        let unit = unit.ok_or_else(|| StoreError::Internal("a handle for reading does not commit".into()))?;
        unit.check_intact()?;
        store.publish(unit.data)
    }
}
