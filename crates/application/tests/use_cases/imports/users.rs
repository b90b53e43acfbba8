use ironplate_application::{
    imports::{FaultyRow, ForeignId, ForeignUser, ImportMode, Imported, RowFault},
    ports::StoreError,
};
use ironplate_domain::{AuditDetail, AuditKind, AuditOutcome, PasswordHash, Timestamp, User};
use ironplate_testkit::{
    World,
    samples::{email, full_name},
};

use super::{bring_users, codes, eve, id_of, imports, user, uuid};
use crate::{assert_fails, opens};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn a_user_comes_as_they_are_with_the_password_that_they_had() {
    let world = World::new();
    let hash = world.hasher.weak_hash_of("open sesame");
    let ann = ForeignUser {
        id: uuid(1),
        email: "Ann@Example.com".to_owned(),
        full_name: Some("Ann".to_owned()),
        password_hash: Some(hash.clone()),
        is_active: true,
        is_superuser: true,
        is_verified: false,
        created_at: Some(Timestamp::from_seconds(1_700_000_000)),
    };
    assert_eq!(bring_users(&world, vec![ann]).await, [Imported::Now]);
    let here = world.user(ANN);
    let expected = User {
        full_name: Some(full_name("Ann")),
        password_hash: Some(hash),
        is_superuser: true,
        ..User::new(id_of(1), email(ANN), Timestamp::from_seconds(1_700_000_000))
    };
    assert_eq!((here.email.as_str(), &here), ("Ann@example.com", &expected));
    assert!(world.store.messages().is_empty(), "nobody gets mail");
    assert!(opens(&world, ANN, "open sesame").await);
    assert_ne!(world.user(ANN).password_hash, expected.password_hash, "a weak hash is replaced at the first log-in");
}

#[tokio::test]
async fn each_account_is_an_event_of_the_operators() {
    let world = World::new();
    let users = vec![user(&world, uuid(1), ANN), user(&world, uuid(2), "not an address")];
    bring_users(&world, users).await;
    let [event] = &world.store.audit_events()[..] else { panic!("one event") };
    assert_eq!(
        (event.kind, event.actor, event.subject, event.outcome),
        (AuditKind::UserImported, None, Some(id_of(1)), AuditOutcome::Success)
    );
    let details = [AuditDetail::IsActive, AuditDetail::IsSuperuser, AuditDetail::IsVerified, AuditDetail::Operator];
    assert_eq!(details.map(|detail| &*event.details[&detail]), ["true", "false", "false", "eve"]);
}

#[tokio::test]
async fn what_is_here_already_is_left_as_it_is_however_often_it_comes() {
    let world = World::new();
    let ann = user(&world, uuid(1), ANN);
    bring_users(&world, vec![ann.clone()]).await;
    let before = (world.store.users(), world.store.audit_events());
    let renamed = ForeignUser { full_name: Some("Another".to_owned()), is_superuser: true, ..ann };
    assert_eq!(bring_users(&world, vec![renamed]).await, [Imported::Before]);
    assert_eq!((world.store.users(), world.store.audit_events()), before);
}

#[tokio::test]
async fn a_number_becomes_the_same_id_each_time() {
    let world = World::new();
    let ann = user(&world, ForeignId::Number(17), ANN);
    assert_eq!(bring_users(&world, vec![ann.clone()]).await, [Imported::Now]);
    assert_eq!(world.user(ANN).id.to_string(), "220aa538-cf6f-586c-a8f4-7a263f59734b", "as the documents tell");
    assert_eq!(bring_users(&world, vec![ann]).await, [Imported::Before]);
}

#[tokio::test]
async fn a_row_without_an_id_is_known_by_its_address() {
    let world = World::new().with_user(ANN).await;
    let rows =
        vec![user(&world, ForeignId::Row(2), "ANN@example.com"), user(&world, ForeignId::Row(3), "bob@example.com")];
    assert_eq!(bring_users(&world, rows.clone()).await, [Imported::Before, Imported::Now]);
    assert_eq!(bring_users(&world, rows).await, [Imported::Before, Imported::Before]);
}

#[tokio::test]
async fn an_address_that_somebody_has_is_a_fault_in_any_spelling() {
    let world = World::new().with_user("root@example.com").await;
    let root = world.user("root@example.com").id;
    let users = ["ANN@example.com", "ann@example.com", "Root@Example.com"].iter().zip(1..);
    let users = users.map(|(email, id)| user(&world, uuid(id), email)).collect();
    let outcomes = bring_users(&world, users).await;
    let twice = RowFault::AddressTwice(uuid(1));
    assert_eq!(outcomes, [Imported::Now, Imported::Refused(twice), Imported::Refused(RowFault::AddressTaken(root))]);
}

#[tokio::test]
async fn an_account_that_has_another_address_here_is_a_fault() {
    let world = World::new();
    for id in [uuid(1), ForeignId::Number(1)] {
        bring_users(&world, vec![user(&world, id, &format!("{id}@example.com"))]).await;
        let outcomes = bring_users(&world, vec![user(&world, id, &format!("other-{id}@example.com"))]).await;
        assert_eq!(outcomes, [Imported::Refused(RowFault::AddressDiffers)]);
    }
}

#[tokio::test]
async fn what_would_be_refused_here_is_a_fault_of_its_row() {
    let world = World::new();
    let good = |id: u128| user(&world, uuid(id), &format!("user{id}@example.com"));
    let hash = |text: &str| Some(PasswordHash::new(text.to_owned()));
    let outcomes = bring_users(
        &world,
        vec![
            user(&world, uuid(1), ""),
            user(&world, uuid(2), "Ann <ann@example.com>"),
            ForeignUser { full_name: Some("x".repeat(256)), ..good(3) },
            ForeignUser { password_hash: hash("5f4dcc3b5aa765d61d8327deb882cf99"), ..good(4) },
            ForeignUser { password_hash: hash(""), ..good(5) },
            good(6),
        ],
    )
    .await;
    let expected = [
        Some("address_invalid"),
        Some("address_invalid"),
        Some("name_invalid"),
        Some("hash_unusable"),
        Some("hash_unusable"),
        None,
    ];
    assert_eq!(codes(&outcomes), expected);
    assert_eq!(world.store.users().len(), 1);
}

#[tokio::test]
async fn an_address_of_a_row_that_was_refused_is_free_for_the_next_one() {
    let world = World::new();
    let bad = ForeignUser { password_hash: Some(PasswordHash::new("md5".to_owned())), ..user(&world, uuid(1), ANN) };
    let outcomes = bring_users(&world, vec![bad, user(&world, uuid(2), "ANN@example.com")]).await;
    assert_eq!(codes(&outcomes), [Some("hash_unusable"), None]);
}

#[tokio::test]
async fn one_faulty_row_holds_its_batch_back_and_no_other_one() {
    let world = World::new().with_user("here@example.com").await;
    let (imports, eve) = (imports(&world), eve());
    let mut import = imports.begin(&eve, ImportMode::ForGood, FaultyRow::HoldsItsBatchBack);
    let row = |number, email: &str| Ok(user(&world, ForeignId::Row(number), email));
    let unreadable = Err(RowFault::Unreadable("it is no text in UTF-8".to_owned()));
    let batch = vec![row(2, ANN), row(3, "here@example.com"), unreadable];
    let outcomes = import.users(batch).await.unwrap();
    assert_eq!(outcomes[..2], [Imported::HeldBack, Imported::Before]);
    assert_eq!(codes(&outcomes), [None, None, Some("row_unreadable")]);
    assert_eq!(import.users(vec![row(5, "bob@example.com")]).await.unwrap(), [Imported::Now]);
    let twice = import.users(vec![row(6, "BOB@example.com")]).await.unwrap();
    assert_eq!(twice, [Imported::Refused(RowFault::AddressTwice(ForeignId::Row(5)))], "also of another batch");
    assert!(world.find_user(ANN).is_none() && world.find_user("bob@example.com").is_some());
    assert_eq!(world.events(AuditKind::UserImported).len(), 1);
}

#[tokio::test]
async fn a_rehearsal_answers_the_same_and_writes_nothing() {
    let world = World::new();
    let (imports, eve) = (imports(&world), eve());
    for mode in [ImportMode::Rehearsal, ImportMode::ForGood] {
        let mut import = imports.begin(&eve, mode, FaultyRow::IsLeftOut);
        let first = import.users(vec![Ok(user(&world, uuid(1), ANN))]).await.unwrap();
        assert_eq!(first, [Imported::Now]);
        let second = import.users(vec![Ok(user(&world, uuid(2), "ANN@example.com"))]).await.unwrap();
        assert_eq!(second, [Imported::Refused(RowFault::AddressTwice(uuid(1)))], "also of another batch");
        assert_eq!(world.store.users().len(), usize::from(mode == ImportMode::ForGood));
        assert_eq!(world.store.audit_events().len(), usize::from(mode == ImportMode::ForGood));
    }
}

#[tokio::test]
async fn whoever_comes_without_a_password_is_yet_to_be_invited() {
    let world = World::new();
    let ann = ForeignUser { password_hash: None, ..user(&world, ForeignId::Row(2), ANN) };
    assert_eq!(bring_users(&world, vec![ann]).await, [Imported::Now]);
    assert!(world.user(ANN).is_unclaimed());
    assert!(!opens(&world, ANN, "open sesame").await);
}

#[tokio::test]
async fn a_batch_that_could_not_be_committed_left_nothing() {
    let world = World::new();
    let (imports, eve) = (imports(&world), eve());
    let mut import = imports.begin(&eve, ImportMode::ForGood, FaultyRow::IsLeftOut);
    world.store.fail_commits();
    assert_fails!(import.users(vec![Ok(user(&world, uuid(1), ANN))]).await, StoreError::Unavailable(_));
    world.store.come_up();
    assert!(world.store.users().is_empty() && world.store.audit_events().is_empty());
}
