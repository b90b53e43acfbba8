use ironplate_application::{
    imports::{FaultyRow, ForeignId, ForeignItem, ImportMode, Imported, RowFault},
    items::CreateItem,
};
use ironplate_domain::{AuditDetail, AuditKind, Item, ItemId, ItemStatus, ItemTitle, Timestamp};
use ironplate_testkit::World;
use uuid::Uuid;

use super::{codes, eve, id_of, imports, user, uuid};

const ANN: &str = "ann@example.com";

fn item(id: ForeignId, owner: ForeignId, title: &str) -> ForeignItem {
    ForeignItem { id, owner: Some(owner), title: title.to_owned(), description: None, created_at: None }
}

/// A run with Ann, who is the user 1 there, and these items.
async fn bring(world: &World, mode: ImportMode, items: Vec<ForeignItem>) -> Vec<Imported> {
    let (imports, eve) = (imports(world), eve());
    let mut import = imports.begin(&eve, mode, FaultyRow::IsLeftOut);
    import.users(vec![Ok(user(world, uuid(1), ANN))]).await.unwrap();
    import.items(items).await.unwrap()
}

#[tokio::test]
async fn an_item_comes_as_it_is_and_stays_its_owners() {
    let world = World::new();
    let (made, description) = (Some(Timestamp::from_seconds(1_700_000_000)), Some("two litres".to_owned()));
    let milk = ForeignItem { description, created_at: made, ..item(uuid(7), uuid(1), "Milk") };
    assert_eq!(bring(&world, ImportMode::ForGood, vec![milk]).await, [Imported::Now]);
    let [milk] = &world.store.items()[..] else { panic!("one item") };
    let Item { id, owner, title, description, status, due_on, created_at } = milk;
    assert_eq!((*id, *owner), (ItemId(Uuid::from_u128(7)), id_of(1).into()));
    assert_eq!((title.as_str(), description.as_ref().unwrap().as_str()), ("Milk", "two litres"));
    assert_eq!((*status, *due_on, Some(*created_at)), (ItemStatus::Open, None, made));
}

#[tokio::test]
async fn what_came_in_is_one_event_an_owner_and_batch() {
    let world = World::new();
    bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Milk"), item(uuid(8), uuid(1), "Bread")]).await;
    bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Milk")]).await;
    let [event] = &world.events(AuditKind::ItemsImported)[..] else { panic!("one event") };
    assert_eq!((event.subject, &*event.details[&AuditDetail::Count]), (Some(id_of(1)), "2"));
    assert_eq!(event.details[&AuditDetail::Operator], "eve");
}

#[tokio::test]
async fn what_is_here_already_is_left_as_it_is() {
    let world = World::new();
    bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Milk")]).await;
    let again = bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Cheese")]).await;
    assert_eq!(again, [Imported::Before]);
    assert_eq!(world.store.items()[0].title.as_str(), "Milk");
}

#[tokio::test]
async fn what_would_be_refused_here_is_a_fault_of_its_row() {
    let world = World::new();
    let items = vec![
        item(uuid(7), uuid(1), ""),
        item(uuid(8), uuid(1), &"x".repeat(256)),
        ForeignItem { description: Some("x".repeat(256)), ..item(uuid(9), uuid(1), "Milk") },
        item(uuid(10), uuid(2), "Milk"),
        ForeignItem { owner: None, ..item(uuid(11), uuid(1), "Milk") },
        item(uuid(12), uuid(1), "Milk"),
    ];
    let expected = [
        Some("title_invalid"),
        Some("title_invalid"),
        Some("description_invalid"),
        Some("owner_missing"),
        Some("owner_missing"),
        None,
    ];
    assert_eq!(codes(&bring(&world, ImportMode::ForGood, items).await), expected);
    assert_eq!(world.store.items().len(), 1);
}

/// Numbers of two systems become the same ids: what is one user's must not become another's.
#[tokio::test]
async fn what_belongs_to_somebody_who_was_refused_comes_to_nobody_else() {
    let world = World::new();
    let one = ForeignId::Number(1);
    for (email, codes_of_items) in [(ANN, [None]), ("bob@example.com", [Some("owner_missing")])] {
        let (imports, eve) = (imports(&world), eve());
        let mut import = imports.begin(&eve, ImportMode::ForGood, FaultyRow::IsLeftOut);
        import.users(vec![Ok(user(&world, one, email))]).await.unwrap();
        let id = ForeignId::Number(world.store.items().len().try_into().unwrap());
        assert_eq!(codes(&import.items(vec![item(id, one, "Milk")]).await.unwrap()), codes_of_items);
    }
    assert_eq!(world.store.items().len(), 1);
}

#[tokio::test]
async fn an_id_that_is_another_owners_item_is_a_fault() {
    let world = World::new();
    bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Milk")]).await;
    let (imports, eve) = (imports(&world), eve());
    let mut import = imports.begin(&eve, ImportMode::ForGood, FaultyRow::IsLeftOut);
    import.users(vec![Ok(user(&world, uuid(2), "bob@example.com"))]).await.unwrap();
    let outcomes = import.items(vec![item(uuid(7), uuid(2), "Milk")]).await.unwrap();
    assert_eq!(outcomes, [Imported::Refused(RowFault::OwnerDiffers)]);
}

#[tokio::test]
async fn nobody_gets_more_than_they_may_have_and_a_rehearsal_knows() {
    let mut world = World::new();
    world.policy.most_items = 2;
    for mode in [ImportMode::Rehearsal, ImportMode::ForGood] {
        let (imports, eve) = (imports(&world), eve());
        let mut import = imports.begin(&eve, mode, FaultyRow::IsLeftOut);
        import.users(vec![Ok(user(&world, uuid(1), ANN))]).await.unwrap();
        let row = |id| item(uuid(id), uuid(1), "Milk");
        assert_eq!(import.items(vec![row(7)]).await.unwrap(), [Imported::Now]);
        let outcomes = import.items(vec![row(8), row(9)]).await.unwrap();
        assert_eq!(outcomes, [Imported::Now, Imported::Refused(RowFault::TooMany(2))]);
        assert_eq!(world.store.items().len(), if mode == ImportMode::ForGood { 2 } else { 0 });
    }
    let again = bring(&world, ImportMode::ForGood, vec![item(uuid(7), uuid(1), "Milk")]).await;
    assert_eq!(again, [Imported::Before], "who has as many as they may has it all the same");
    let title = ItemTitle::parse("Milk").unwrap();
    let more = CreateItem { title, description: None, due_on: None };
    assert!(world.application().items.create(world.actor(ANN), more).await.is_err());
}
