//! A visitor makes an account.

use ironplate_application::{
    accounts::{SignUp, SignUpError},
    ports::{Clock, HashingError, StoreError},
};
use ironplate_testkit::{
    World,
    samples::{email, full_name, password},
};

use crate::{assert_fails, opens};

fn sign_up(address: &str) -> SignUp {
    SignUp { email: email(address), password: password("open sesame"), full_name: Some(full_name("Ann")) }
}

#[tokio::test]
async fn a_visitor_becomes_an_active_unverified_user_without_privilege() {
    let world = World::new();
    let made = world.accounts().sign_up(sign_up("Ann@example.com")).await.unwrap();
    assert_eq!(world.user("ann@example.com"), made);
    assert_eq!(made.email.as_str(), "Ann@example.com");
    assert_eq!(made.full_name, Some(full_name("Ann")));
    assert_eq!((made.is_active, made.is_superuser, made.is_verified), (true, false, false));
    assert_eq!(made.created_at, world.clock.now());
    assert!(opens(&world, "ann@example.com", "open sesame").await);
}

#[tokio::test]
async fn a_name_is_not_needed_to_sign_up() {
    let world = World::new();
    let command = SignUp { full_name: None, ..sign_up("ann@example.com") };
    assert_eq!(world.accounts().sign_up(command).await.unwrap().full_name, None);
}

#[tokio::test]
async fn an_address_is_taken_in_any_spelling() {
    let world = World::new().with_user("ann@example.com").await;
    let ann = world.user("ann@example.com");
    assert_fails!(world.accounts().sign_up(sign_up("ANN@Example.com")).await, SignUpError::EmailTaken);
    assert_eq!(world.store.users(), [ann]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_sign_up_with_one_address_one_succeeds() {
    let world = World::new();
    let rivals: Vec<_> = (0..16)
        .map(|_| {
            let accounts = world.accounts();
            tokio::spawn(async move { accounts.sign_up(sign_up("ann@example.com")).await })
        })
        .collect();
    let mut succeeded = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(_) => succeeded += 1,
            outcome => assert_fails!(outcome, SignUpError::EmailTaken),
        }
    }
    assert_eq!((succeeded, world.store.users().len()), (1, 1));
}

#[tokio::test]
async fn without_a_hash_there_is_no_account() {
    let world = World::new();
    world.hasher.busy();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com")).await;
    assert_fails!(outcome, SignUpError::Hashing(HashingError::Busy));
    world.hasher.broken();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com")).await;
    assert_fails!(outcome, SignUpError::Hashing(HashingError::Failed(_)));
    assert_eq!(world.store.users(), []);
}

#[tokio::test]
async fn a_sign_up_that_is_not_stored_never_happened() {
    let world = World::new();
    world.store.fail_commits();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com")).await;
    assert_fails!(outcome, SignUpError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com")).await;
    assert_fails!(outcome, SignUpError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.users(), []);
    world.store.come_up();
    assert!(world.accounts().sign_up(sign_up("ann@example.com")).await.is_ok());
}
