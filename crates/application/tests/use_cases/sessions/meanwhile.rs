//! What happens to an account while its password is checked.

use ironplate_application::{organizations::SoleOwned, sessions::LogInError, users::UpdateUser};
use ironplate_domain::SessionId;
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, full_name, password},
};
use uuid::Uuid;

use crate::{assert_fails, log_in, opens};

/// Lets a superuser do this while the next password is looked at.
pub(super) fn meanwhile(world: &World, change: UpdateUser) {
    world.hasher.meanwhile({
        let (world, root) = (world.clone(), world.actor("root@example.com"));
        async move {
            let ann = world.user("ann@example.com").id;
            let changed = world.users().update(root, SessionId(Uuid::nil()), ann, change, &client()).await;
            assert!(changed.is_ok(), "{changed:?}");
        }
    });
}

async fn ann_and_root() -> World {
    World::new().with_user("ann@example.com").await.with_superuser("root@example.com").await
}

#[tokio::test]
async fn a_password_changed_while_it_was_checked_opens_nothing() {
    let world = ann_and_root().await;
    meanwhile(&world, UpdateUser { password: Some(password("open sesame")), ..UpdateUser::default() });
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn an_account_deactivated_while_the_password_was_checked_opens_nothing() {
    let world = ann_and_root().await;
    meanwhile(&world, UpdateUser { is_active: Some(false), ..UpdateUser::default() });
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Inactive);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn an_account_deleted_while_the_password_was_checked_opens_nothing() {
    let world = ann_and_root().await;
    world.hasher.meanwhile({
        let world = world.clone();
        async move {
            world.accounts().delete_account(world.actor("ann@example.com"), SoleOwned::Keep, &client()).await.unwrap();
        }
    });
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn a_name_changed_while_the_password_was_checked_is_no_obstacle() {
    let world = ann_and_root().await;
    meanwhile(&world, UpdateUser { full_name: Some(Some(full_name("Ann"))), ..UpdateUser::default() });
    assert!(opens(&world, "ann@example.com", PASSWORD).await);
}
