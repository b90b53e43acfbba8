//! Passkeys are added, renamed and removed.

use ironplate_application::{
    limits::{Limit, LimitError},
    second_factors::{
        AddPasskeyError, AddedPasskey, KnownPasskey, NewPasskey, PasskeyCreation, RemovePasskeyError,
        RenamePasskeyError,
    },
};
use ironplate_domain::{
    Actor, AuditDetail, AuditKind, AuditOutcome, Challenge, MailTemplate, Passkey, PasskeyId, Transports,
};
use ironplate_testkit::{
    FakePasskey, World,
    samples::{client, client_at, text},
};
use uuid::Uuid;

use super::{ANN, BOB, password, the_app, world};
use crate::assert_fails;

async fn begin(world: &World, actor: Actor) -> PasskeyCreation {
    world.second_factors().begin_passkey(actor, Some(password()), &client()).await.unwrap()
}

fn made(fake: &FakePasskey, creation: &PasskeyCreation) -> NewPasskey {
    let registration = fake.register(&creation.challenge);
    NewPasskey { name: text("Ann's key"), registration, transports: Transports::named(["usb"]) }
}

async fn add_with(world: &World, actor: Actor, fake: &FakePasskey) -> Result<AddedPasskey, AddPasskeyError> {
    let creation = begin(world, actor).await;
    world.second_factors().add_passkey(actor, made(fake, &creation), &client()).await
}

async fn add(world: &World, actor: Actor, credential: &str) -> AddedPasskey {
    add_with(world, actor, &FakePasskey::new(credential, actor.user)).await.unwrap()
}

/// So that nobody goes on without what was added.
async fn assert_adds_nothing(world: &World, actor: Actor, new: NewPasskey, error: fn(&AddPasskeyError) -> bool) {
    let refused = world.second_factors().add_passkey(actor, new, &client()).await.unwrap_err();
    assert!(error(&refused), "{refused:?}");
    assert_eq!(world.store.passkeys(), []);
    let [.., event] = &world.events(AuditKind::SecondFactorAdded)[..] else { panic!("an event") };
    assert_eq!((event.outcome, event.actor), (AuditOutcome::Failure, Some(actor.user)));
}

fn is_invalid_challenge(error: &AddPasskeyError) -> bool {
    matches!(error, AddPasskeyError::InvalidChallenge)
}

fn is_unverified(error: &AddPasskeyError) -> bool {
    matches!(error, AddPasskeyError::Unverified)
}

#[tokio::test]
async fn a_passkey_is_kept_as_its_authenticator_made_it_and_is_told() {
    let (world, ann) = world().await;
    let fake = FakePasskey { sign_count: 7, ..FakePasskey::new("key", ann.user) };
    let AddedPasskey { passkey, .. } = add_with(&world, ann, &fake).await.unwrap();
    assert_eq!((&passkey.credential, &passkey.key), (&fake.credential_id(), &fake.key()));
    assert_eq!((passkey.sign_count, passkey.last_used_at, passkey.name.as_str()), (7, None, "Ann's key"));
    assert_eq!(world.second_factors().list_own(ann).await.unwrap().passkeys, std::slice::from_ref(&passkey));
    let notice = world.mail(MailTemplate::SecondFactorAdded, ANN).await;
    assert!(notice.content.text.contains("Ann's key"), "{}", notice.content.text);
    let [event] = &world.events(AuditKind::SecondFactorAdded)[..] else { panic!("one event") };
    assert_eq!(event.details[&AuditDetail::Factor], passkey.id.to_string());
}

#[tokio::test]
async fn the_first_second_factor_comes_with_recovery_codes_and_ends_other_sessions() {
    let (world, ann) = world().await;
    let (other, bobs) = (world.open_session(ANN).await, world.open_session(BOB).await);
    assert_eq!(add(&world, ann, "first").await.recovery_codes.unwrap().len(), 10);
    assert!(!world.is_live(other.id) && world.is_live(ann.session.unwrap()) && world.is_live(bobs.id));
    let later = world.open_session(ANN).await;
    assert!(add(&world, ann, "second").await.recovery_codes.is_none());
    assert!(world.is_live(later.id), "a second one ends nothing");
}

/// Nor does an app beside a passkey.
#[tokio::test]
async fn a_passkey_beside_an_app_brings_no_codes() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    assert!(add(&world, ann, "key").await.recovery_codes.is_none());
}

#[tokio::test]
async fn what_is_asked_names_those_that_there_are() {
    let (world, ann) = world().await;
    let first = add(&world, ann, "first").await.passkey;
    let creation = begin(&world, ann).await;
    let known = KnownPasskey { credential: first.credential, transports: Transports::named(["usb"]) };
    assert_eq!((creation.excluded, creation.user, creation.email.as_str()), (vec![known], ann.user, ANN));
    assert_eq!((&*creation.party.id, creation.expires_in), ("example.com", Challenge::WAITS));
}

#[tokio::test]
async fn a_challenge_adds_one_passkey() {
    let (world, ann) = world().await;
    let creation = begin(&world, ann).await;
    let new = |credential| made(&FakePasskey::new(credential, ann.user), &creation);
    world.second_factors().add_passkey(ann, new("first"), &client()).await.unwrap();
    let again = world.second_factors().add_passkey(ann, new("second"), &client()).await.map(drop);
    assert_fails!(again, AddPasskeyError::InvalidChallenge);
}

/// Whatever came of it.
#[tokio::test]
async fn a_challenge_is_good_once() {
    let (world, ann) = world().await;
    let creation = begin(&world, ann).await;
    let elsewhere = FakePasskey { origin: "https://example.org".to_owned(), ..FakePasskey::new("key", ann.user) };
    assert_adds_nothing(&world, ann, made(&elsewhere, &creation), is_unverified).await;
    let good = made(&FakePasskey::new("key", ann.user), &creation);
    assert_adds_nothing(&world, ann, good, is_invalid_challenge).await;
}

#[tokio::test]
async fn a_challenge_is_of_its_user_session_client_and_time() {
    let (world, ann) = world().await;
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    let other = world.actor(ANN).by(world.open_session(ANN).await.id);
    for actor in [bob, other] {
        let new = made(&FakePasskey::new("key", actor.user), &begin(&world, ann).await);
        assert_adds_nothing(&world, actor, new, is_invalid_challenge).await;
    }
    let far = world.second_factors().begin_passkey(ann, Some(password()), &client_at("198.51.100.66")).await.unwrap();
    let new = made(&FakePasskey::new("key", ann.user), &far);
    assert_adds_nothing(&world, ann, new, is_invalid_challenge).await;
    let late = begin(&world, ann).await;
    world.clock.advance(Challenge::WAITS);
    let new = made(&FakePasskey::new("key", ann.user), &late);
    assert_adds_nothing(&world, ann, new, is_invalid_challenge).await;
}

#[tokio::test]
async fn it_is_kept_whether_the_authenticator_saw_who_uses_it() {
    let (world, ann) = world().await;
    for (credential, verifies_user) in [("phone", true), ("security-key", false)] {
        let fake = FakePasskey { verifies_user, ..FakePasskey::new(credential, ann.user) };
        assert_eq!(add_with(&world, ann, &fake).await.unwrap().passkey.verifies_user, verifies_user);
    }
}

/// Whosever it is.
#[tokio::test]
async fn a_passkey_is_added_once() {
    let (world, ann) = world().await;
    world.prove_address(BOB).await;
    add(&world, ann, "key").await;
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    for actor in [ann, bob] {
        let again = add_with(&world, actor, &FakePasskey::new("key", actor.user)).await;
        assert_fails!(again.map(drop), AddPasskeyError::Taken);
    }
    assert_eq!(world.store.passkeys().len(), 1);
}

#[tokio::test]
async fn there_are_no_more_passkeys_than_there_may_be() {
    let (world, ann) = world().await;
    let late = begin(&world, ann).await;
    for n in 0..Passkey::MOST {
        add(&world, ann, &format!("key-{n}")).await;
    }
    let refused = world.second_factors().begin_passkey(ann, Some(password()), &client()).await.map(drop);
    assert_fails!(refused, AddPasskeyError::TooMany);
    let one_more = made(&FakePasskey::new("one-more", ann.user), &late);
    let refused = world.second_factors().add_passkey(ann, one_more, &client()).await.map(drop);
    assert_fails!(refused, AddPasskeyError::TooMany);
}

#[tokio::test]
async fn beginning_is_limited() {
    let (world, _) = world().await;
    let world = world.limiting(Limit::EnrolmentsPerAccount, 1);
    let ann = world.actor(ANN).by(world.open_session(ANN).await.id);
    begin(&world, ann).await;
    let refused = world.second_factors().begin_passkey(ann, Some(password()), &client()).await.map(drop);
    assert_fails!(refused, AddPasskeyError::Limit(LimitError::Throttled(_)));
}

#[tokio::test]
async fn where_passkeys_can_t_be_used_none_is_added() {
    let (mut world, ann) = world().await;
    let creation = begin(&world, ann).await;
    world.policy.relying_party = None;
    let refused = world.second_factors().begin_passkey(ann, Some(password()), &client()).await.map(drop);
    assert_fails!(refused, AddPasskeyError::NotOffered);
    let new = made(&FakePasskey::new("key", ann.user), &creation);
    assert_adds_nothing(&world, ann, new, |error| matches!(error, AddPasskeyError::NotOffered)).await;
}

#[tokio::test]
async fn a_passkey_is_renamed_by_its_user() {
    let (world, ann) = world().await;
    world.add_passkey(ANN, "key", 0).await;
    let id = world.store.passkeys()[0].id;
    let renamed = world.second_factors().rename_passkey(ann, id, text("old key"), &client()).await.unwrap();
    assert_eq!(world.store.passkeys(), [renamed]);
    world.second_factors().rename_passkey(ann, id, text("old key"), &client()).await.unwrap();
    assert_eq!(world.events(AuditKind::SecondFactorRenamed).len(), 1, "what changes nothing is no event");
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    let refused = world.second_factors().rename_passkey(bob, id, text("mine"), &client()).await;
    assert_fails!(refused, RenamePasskeyError::NotFound);
}

/// With the last second factor of any sort the recovery codes go.
#[tokio::test]
async fn a_passkey_is_removed_by_its_user_and_that_is_told() {
    let (world, ann) = world().await;
    world.add_passkey(ANN, "key", 0).await;
    world.add_app(ANN).await;
    world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    let (id, left) = (world.store.passkeys()[0].id, async |world: &World| {
        world.second_factors().list_own(ann).await.unwrap().recovery_codes.count
    });
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    let refused = world.second_factors().remove_passkey(bob, id, &client()).await;
    assert_fails!(refused, RemovePasskeyError::NotFound);
    world.second_factors().remove_passkey(ann, id, &client()).await.unwrap();
    assert_eq!(world.store.passkeys(), []);
    world.mail(MailTemplate::SecondFactorRemoved, ANN).await;
    assert_eq!(left(&world).await, 10, "there is an app");
    world.add_passkey(ANN, "another", 0).await;
    world.second_factors().remove(ann, the_app(&world), &client()).await.unwrap();
    assert_eq!(left(&world).await, 10, "there is a passkey");
    let last = world.store.passkeys()[0].id;
    world.second_factors().remove_passkey(ann, last, &client()).await.unwrap();
    assert_eq!(left(&world).await, 0);
    let none = PasskeyId(Uuid::nil());
    let refused = world.second_factors().remove_passkey(ann, none, &client()).await;
    assert_fails!(refused, RemovePasskeyError::NotFound);
}
