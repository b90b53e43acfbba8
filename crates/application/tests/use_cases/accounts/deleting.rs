//! Deleting one's own account.

use ironplate_application::{accounts::DeleteAccountError, organizations::SoleOwned, ports::StoreError};
use ironplate_domain::Actor;
use ironplate_testkit::World;
use ironplate_testkit::samples::client;

use crate::assert_fails;

#[tokio::test]
async fn an_account_is_deleted_with_its_sessions() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    world.open_session("ann@example.com").await;
    let bobs_session = world.open_session("bob@example.com").await;
    world.accounts().delete_account(world.actor("ann@example.com"), SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.users(), [world.user("bob@example.com")]);
    assert_eq!(world.store.sessions(), [bobs_session]);
}

#[tokio::test]
async fn whoever_is_gone_may_be_deleted_again() {
    let world = World::new().with_user("ann@example.com").await;
    let actor = world.actor("ann@example.com");
    world.accounts().delete_account(actor, SoleOwned::Keep, &client()).await.unwrap();
    assert!(world.accounts().delete_account(actor, SoleOwned::Keep, &client()).await.is_ok());
}

#[tokio::test]
async fn a_superuser_does_not_delete_themselves() {
    let world = World::new().with_superuser("root@example.com").await.with_superuser("other@example.com").await;
    let outcome = world.accounts().delete_account(world.actor("root@example.com"), SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteAccountError::Superuser);
    assert!(world.find_user("root@example.com").is_some());
}

#[tokio::test]
async fn somebody_promoted_meanwhile_does_not_delete_themselves_either() {
    let world = World::new().with_superuser("root@example.com").await;
    let actor = Actor { is_superuser: false, ..world.actor("root@example.com") };
    assert_fails!(
        world.accounts().delete_account(actor, SoleOwned::Keep, &client()).await,
        DeleteAccountError::Superuser
    );
    assert!(world.find_user("root@example.com").is_some());
}

#[tokio::test]
async fn somebody_demoted_meanwhile_deletes_themselves() {
    let world = World::new().with_user("ann@example.com").await;
    let actor = Actor { is_superuser: true, ..world.actor("ann@example.com") };
    world.accounts().delete_account(actor, SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.users(), []);
}

#[tokio::test]
async fn a_deletion_that_is_not_stored_never_happened() {
    let world = World::new().with_user("ann@example.com").await;
    let ann = world.user("ann@example.com");
    world.store.fail_commits();
    let outcome = world.accounts().delete_account(ann.actor(), SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteAccountError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = world.accounts().delete_account(ann.actor(), SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteAccountError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.users(), [ann]);
}
