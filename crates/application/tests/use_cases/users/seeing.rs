//! Reading one user and listing all.

use ironplate_application::{
    organizations::SoleOwned,
    ports::{Count, PageRequest, StoreError, UserFilter, UserOrder},
    users::{ListUsersError, ReadUserError},
};
use ironplate_domain::UserId;
use ironplate_testkit::samples::client;
use uuid::Uuid;

use super::{root, root_and_ann};
use crate::{all, assert_fails};

const NOBODY: UserId = UserId(Uuid::nil());

#[tokio::test]
async fn a_superuser_lists_everybody() {
    let world = root_and_ann().await;
    let (ann, root_user) = (world.user("ann@example.com"), world.user("root@example.com"));
    let page = world.users().list(root(&world), UserFilter::default(), all(UserOrder::Email), &client()).await.unwrap();
    assert_eq!((page.rows, page.count, page.more), (vec![ann, root_user.clone()], Count::Exactly(2), false));
    let found = PageRequest { search: Some("ROOT".to_owned()), ..all(UserOrder::Email) };
    assert_eq!(
        world.users().list(root(&world), UserFilter::default(), found, &client()).await.unwrap().rows,
        [root_user]
    );
}

#[tokio::test]
async fn nobody_else_lists_users() {
    let world = root_and_ann().await;
    let outcome = world
        .users()
        .list(world.actor("ann@example.com"), UserFilter::default(), all(UserOrder::Email), &client())
        .await;
    assert_fails!(outcome, ListUsersError::Denied(_));
}

#[tokio::test]
async fn a_user_is_seen_by_themselves_and_by_superusers() {
    let world = root_and_ann().await;
    let ann = world.user("ann@example.com");
    assert_eq!(world.users().read(ann.actor(), ann.id, &client()).await.unwrap(), ann);
    assert_eq!(world.users().read(root(&world), ann.id, &client()).await.unwrap(), ann);
}

#[tokio::test]
async fn others_are_not_even_told_whether_a_user_exists() {
    let world = root_and_ann().await;
    let actor = world.actor("ann@example.com");
    assert_fails!(world.users().read(actor, root(&world).user, &client()).await, ReadUserError::Denied(_));
    assert_fails!(world.users().read(actor, NOBODY, &client()).await, ReadUserError::Denied(_));
}

#[tokio::test]
async fn a_user_who_is_not_there_is_not_found() {
    let world = root_and_ann().await;
    assert_fails!(world.users().read(root(&world), NOBODY, &client()).await, ReadUserError::NotFound);
    let gone = world.actor("ann@example.com");
    world.accounts().delete_account(gone, SoleOwned::Keep, &client()).await.unwrap();
    assert_fails!(world.users().read(gone, gone.user, &client()).await, ReadUserError::NotFound);
}

#[tokio::test]
async fn without_storage_nobody_is_seen() {
    let world = root_and_ann().await;
    let actor = root(&world);
    world.store.go_down();
    let outcome = world.users().read(actor, actor.user, &client()).await;
    assert_fails!(outcome, ReadUserError::Store(StoreError::Unavailable(_)));
    let outcome = world.users().list(actor, UserFilter::default(), all(UserOrder::Newest), &client()).await;
    assert_fails!(outcome, ListUsersError::Store(StoreError::Unavailable(_)));
}
