//! A hash weaker than today's is replaced while its owner logs in.

use std::sync::Arc;

use ironplate_application::{
    Ports,
    ports::{MockPasswordHasher, Verdict},
    sessions::{LogInError, Sessions},
    users::UpdateUser,
};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, password},
    user,
};

use super::meanwhile::meanwhile;
use crate::{assert_fails, log_in, opens};

#[tokio::test]
async fn a_strong_hash_stays() {
    let world = World::new().with_user("ann@example.com").await;
    let before = world.user("ann@example.com").password_hash;
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_verify().times(1).returning(|_, _, _| Ok(Verdict::Match));
    hasher.expect_hash().never();
    let sessions = Sessions::new(&world.core(&Ports { hasher: Arc::new(hasher), ..world.ports() }));
    sessions.log_in(log_in("ann@example.com", PASSWORD), &client()).await.unwrap();
    assert_eq!(world.user("ann@example.com").password_hash, before);
}

#[tokio::test]
async fn a_weak_hash_is_replaced_by_one_of_the_same_password() {
    let world = World::new().with(user("ann@example.com").weakly_hashed()).await;
    let weak = world.user("ann@example.com").password_hash;
    assert!(opens(&world, "ann@example.com", PASSWORD).await);
    let strong = world.user("ann@example.com").password_hash;
    assert_ne!(strong, weak);
    assert_eq!(world.hasher.calls().hash, 1);
    assert!(opens(&world, "ann@example.com", PASSWORD).await);
    assert_eq!(world.user("ann@example.com").password_hash, strong);
    assert_eq!(world.hasher.calls().hash, 1, "once is enough");
    assert_eq!(world.store.sessions().len(), 2);
}

#[tokio::test]
async fn a_wrong_password_or_an_inactive_account_strengthens_nothing() {
    let world = World::new().with(user("ann@example.com").weakly_hashed().inactive()).await;
    let before = world.store.users();
    assert!(!opens(&world, "ann@example.com", "a wrong one").await);
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Inactive);
    assert_eq!(world.store.users(), before);
}

#[tokio::test]
async fn a_password_that_could_not_be_set_today_opens_with_its_weak_hash() {
    let world = World::new().with(user("ann@example.com").weakly_hashed().with_password("short")).await;
    let before = world.user("ann@example.com").password_hash;
    assert!(opens(&world, "ann@example.com", "short").await);
    assert_eq!(world.user("ann@example.com").password_hash, before);
}

#[tokio::test]
async fn a_password_changed_while_its_hash_was_strengthened_stays_and_opens_nothing() {
    let world = World::new().with(user("ann@example.com").weakly_hashed()).await;
    let world = world.with_superuser("root@example.com").await;
    // The first event is the comparison; the second, which it sets up, is the stronger hash.
    world.hasher.meanwhile({
        let world = world.clone();
        async move { meanwhile(&world, UpdateUser { password: Some(password("open sesame")), ..UpdateUser::default() }) }
    });
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
    assert!(opens(&world, "ann@example.com", "open sesame").await);
}

#[tokio::test]
async fn a_weak_hash_waits_when_the_hasher_is_busy_and_the_log_in_does_not() {
    let world = World::new().with(user("ann@example.com").weakly_hashed()).await;
    let before = world.store.users();
    world.hasher.meanwhile({
        let hasher = world.hasher.clone();
        async move { hasher.busy() }
    });
    assert!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await.is_ok());
    assert_eq!(world.store.users(), before);
    assert_eq!(world.store.sessions().len(), 1);
}
