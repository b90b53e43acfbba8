//! Setting a password by a mailed link.

use std::time::Duration;

use ironplate_application::{
    NewPasswordError,
    organizations::SoleOwned,
    ports::{Clock, HashingError, StoreError},
    recovery::{ResetPassword, ResetPasswordError},
    users::{CreateUser, UpdateUser, Welcome},
};
use ironplate_domain::{MailTemplate, SessionId, TokenSecret};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, email, password},
};
use uuid::Uuid;

use super::{recovery_mail, reset};
use crate::{assert_fails, opens};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn a_reset_sets_the_password_verifies_the_address_ends_all_sessions_and_is_told() {
    let world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    let (session, bobs) = (world.open_session(ANN).await, world.open_session("bob@example.com").await);
    world.verification().request(world.actor(ANN), &client()).await.unwrap();
    let mail = recovery_mail(&world, ANN).await;

    reset(&world, &mail, "open sesame").await.unwrap();
    assert!(opens(&world, ANN, "open sesame").await);
    assert!(!opens(&world, ANN, PASSWORD).await);
    assert!(world.user(ANN).is_verified);
    assert_eq!(world.session(session.id).revoked_at, Some(world.clock.now()));
    assert!(world.is_live(bobs.id));
    assert_eq!(world.store.one_time_tokens(), [], "no other link is left");
    let [notice] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((notice.content.subject.as_str(), notice.to.as_str()), ("password_changed", ANN));
}

#[tokio::test]
async fn a_link_works_once() {
    let world = World::new().with_user(ANN).await;
    let mail = recovery_mail(&world, ANN).await;
    reset(&world, &mail, "open sesame").await.unwrap();
    let hashes = world.hasher.calls().hash;
    assert_fails!(reset(&world, &mail, "open barley").await, ResetPasswordError::InvalidToken);
    assert_eq!(world.hasher.calls().hash, hashes, "a worthless link costs no hash");
    assert!(opens(&world, ANN, "open sesame").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_use_a_link_at_once_one_succeeds() {
    let world = World::new().with_user(ANN).await;
    let mail = recovery_mail(&world, ANN).await;
    let rivals: Vec<_> = (0..16)
        .map(|n| {
            let (world, mail) = (world.clone(), mail.clone());
            tokio::spawn(async move { reset(&world, &mail, &format!("password {n}")).await.map(|()| n) })
        })
        .collect();
    let mut winners = Vec::new();
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(n) => winners.push(n),
            outcome => assert_fails!(outcome, ResetPasswordError::InvalidToken),
        }
    }
    let [winner] = winners[..] else { panic!("{winners:?}") };
    assert!(opens(&world, ANN, &format!("password {winner}")).await);
}

#[tokio::test]
async fn a_newer_link_supersedes_an_older_one() {
    let world = World::new().with_user(ANN).await;
    let (older, newer) = (recovery_mail(&world, ANN).await, recovery_mail(&world, ANN).await);
    assert_fails!(reset(&world, &older, "open sesame").await, ResetPasswordError::InvalidToken);
    reset(&world, &newer, "open sesame").await.unwrap();
}

#[tokio::test]
async fn a_link_expires_to_the_microsecond() {
    for (early, works) in [(Duration::from_micros(1), true), (Duration::ZERO, false)] {
        let world = World::new().with_user(ANN).await;
        let mail = recovery_mail(&world, ANN).await;
        let end = world.clock.now().after(world.policy.lifetimes.reset_password);
        world.clock.set(end.before(early));
        assert_eq!(reset(&world, &mail, "open sesame").await.is_ok(), works);
    }
}

#[tokio::test]
async fn a_token_that_was_never_made_is_worth_nothing() {
    let world = World::new().with_user(ANN).await;
    for text in ["", "x", "preview-without-a-token", ANN] {
        let command = ResetPassword { token: TokenSecret::new(text), new_password: password("open sesame") };
        assert_fails!(world.recovery().reset_password(command, &client()).await, ResetPasswordError::InvalidToken);
    }
    assert_eq!(world.hasher.calls().hash, 0);
}

#[tokio::test]
async fn who_is_inactive_is_told_so_and_keeps_the_link() {
    let world = World::new().with_user(ANN).await.with_superuser("root@example.com").await;
    let mail = recovery_mail(&world, ANN).await;
    let off = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
    let (root, ann) = (world.actor("root@example.com"), world.user(ANN).id);
    world.users().update(root, SessionId(Uuid::nil()), ann, off, &client()).await.unwrap();
    assert_fails!(reset(&world, &mail, "open sesame").await, ResetPasswordError::Inactive);
    assert_eq!(world.store.one_time_tokens().len(), 1);
}

#[tokio::test]
async fn who_was_deleted_has_no_password_to_set() {
    let world = World::new().with_user(ANN).await;
    let mail = recovery_mail(&world, ANN).await;
    world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await.unwrap();
    assert_fails!(reset(&world, &mail, "open sesame").await, ResetPasswordError::InvalidToken);
}

#[tokio::test]
async fn a_verification_link_sets_no_password() {
    let world = World::new().with_user(ANN).await;
    world.verification().request(world.actor(ANN), &client()).await.unwrap();
    let mail = world.mail(MailTemplate::VerifyAddress, ANN).await;
    assert_fails!(reset(&world, &mail, "open sesame").await, ResetPasswordError::InvalidToken);
    assert!(opens(&world, ANN, PASSWORD).await);
}

#[tokio::test]
async fn an_invited_user_sets_the_first_password_and_a_recovery_does_not_spoil_the_invitation() {
    let world = World::new().with_superuser("root@example.com").await;
    let command = CreateUser::new(email(ANN));
    world.users().create(world.actor("root@example.com"), command, Welcome::Mail, &client()).await.unwrap();
    assert!(!opens(&world, ANN, PASSWORD).await);
    let invitation = world.mail(MailTemplate::SetPassword, ANN).await;
    recovery_mail(&world, ANN).await;
    reset(&world, &invitation, "open sesame").await.unwrap();
    assert!(opens(&world, ANN, "open sesame").await);
    assert!(world.user(ANN).is_verified);
    assert_eq!(world.deliver_mail().await.len(), 0, "a first password is no news");
}

#[tokio::test]
async fn a_reset_that_fails_leaves_the_link() {
    let world = World::new().with_user(ANN).await;
    let session = world.open_session(ANN).await;
    let mail = recovery_mail(&world, ANN).await;
    world.hasher.busy();
    let outcome = reset(&world, &mail, "open sesame").await;
    assert_fails!(outcome, ResetPasswordError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    world.hasher.working();
    world.store.fail_commits();
    let outcome = reset(&world, &mail, "open sesame").await;
    assert_fails!(outcome, ResetPasswordError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = reset(&world, &mail, "open sesame").await;
    assert_fails!(outcome, ResetPasswordError::Store(StoreError::Unavailable(_)));
    world.store.come_up();
    assert!(world.is_live(session.id));
    reset(&world, &mail, "open sesame").await.unwrap();
}
