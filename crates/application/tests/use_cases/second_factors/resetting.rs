//! Second factors of somebody who lost them are taken away by others.

use ironplate_application::{Operator, second_factors::ResetSecondFactorsError};
use ironplate_domain::{AuditKind, MailTemplate, UserId};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client},
};
use uuid::Uuid;

use super::{ANN, BOB};
use crate::{assert_fails, opens};

const ROOT: &str = "root@example.com";

/// Ann has an app, a passkey and recovery codes and is logged in, and Bob has the same.
async fn world() -> World {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await;
    for email in [ANN, BOB] {
        world.add_app(email).await;
        world.add_passkey(email, &format!("key of {email}").replace(' ', "-"), 0).await;
        let session = world.open_session(email).await;
        let codes = world.second_factors().make_recovery_codes(world.actor(email).by(session.id), &client()).await;
        assert_eq!(codes.unwrap().len(), 10);
    }
    world.deliver_mail().await;
    world
}

#[tokio::test]
async fn a_superuser_takes_all_away_and_the_owner_is_told() {
    let world = world().await;
    let (root, ann) = (world.actor(ROOT), world.user(ANN).id);
    world.second_factors().reset(root, ann, &client()).await.unwrap();
    let own = world.second_factors().list_own(world.actor(ANN)).await.unwrap();
    assert_eq!((own.apps.len(), own.passkeys.len(), own.recovery_codes.count), (0, 0, 0));
    assert!(world.store.sessions().iter().all(|session| (session.user == ann) == session.revoked_at.is_some()));
    let [event] = &world.events(AuditKind::SecondFactorsReset)[..] else { panic!("one event") };
    assert_eq!((event.actor, event.subject), (Some(root.user), Some(ann)));
    let notice = world.mail(MailTemplate::SecondFactorsReset, ANN).await;
    assert!(notice.content.text.contains(ROOT), "{}", notice.content.text);
    assert!(opens(&world, ANN, PASSWORD).await);
    let others = world.second_factors().list_own(world.actor(BOB)).await.unwrap();
    assert_eq!((others.apps.len(), others.passkeys.len(), others.recovery_codes.count), (1, 1, 10));
}

#[tokio::test]
async fn the_operator_does_the_same_and_is_named() {
    let world = world().await;
    let by = Operator { client: client(), ..Operator::default() };
    world.second_factors().reset_by_operator(world.user(ANN).id, &by).await.unwrap();
    let [event] = &world.events(AuditKind::SecondFactorsReset)[..] else { panic!("one event") };
    assert_eq!((event.actor, event.subject), (None, Some(world.user(ANN).id)));
    world.mail(MailTemplate::SecondFactorsReset, ANN).await;
    assert!(opens(&world, ANN, PASSWORD).await);
}

#[tokio::test]
async fn a_passkey_alone_is_taken_away_too() {
    let world = World::new().with_user(ANN).await.with_superuser(ROOT).await;
    world.add_passkey(ANN, "key", 0).await;
    world.second_factors().reset(world.actor(ROOT), world.user(ANN).id, &client()).await.unwrap();
    assert_eq!(world.store.passkeys(), []);
    assert!(opens(&world, ANN, PASSWORD).await);
}

#[tokio::test]
async fn where_there_is_none_nothing_happens() {
    let world = world().await;
    let root = world.actor(ROOT);
    world.second_factors().reset(root, world.user(ANN).id, &client()).await.unwrap();
    let (before, events) = (world.store.snapshot(), world.store.audit_events().len());
    world.second_factors().reset(root, world.user(ANN).id, &client()).await.unwrap();
    assert!(world.store.snapshot() == before && world.store.audit_events().len() == events);
}

#[tokio::test]
async fn nobody_resets_their_own_or_those_of_nobody() {
    let world = world().await;
    let root = world.actor(ROOT);
    world.add_app(ROOT).await;
    let own = world.second_factors().reset(root, root.user, &client()).await;
    assert_fails!(own, ResetSecondFactorsError::Oneself);
    let nobodys = world.second_factors().reset(root, UserId(Uuid::nil()), &client()).await;
    assert_fails!(nobodys, ResetSecondFactorsError::NotFound);
}
