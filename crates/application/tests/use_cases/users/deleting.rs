//! Deleting other people's accounts.

use ironplate_application::{organizations::SoleOwned, ports::StoreError, users::DeleteUserError};
use ironplate_domain::UserId;
use ironplate_testkit::samples::client;
use ironplate_testkit::{FakeStore, World};
use uuid::Uuid;

use super::{root, root_and_ann};
use crate::assert_fails;

const NOBODY: UserId = UserId(Uuid::nil());

#[tokio::test]
async fn a_user_is_deleted_with_their_sessions() {
    let world = root_and_ann().await;
    world.open_session("ann@example.com").await;
    let roots = world.open_session("root@example.com").await;
    world.users().delete(root(&world), world.user("ann@example.com").id, SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.users(), [world.user("root@example.com")]);
    assert_eq!(world.store.sessions(), [roots]);
}

#[tokio::test]
async fn nobody_else_deletes_users() {
    let world = root_and_ann().await;
    let before = world.store.users();
    let actor = world.actor("ann@example.com");
    for id in [root(&world).user, actor.user, NOBODY] {
        assert_fails!(world.users().delete(actor, id, SoleOwned::Keep, &client()).await, DeleteUserError::Denied(_));
    }
    assert_eq!(world.store.users(), before);
}

#[tokio::test]
async fn a_user_who_is_not_there_is_not_found() {
    let world = root_and_ann().await;
    assert_fails!(
        world.users().delete(root(&world), NOBODY, SoleOwned::Keep, &client()).await,
        DeleteUserError::NotFound
    );
    assert_eq!(world.store.users().len(), 2);
}

#[tokio::test]
async fn superusers_do_not_delete_themselves() {
    let world = root_and_ann().await.with_superuser("other@example.com").await;
    let outcome = world.users().delete(root(&world), root(&world).user, SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteUserError::Oneself);
    assert!(world.find_user("root@example.com").is_some());
}

#[tokio::test]
async fn one_superuser_deletes_another() {
    let world = root_and_ann().await.with_superuser("other@example.com").await;
    world.users().delete(root(&world), world.user("other@example.com").id, SoleOwned::Keep, &client()).await.unwrap();
    assert!(world.find_user("other@example.com").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_superusers_who_delete_one_another_one_stays() {
    let world = World::new().with_superuser("root@example.com").await.with_superuser("other@example.com").await;
    let (one, other) = (root(&world), world.actor("other@example.com"));
    let rivals = [(one, other.user), (other, one.user)].map(|(actor, id)| {
        let users = world.users();
        tokio::spawn(async move { users.delete(actor, id, SoleOwned::Keep, &client()).await })
    });
    let mut refused = 0;
    for rival in rivals {
        if let outcome @ Err(_) = rival.await.unwrap() {
            assert_fails!(outcome, DeleteUserError::Denied(_));
            refused += 1;
        }
    }
    assert_eq!((refused, world.store.users().len()), (1, 1));
}

#[tokio::test]
async fn a_deletion_that_is_not_stored_never_happened() {
    let world = root_and_ann().await;
    let (actor, ann) = (root(&world), world.user("ann@example.com").id);
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.users().delete(actor, ann, SoleOwned::Keep, &client()).await;
        assert_fails!(outcome, DeleteUserError::Store(StoreError::Unavailable(_)));
    }
    assert_eq!(world.store.users().len(), 2);
}
