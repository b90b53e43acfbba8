//! Databases without one writer at a time: an item may go between two statements of a unit of work.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ironplate_application::{
    Ports,
    items::{ItemError, Items},
    ports::{DatabaseFacts, Health, MockOwnedRepository, Repositories, Store, StoreError, StoreResult, UnitOfWork},
    repositories,
};
use ironplate_domain::{Item, Timestamp};
use ironplate_testkit::{World, samples::client};

use super::{ann, to_title, world};
use crate::assert_fails;

/// Shows the items that there were, and changes others: once each, and nothing is committed.
struct Between {
    seen: Mutex<Option<MockOwnedRepository<Item>>>,
    written: Mutex<Option<MockOwnedRepository<Item>>>,
}

struct Handle(MockOwnedRepository<Item>);

fn once(items: &Mutex<Option<MockOwnedRepository<Item>>>) -> StoreResult<Box<Handle>> {
    let items = items.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(Box::new(Handle(items.ok_or_else(|| StoreError::Internal("a second handle".into()))?)))
}

#[async_trait]
impl Store for Between {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(once(&self.seen)?)
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(once(&self.written)?)
    }

    async fn health(&self) -> Health {
        Health::Ready
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        panic!("items alone are touched here")
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        panic!("items alone are touched here")
    }
}

impl Handle {
    #[expect(clippy::unused_self, reason = "it answers for a handle that is not there")]
    fn all_else(&mut self) -> &mut dyn Repositories {
        panic!("items alone are touched here")
    }
}

repositories! { forward Handle: |handle| handle.all_else(), but items => &mut handle.0 }

#[async_trait]
impl UnitOfWork for Handle {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        panic!("there was nothing to commit")
    }
}

fn between(world: &World, item: Item, written: MockOwnedRepository<Item>) -> Items {
    let mut seen = MockOwnedRepository::new();
    seen.expect_find().return_once(|_| Ok(Some(item)));
    let store = Arc::new(Between { seen: Mutex::new(Some(seen)), written: Mutex::new(Some(written)) });
    Items::new(&world.core(&Ports { store, ..world.ports() }))
}

#[tokio::test]
async fn an_item_that_goes_before_it_is_deleted_is_not_found() {
    let world = world().await;
    let item = world.item("ann's");
    let (id, mut items) = (item.id, MockOwnedRepository::new());
    items.expect_delete().times(1).return_once(|_| Ok(false));
    let service = between(&world, item, items);
    assert_fails!(service.delete(ann(&world), id, &client()).await, ItemError::NotFound(_));
}

#[tokio::test]
async fn an_item_that_goes_before_it_is_changed_is_not_found() {
    let world = world().await;
    let item = world.item("ann's");
    let (id, mut items) = (item.id, MockOwnedRepository::new());
    items.expect_update().times(1).return_once(|_, _| Ok(None));
    let service = between(&world, item, items);
    assert_fails!(service.update(ann(&world), id, to_title("b"), &client()).await, ItemError::NotFound(_));
}
