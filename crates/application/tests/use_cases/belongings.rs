//! What people and organisations have: it is seen with them, and goes with them.

use ironplate_application::{Operator, items::ItemOrder, organizations::SoleOwned, overview::Overview};
use ironplate_domain::{AuditKind, Item, Owner, Role};
use ironplate_testkit::{FakeStore, World, samples::client};

use crate::{
    all,
    items::item,
    organizations::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, requiring::requiring},
};

async fn root_and_ann() -> World {
    World::new().with_user(ANN).await.with_superuser(ROOT).await
}

/// What the newest are called.
fn titles(seen: &Overview) -> Vec<&str> {
    seen.newest.iter().flat_map(|sort| &sort.rows).map(|row| &*row.title).collect()
}

#[tokio::test]
async fn everybody_sees_their_own_at_a_glance() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await.with_item(ROOT, "Root's").await;
    let seen = world.application().overviews.look(world.actor(ANN)).await.unwrap();
    assert_eq!((titles(&seen), seen.owned["items"]), (vec!["Ann's"], 1));
    let sort = seen.newest.iter().find(|sort| sort.of == "items").unwrap();
    assert_eq!((sort.of, sort.rows[0].id, sort.may_create), ("items", world.item("Ann's").id.0, true));
    let seen = world.application().overviews.look(world.actor(ROOT)).await.unwrap();
    assert_eq!((titles(&seen), seen.owned["items"]), (vec!["Root's"], 1), "superusers, too");
}

#[tokio::test]
async fn the_newest_few_come_first() {
    let world = root_and_ann().await;
    for title in ["1", "2", "3", "4", "5", "6"] {
        world.clone().with_item(ANN, title).await;
    }
    let seen = world.application().overviews.look(world.actor(ANN)).await.unwrap();
    assert_eq!((titles(&seen), seen.owned["items"]), (vec!["6", "5", "4", "3", "2"], 6));
}

#[tokio::test]
async fn with_an_organization_at_hand_it_is_seen_what_that_has() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await;
    let acme = world.organization("Acme", &[(ANN, Role::Viewer), (ROOT, Role::Owner)]).await;
    let other = world.organization("Other", &[(ANN, Role::Owner)]).await;
    world.add_to::<Item>(acme, "Acme's").await;
    world.add_to::<Item>(other, "Other's").await;
    let seen = world.application().overviews.look(world.actor_at("Acme", ANN)).await.unwrap();
    assert_eq!((titles(&seen), seen.owned["items"]), (vec!["Acme's"], 1));
    assert!(!seen.newest[0].may_create, "viewers look");
}

#[tokio::test]
async fn an_account_is_deleted_with_what_it_has() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await.with_item(ROOT, "Root's").await;
    world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.items(), [world.item("Root's")]);
}

#[tokio::test]
async fn a_deletion_that_is_not_stored_leaves_what_there_is() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await;
    let (root, ann) = (world.actor(ROOT), world.actor(ANN));
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        world.accounts().delete_account(ann, SoleOwned::Keep, &client()).await.unwrap_err();
        world.users().delete(root, ann.user, SoleOwned::Keep, &client()).await.unwrap_err();
    }
    assert_eq!(world.store.items().len(), 1);
}

#[tokio::test]
async fn a_user_is_deleted_with_what_they_have() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await.with_item(ROOT, "Root's").await;
    world.users().delete(world.actor(ROOT), world.user(ANN).id, SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.items(), [world.item("Root's")]);
}

#[tokio::test]
async fn who_looks_at_a_user_is_told_how_much_they_have() {
    let world = root_and_ann().await.with_item(ANN, "Ann's").await;
    let (users, ann, eve) = (world.users(), world.user(ANN).id, Operator::default());
    assert_eq!(users.look(world.actor(ROOT), ann, &client()).await.unwrap().owned["items"], 1);
    assert_eq!(users.by_operator(&eve).look(ann).await.unwrap().owned["items"], 1);
}

#[tokio::test]
async fn who_deletes_an_organization_is_told_how_much_it_has() {
    let world = acme_with_bob_as(Role::Owner).await;
    let acme = world.organization_called(ACME).id;
    let assert_told = async |items: &str| {
        let size = world.organizations().size(world.actor_at(ACME, BOB), acme, &client()).await.unwrap().to_string();
        let parts: Vec<_> = size.split(", ").flat_map(|part| part.split(" and ")).collect();
        assert!(parts.starts_with(&["2 members", "0 invitations"]) && parts.contains(&items), "{size}");
        assert_eq!(size.matches(" and ").count(), 1, "{size}");
    };
    assert_told("0 items").await;
    world.add_to::<Item>(acme, "Milk").await;
    assert_told("1 item").await;
    let deleted = world.organizations().delete(world.actor_at(ACME, BOB), acme, Some(ACME), &client()).await.unwrap();
    assert_eq!((deleted.owned["items"], world.store.items()), (1, vec![]));
}

#[tokio::test]
async fn who_lacks_the_second_factor_that_an_organization_asks_for_does_nothing_to_what_it_has() {
    for role in Role::ALL {
        let world = requiring(role).await;
        let acme = world.organization_called(ACME).id;
        let theirs = world.add_to::<Item>(Owner::from(acme), "Milk").await;
        let mine = world.add::<Item>(BOB, "Mine").await;
        let (bob, items) = (world.actor_at(ACME, BOB), world.items());
        let before = world.store.snapshot();
        let refused = [
            code(items.list_of(bob, acme, all(ItemOrder::Newest), &client()).await),
            // What names no organisation, and so comes with no role.
            code(items.read(world.actor(BOB), theirs.id, &client()).await),
            code(items.delete(world.actor(BOB), theirs.id, &client()).await),
            code(items.create_in(world.actor(BOB), acme, item("New"), &client()).await),
            code(items.move_to(world.actor(BOB), mine.id, Some(acme), &client()).await),
        ];
        assert_eq!(refused, ["organization_requires_second_factor"; 5], "{role}");
        assert!(world.store.snapshot() == before, "{role}");
        // What is their own is as it was.
        items.read(bob, mine.id, &client()).await.unwrap();
        assert_eq!(world.events(AuditKind::PermissionRefused).len(), 5, "each is recorded");
        world.add_app(BOB).await;
        items.read(world.actor(BOB), theirs.id, &client()).await.unwrap();
    }
}

/// The first page is one's own then.
#[tokio::test]
async fn nothing_of_what_such_an_organization_has_is_seen_at_a_glance() {
    let world = requiring(Role::Member).await;
    let acme = world.organization_called(ACME).id;
    world.add_to::<Item>(Owner::from(acme), "Milk").await;
    let look = async |who| world.application().overviews.look(world.actor_at(ACME, who)).await.unwrap();
    assert_eq!(titles(&look(BOB).await), <[&str; 0]>::default());
    assert_eq!(titles(&look(ANN).await), ["Milk"]);
}

#[tokio::test]
async fn strangers_are_told_nothing_of_what_such_an_organization_has() {
    let world = requiring(Role::Member).await;
    let milk = world.add_to::<Item>(Owner::from(world.organization_called(ACME).id), "Milk").await;
    assert_eq!(code(world.items().read(world.actor(EVE), milk.id, &client()).await), "item_not_found");
}
