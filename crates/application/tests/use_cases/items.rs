//! The example resource.

mod between;

use ironplate_application::{
    Kind, Missing,
    items::{CreateItem, CreateItemError, ItemError, ItemOrder},
    ports::{Clock, Constraint, PageRequest, StoreError},
};
use ironplate_domain::{Actor, Item, ItemChanges, ItemId, ItemStatus, User};
use ironplate_testkit::{
    FakeStore, World,
    samples::{client, date, description, title},
};
use uuid::Uuid;

use crate::{
    acting::{Target, acts},
    all, assert_fails,
    faults::errors,
};

acts! { |world, actor, item: Item|
    reads items.read(actor, item.id, &client());
    changes items.update(actor, item.id, to_title("changed"), &client());
    changes items.complete(actor, item.id, &client());
    changes items.reopen(actor, item.id, &client());
    changes items.delete(actor, item.id, &client());
}

impl Target for Item {
    async fn of(owner: User, world: &World) -> Self {
        world.add(owner.email.canonical(), "theirs").await
    }
}

errors! { |denied|
    CreateItemError::TooMany(1) => Kind::Conflict, "too_many_items";
    CreateItemError::OwnerGone => Kind::NotFound, "user_not_found";
    CreateItemError::Store(StoreError::Internal("the reason".into())) => Kind::Internal, "internal_error";
    CreateItemError::from(StoreError::Conflict(Constraint::ItemOwner)) => Kind::NotFound, "user_not_found";
    CreateItemError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Internal, "internal_error";
    ItemError::NotFound(Missing) => Kind::NotFound, "item_not_found";
    ItemError::Denied(denied) => Kind::Denied(denied), "not_enough_permissions";
    ItemError::Store(StoreError::Unavailable("the reason".into())) => Kind::Unavailable, "unavailable";
}

const NO_ITEM: ItemId = ItemId(Uuid::nil());

fn item(name: &str) -> CreateItem {
    CreateItem {
        title: title(name),
        description: Some(description("what it is about")),
        due_on: Some(date("2027-03-01")),
    }
}

fn to_title(name: &str) -> ItemChanges {
    ItemChanges { title: Some(title(name)), ..ItemChanges::default() }
}

/// Ann and Bob with an item each, and a superuser without.
async fn world() -> World {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let world = world.with_superuser("root@example.com").await;
    world.with_item("ann@example.com", "ann's").await.with_item("bob@example.com", "bob's").await
}

fn ann(world: &World) -> Actor {
    world.actor("ann@example.com")
}

fn root(world: &World) -> Actor {
    world.actor("root@example.com")
}

#[tokio::test]
async fn an_item_belongs_to_whoever_makes_it() {
    let world = world().await;
    let made = world.items().create(ann(&world), item("a")).await.unwrap();
    let expected = Item {
        description: Some(description("what it is about")),
        due_on: Some(date("2027-03-01")),
        ..Item::new(made.id, ann(&world).user, title("a"), world.clock.now())
    };
    assert_eq!(made, expected);
    assert_eq!(world.item("a"), expected);
}

#[tokio::test]
async fn an_item_needs_no_description() {
    let world = world().await;
    let made = world.items().create(ann(&world), CreateItem { description: None, ..item("a") }).await.unwrap();
    assert_eq!(made.description, None);
}

#[tokio::test]
async fn whoever_was_deleted_makes_no_item() {
    let world = world().await;
    let gone = ann(&world);
    world.accounts().delete_account(gone, &client()).await.unwrap();
    assert_fails!(world.items().create(gone, item("a")).await, CreateItemError::OwnerGone);
    assert_eq!(world.store.items(), [world.item("bob's")]);
}

#[tokio::test]
async fn an_item_that_is_not_stored_was_not_made() {
    let world = world().await;
    let before = world.store.items();
    world.store.fail_commits();
    let outcome = world.items().create(ann(&world), item("a")).await;
    assert_fails!(outcome, CreateItemError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = world.items().create(ann(&world), item("a")).await;
    assert_fails!(outcome, CreateItemError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.items(), before);
}

#[tokio::test]
async fn an_item_is_read_by_its_owner_and_by_superusers() {
    let world = world().await;
    let anns = world.item("ann's");
    assert_eq!(world.items().read(ann(&world), anns.id, &client()).await.unwrap(), anns);
    assert_eq!(world.items().read(root(&world), anns.id, &client()).await.unwrap(), anns);
    let outcome = world.items().read(world.actor("bob@example.com"), anns.id, &client()).await;
    assert_fails!(outcome, ItemError::Denied(_));
}

#[tokio::test]
async fn an_item_that_is_not_there_is_not_found_by_anybody() {
    let world = world().await;
    for actor in [ann(&world), root(&world)] {
        assert_fails!(world.items().read(actor, NO_ITEM, &client()).await, ItemError::NotFound(_));
        assert_fails!(world.items().update(actor, NO_ITEM, to_title("x"), &client()).await, ItemError::NotFound(_));
        assert_fails!(world.items().delete(actor, NO_ITEM, &client()).await, ItemError::NotFound(_));
    }
    assert_eq!(world.store.items().len(), 2);
}

#[tokio::test]
async fn users_list_their_own_items_and_superusers_everybodys() {
    let world = world().await;
    let (anns, bobs) = (world.item("ann's"), world.item("bob's"));
    let mine = world.items().list(ann(&world), all(ItemOrder::Title)).await.unwrap();
    assert_eq!((mine.rows.as_slice(), mine.count), ([anns.clone()].as_slice(), 1));
    let everybodys = world.items().list(root(&world), all(ItemOrder::Title)).await.unwrap();
    assert_eq!((everybodys.rows, everybodys.count), (vec![anns, bobs.clone()], 2));
    let last = PageRequest { search: Some("'S".to_owned()), skip: 1, limit: 1, ..all(ItemOrder::Oldest) };
    let page = world.items().list(root(&world), last).await.unwrap();
    assert_eq!((page.rows, page.count, page.more), (vec![bobs], 2, false));
}

#[tokio::test]
async fn without_storage_nothing_is_seen() {
    let world = world().await;
    let (actor, anns) = (ann(&world), world.item("ann's"));
    world.store.go_down();
    assert_fails!(world.items().list(actor, all(ItemOrder::Newest)).await, StoreError::Unavailable(_));
    let outcome = world.items().read(actor, anns.id, &client()).await;
    assert_fails!(outcome, ItemError::Store(StoreError::Unavailable(_)));
}

#[tokio::test]
async fn an_item_changes_in_what_is_named_and_nothing_else() {
    let world = world().await;
    let before = world.item("ann's");
    let described = ItemChanges { description: Some(Some(description("d"))), ..ItemChanges::default() };
    let described = world.items().update(ann(&world), before.id, described, &client()).await.unwrap();
    assert_eq!(described, Item { description: Some(description("d")), ..before.clone() });
    let renamed = world.items().update(root(&world), before.id, to_title("renamed"), &client()).await.unwrap();
    assert_eq!(renamed, Item { title: title("renamed"), ..described });
    let cleared = ItemChanges { description: Some(None), ..ItemChanges::default() };
    let cleared = world.items().update(ann(&world), before.id, cleared, &client()).await.unwrap();
    assert_eq!(cleared, Item { description: None, ..renamed });
    assert_eq!(world.item("renamed"), cleared);
    let unchanged = world.items().update(ann(&world), before.id, ItemChanges::default(), &client()).await.unwrap();
    assert_eq!(unchanged, cleared);
}

#[tokio::test]
async fn an_item_is_done_and_opened_again() {
    let world = world().await;
    let before = world.item("ann's");
    for _ in 0..2 {
        let done = world.items().complete(ann(&world), before.id, &client()).await.unwrap();
        assert_eq!(done, Item { status: ItemStatus::Done, ..before.clone() });
        assert_eq!(world.item("ann's"), done);
    }
    assert_eq!(world.items().reopen(root(&world), before.id, &client()).await.unwrap(), before);
    assert_eq!(world.item("ann's"), before);
}

#[tokio::test]
async fn somebody_elses_item_is_neither_changed_nor_deleted() {
    let world = world().await;
    let before = world.store.items();
    let bobs = world.item("bob's").id;
    assert_fails!(world.items().update(ann(&world), bobs, to_title("mine"), &client()).await, ItemError::Denied(_));
    assert_fails!(
        world.items().update(ann(&world), bobs, ItemChanges::default(), &client()).await,
        ItemError::Denied(_)
    );
    assert_fails!(world.items().delete(ann(&world), bobs, &client()).await, ItemError::Denied(_));
    assert_eq!(world.store.items(), before);
}

#[tokio::test]
async fn an_item_is_deleted_by_its_owner_or_by_a_superuser_once() {
    let world = world().await;
    let (anns, bobs) = (world.item("ann's").id, world.item("bob's").id);
    world.items().delete(ann(&world), anns, &client()).await.unwrap();
    assert_fails!(world.items().delete(ann(&world), anns, &client()).await, ItemError::NotFound(_));
    world.items().delete(root(&world), bobs, &client()).await.unwrap();
    assert_eq!(world.store.items(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_delete_an_item_one_succeeds() {
    let world = world().await;
    let (actor, id) = (ann(&world), world.item("ann's").id);
    let rivals: Vec<_> = (0..16)
        .map(|_| {
            let items = world.items();
            tokio::spawn(async move { items.delete(actor, id, &client()).await })
        })
        .collect();
    let mut succeeded = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(()) => succeeded += 1,
            outcome => assert_fails!(outcome, ItemError::NotFound(_)),
        }
    }
    assert_eq!(succeeded, 1);
}

#[tokio::test]
async fn a_change_or_deletion_that_is_not_stored_never_happened() {
    let world = world().await;
    let (actor, anns, before) = (ann(&world), world.item("ann's").id, world.store.items());
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.items().update(actor, anns, to_title("x"), &client()).await;
        assert_fails!(outcome, ItemError::Store(StoreError::Unavailable(_)));
        let outcome = world.items().delete(actor, anns, &client()).await;
        assert_fails!(outcome, ItemError::Store(StoreError::Unavailable(_)));
    }
    assert_eq!(world.store.items(), before);
}

#[tokio::test]
async fn a_user_has_so_many_items_and_no_more() {
    let mut world = world().await;
    world.policy.most_items = 2;
    world.items().create(ann(&world), item("second")).await.unwrap();
    assert_fails!(world.items().create(ann(&world), item("third")).await, CreateItemError::TooMany(2));
    assert_eq!(world.store.items().len(), 3);
    world.items().delete(ann(&world), world.item("second").id, &client()).await.unwrap();
    world.items().create(ann(&world), item("third")).await.unwrap();
    world.items().create(root(&world), item("of another")).await.unwrap();
}
