//! Creating users on somebody's behalf.

use ironplate_application::{
    NewPasswordError,
    ports::{Clock, HashingError, StoreError},
    users::{CreateUser, CreateUserError, Welcome},
};
use ironplate_domain::MailTemplate;
use ironplate_testkit::{
    FakeStore, World, link_in,
    samples::{client, email, full_name, password},
    user,
};

use super::{root, root_and_ann};
use crate::{assert_fails, opens};

fn new_user(address: &str) -> CreateUser {
    CreateUser {
        password: Some(password("open sesame")),
        full_name: Some(full_name("Bob")),
        ..CreateUser::new(email(address))
    }
}

#[tokio::test]
async fn a_superuser_creates_users_with_any_rights() {
    let world = root_and_ann().await;
    for (n, flags) in
        [(true, true, true), (true, false, false), (false, true, false), (false, false, true)].iter().enumerate()
    {
        let address = format!("Bob{n}@example.com");
        let (is_active, is_superuser, is_verified) = *flags;
        let command = CreateUser { is_active, is_superuser, is_verified, ..new_user(&address) };
        let made = world.users().create(root(&world), command, Welcome::Mail, &client()).await.unwrap();
        assert_eq!(world.user(&address), made);
        assert_eq!(made.email.as_str(), address);
        assert_eq!((made.is_active, made.is_superuser, made.is_verified), *flags);
        assert_eq!((made.full_name, made.created_at), (Some(full_name("Bob")), world.clock.now()));
    }
    assert!(opens(&world, "bob0@example.com", "open sesame").await);
}

#[tokio::test]
async fn nobody_else_creates_users() {
    let world = root_and_ann().await;
    let before = world.store.users();
    let outcome = world
        .users()
        .create(world.actor("ann@example.com"), new_user("bob@example.com"), Welcome::Mail, &client())
        .await;
    assert_fails!(outcome, CreateUserError::Denied(_));
    assert_eq!(world.store.users(), before);
    assert_eq!(world.hasher.calls().hash, 0, "no work for whoever may not");
}

#[tokio::test]
async fn an_address_is_taken_in_any_spelling() {
    let world = root_and_ann().await;
    let before = world.store.users();
    let outcome = world.users().create(root(&world), new_user("ANN@Example.com"), Welcome::Mail, &client()).await;
    assert_fails!(outcome, CreateUserError::EmailTaken);
    assert_eq!(world.store.users(), before);
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn without_a_hash_there_is_no_account() {
    let world = root_and_ann().await;
    let before = world.store.users();
    world.hasher.busy();
    let outcome = world.users().create(root(&world), new_user("bob@example.com"), Welcome::Mail, &client()).await;
    assert_fails!(outcome, CreateUserError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    world.hasher.broken();
    let outcome = world.users().create(root(&world), new_user("bob@example.com"), Welcome::Mail, &client()).await;
    assert_fails!(outcome, CreateUserError::Password(NewPasswordError::Hashing(HashingError::Failed(_))));
    assert_eq!(world.store.users(), before);
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn a_user_who_is_not_stored_was_not_created() {
    let world: World = root_and_ann().await;
    let (actor, before) = (root(&world), world.store.users());
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.users().create(actor, new_user("bob@example.com"), Welcome::Mail, &client()).await;
        assert_fails!(outcome, CreateUserError::Store(StoreError::Unavailable(_)));
    }
    assert_eq!(world.store.users(), before);
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn with_or_without_a_password_a_new_user_is_mailed_a_link_to_set_one() {
    let world = root_and_ann().await;
    for (address, given) in [("bob@example.com", Some(password("open sesame"))), ("eve@example.com", None)] {
        let has_password = given.is_some();
        let command = CreateUser { password: given, ..new_user(address) };
        let made = world.users().create(root(&world), command, Welcome::Mail, &client()).await.unwrap();
        assert_eq!(made.password_hash.is_some(), has_password);
        let mail = world.mail(MailTemplate::SetPassword, address).await;
        assert!(link_in(&mail).starts_with("https://app.example.com/reset-password?token="));
        assert!(!mail.content.text.contains("sesame"));
        assert_eq!(opens(&world, address, "open sesame").await, has_password);
    }
}

#[tokio::test]
async fn a_user_can_be_made_in_silence() {
    let world = root_and_ann().await;
    world.users().create(root(&world), new_user("bob@example.com"), Welcome::Silence, &client()).await.unwrap();
    assert_eq!(world.store.messages(), []);
    assert!(opens(&world, "bob@example.com", "open sesame").await);
}

/// Whoever signed up with an address that is not theirs must not keep an administrator from it.
#[tokio::test]
async fn an_account_that_nobody_claimed_gives_way() {
    let world = root_and_ann().await.with(user("bob@example.com").without_password()).await;
    let squatter = world.user("bob@example.com").id;
    let made = world.users().create(root(&world), new_user("bob@example.com"), Welcome::Mail, &client()).await.unwrap();
    assert_ne!(made.id, squatter);
    assert_eq!(world.user("bob@example.com"), made);
    let outcome = world.users().create(root(&world), new_user("bob@example.com"), Welcome::Mail, &client()).await;
    assert_fails!(outcome, CreateUserError::EmailTaken);
}

#[tokio::test]
async fn without_mail_a_new_user_needs_a_password() {
    let world = root_and_ann().await.without_mail();
    let invited = CreateUser { password: None, ..new_user("bob@example.com") };
    let outcome = world.users().create(root(&world), invited, Welcome::Mail, &client()).await;
    assert_fails!(outcome, CreateUserError::PasswordRequired);
    world.users().create(root(&world), new_user("bob@example.com"), Welcome::Mail, &client()).await.unwrap();
    assert_eq!(world.store.messages(), []);
}
