//! Items.

mod at_organizations;

use ironplate_application::{
    Kind, Missing,
    items::{CreateItem, CreateItemError, ItemError, MoveItemError},
    organizations::OrganizationError,
    ports::{Clock, Constraint, StoreError},
};
use ironplate_domain::{Item, ItemStatus};
use ironplate_testkit::{
    World,
    samples::{client, date, text},
};

use crate::{acting::acts, assert_fails, faults::errors, owned::promised};

promised! { items of Item, exported as Items; item("new") }

acts! { |world, actor, item: Item|
    changes items.complete(actor, item.id, &client());
    changes items.reopen(actor, item.id, &client());
    changes items.move_to(actor, item.id, None, &client());
}

errors! { |denied|
    CreateItemError::TooMany(1) => Kind::Conflict, "too_many_items";
    CreateItemError::OrganizationFull(1) => Kind::Conflict, "too_many_items";
    CreateItemError::OwnerGone => Kind::NotFound, "user_not_found";
    CreateItemError::Organization(OrganizationError::NotFound(Missing)) => Kind::NotFound, "organization_not_found";
    CreateItemError::Store(StoreError::Internal("the reason".into())) => Kind::Internal, "internal_error";
    CreateItemError::from(StoreError::Conflict(Constraint::ItemOwner)) => Kind::NotFound, "user_not_found";
    CreateItemError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Internal, "internal_error";
    MoveItemError::Item(ItemError::NotFound(Missing)) => Kind::NotFound, "item_not_found";
    MoveItemError::There(CreateItemError::OwnerGone) => Kind::NotFound, "user_not_found";
    ItemError::NotFound(Missing) => Kind::NotFound, "item_not_found";
    ItemError::Denied(denied) => Kind::Denied(denied), "not_enough_permissions";
    ItemError::Store(StoreError::Unavailable("the reason".into())) => Kind::Unavailable, "unavailable";
}

const ANN: &str = "ann@example.com";

pub(crate) fn item(title: &str) -> CreateItem {
    CreateItem { title: text(title), description: Some(text("in a few words")), due_on: Some(date("2027-03-01")) }
}

#[tokio::test]
async fn an_item_is_as_it_was_asked_for() {
    let world = World::new().with_user(ANN).await;
    let owner = world.user(ANN).id;
    let made = world.application().items.create(world.actor(ANN), item("a")).await.unwrap();
    let new = Item::new(made.id, owner, text("a"), world.clock.now());
    let expected = Item { description: Some(text("in a few words")), due_on: Some(date("2027-03-01")), ..new };
    assert_eq!(made, expected);
    let bare = CreateItem { description: None, due_on: None, ..item("b") };
    let made = world.application().items.create(world.actor(ANN), bare).await.unwrap();
    assert_eq!(made.description, None);
    assert_eq!(made.due_on, None);
}

#[tokio::test]
async fn an_item_is_made_done() {
    let world = World::new().with_user(ANN).await;
    let (ann, before): (_, Item) = (world.actor(ANN), world.add(ANN, "a").await);
    for _ in 0..2 {
        let changed = world.application().items.complete(ann, before.id, &client()).await.unwrap();
        assert_eq!(changed, Item { status: ItemStatus::Done, ..before.clone() });
        assert_eq!(world.stored(&before).await, Some(changed));
    }
}

#[tokio::test]
async fn an_item_is_made_open() {
    let world = World::new().with_user(ANN).await;
    let (ann, before): (_, Item) = (world.actor(ANN), world.add(ANN, "a").await);
    world.application().items.complete(ann, before.id, &client()).await.unwrap();
    for _ in 0..2 {
        let changed = world.application().items.reopen(ann, before.id, &client()).await.unwrap();
        assert_eq!(changed, Item { status: ItemStatus::Open, ..before.clone() });
        assert_eq!(world.stored(&before).await, Some(changed));
    }
}

#[tokio::test]
async fn a_user_has_so_many_items_and_no_more() {
    let mut world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    world.policy.most_items = 2;
    let (ann, first): (_, Item) = (world.actor(ANN), world.add(ANN, "first").await);
    world.application().items.create(ann, item("second")).await.unwrap();
    assert_fails!(world.application().items.create(ann, item("third")).await, CreateItemError::TooMany(2));
    assert_eq!(world.store.owned::<Item>().len(), 2);
    world.application().items.create(world.actor("bob@example.com"), item("of another")).await.unwrap();
    world.application().items.delete(ann, first.id, &client()).await.unwrap();
    world.application().items.create(ann, item("third")).await.unwrap();
}
