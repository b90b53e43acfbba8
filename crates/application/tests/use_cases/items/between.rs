//! Databases without one writer at a time: an item may go between two statements of a unit of work.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ironplate_application::{
    items::{ItemError, Items},
    ports::{
        Health, ItemRepository, MockItemRepository, OneTimeTokenRepository, OutboxRepository, Repositories,
        SessionRepository, Store, StoreError, StoreResult, UnitOfWork, UserRepository,
    },
};

use super::{ann, to_title, world};
use crate::assert_fails;

/// Hands out one unit of work, which must not be committed.
struct OneUnit(Mutex<Option<MockItemRepository>>);

struct Unit(MockItemRepository);

#[async_trait]
impl Store for OneUnit {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Err(StoreError::Internal("nobody reads here".into()))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        let items = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let items = items.ok_or_else(|| StoreError::Internal("a second unit of work".into()))?;
        Ok(Box::new(Unit(items)))
    }

    async fn health(&self) -> Health {
        Health::Ready
    }
}

impl Repositories for Unit {
    fn items(&mut self) -> &mut dyn ItemRepository {
        &mut self.0
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        panic!("items alone are touched here")
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        panic!("items alone are touched here")
    }

    fn one_time_tokens(&mut self) -> &mut dyn OneTimeTokenRepository {
        panic!("items alone are touched here")
    }

    fn outbox(&mut self) -> &mut dyn OutboxRepository {
        panic!("items alone are touched here")
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        panic!("there was nothing to commit")
    }
}

#[tokio::test]
async fn an_item_that_goes_before_it_is_deleted_is_not_found() {
    let world = world().await;
    let item = world.item("ann's");
    let (id, mut items) = (item.id, MockItemRepository::new());
    items.expect_find().return_once(|_| Ok(Some(item)));
    items.expect_delete().times(1).return_once(|_| Ok(false));
    let service = Items { store: Arc::new(OneUnit(Mutex::new(Some(items)))), ..world.items() };
    assert_fails!(service.delete(ann(&world), id).await, ItemError::NotFound);
}

#[tokio::test]
async fn an_item_that_goes_before_it_is_changed_is_not_found() {
    let world = world().await;
    let item = world.item("ann's");
    let (id, mut items) = (item.id, MockItemRepository::new());
    items.expect_find().return_once(|_| Ok(Some(item)));
    items.expect_update().times(1).return_once(|_, _| Ok(None));
    let service = Items { store: Arc::new(OneUnit(Mutex::new(Some(items)))), ..world.items() };
    assert_fails!(service.update(ann(&world), id, to_title("b")).await, ItemError::NotFound);
}
