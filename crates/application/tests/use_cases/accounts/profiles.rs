//! Changing one's own name and address.

use ironplate_application::{
    accounts::{ChangeProfile, ChangeProfileError},
    organizations::SoleOwned,
    ports::StoreError,
};
use ironplate_domain::User;
use ironplate_testkit::{
    World,
    samples::{client, email, full_name},
    user,
};

use crate::assert_fails;

fn to_email(address: &str) -> ChangeProfile {
    ChangeProfile { email: Some(email(address)), ..ChangeProfile::default() }
}

fn to_name(name: &str) -> ChangeProfile {
    ChangeProfile { full_name: Some(Some(full_name(name))), ..ChangeProfile::default() }
}

#[tokio::test]
async fn a_profile_changes_in_what_is_named_and_nothing_else() {
    let world = World::new().with(user("ann@example.com").named("Ann").verified()).await;
    let before = world.user("ann@example.com");
    let session = world.open_session("ann@example.com").await;

    let renamed = world.accounts().change_profile(before.actor(), session.id, to_name("Änn"), &client()).await.unwrap();
    assert_eq!(renamed, User { full_name: Some(full_name("Änn")), ..before.clone() });
    let moved = world
        .accounts()
        .change_profile(before.actor(), session.id, to_email("Ann@other.example"), &client())
        .await
        .unwrap();
    assert_eq!(moved, User { email: email("ann@other.example"), is_verified: false, ..renamed });
    let cleared = ChangeProfile { full_name: Some(None), ..ChangeProfile::default() };
    let nameless = world.accounts().change_profile(before.actor(), session.id, cleared, &client()).await.unwrap();
    assert_eq!(nameless, User { full_name: None, ..moved });
    assert_eq!(world.store.users(), [nameless]);
    assert!(world.is_live(session.id));
}

#[tokio::test]
async fn an_empty_change_of_profile_answers_the_user() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    let outcome = world.accounts().change_profile(ann.actor(), session.id, ChangeProfile::default(), &client()).await;
    assert_eq!(outcome.unwrap(), ann);
}

#[tokio::test]
async fn ones_own_address_can_be_spelled_anew() {
    let world = World::new().with_user("ann@example.com").await;
    let (actor, session) = (world.actor("ann@example.com"), world.open_session("ann@example.com").await);
    world.accounts().change_profile(actor, session.id, to_email("ANN@Example.com"), &client()).await.unwrap();
    assert_eq!(world.user("ann@example.com").email.as_str(), "ANN@example.com");
}

#[tokio::test]
async fn somebody_elses_address_is_refused_in_any_spelling() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let (before, session) = (world.store.users(), world.open_session("bob@example.com").await);
    let command = ChangeProfile { full_name: Some(Some(full_name("Eve"))), ..to_email("ANN@example.com") };
    let outcome = world.accounts().change_profile(world.actor("bob@example.com"), session.id, command, &client()).await;
    assert_fails!(outcome, ChangeProfileError::EmailTaken);
    assert_eq!(world.store.users(), before);
}

#[tokio::test]
async fn whoever_was_deleted_has_no_profile_to_change() {
    let world = World::new().with_user("ann@example.com").await;
    let (actor, session) = (world.actor("ann@example.com"), world.open_session("ann@example.com").await);
    world.accounts().delete_account(actor, SoleOwned::Keep, &client()).await.unwrap();
    assert_fails!(
        world.accounts().change_profile(actor, session.id, to_name("Eve"), &client()).await,
        ChangeProfileError::NotFound
    );
    assert_eq!(world.store.users(), []);
}

#[tokio::test]
async fn a_change_of_profile_that_is_not_stored_never_happened() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.store.fail_commits();
    let outcome = world.accounts().change_profile(ann.actor(), session.id, to_name("Eve"), &client()).await;
    assert_fails!(outcome, ChangeProfileError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = world.accounts().change_profile(ann.actor(), session.id, to_name("Eve"), &client()).await;
    assert_fails!(outcome, ChangeProfileError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.users(), [ann]);
}
