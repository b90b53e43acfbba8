//! What the pages of a dashboard look at.

use std::time::Duration;

use ironplate_application::{
    ClockSkew, Operator,
    outbox::OverseeError,
    overview::Activity,
    ports::{Clock, Count, MessageOrder, StoreError},
    system::SystemError,
    users::ReadUserError,
};
use ironplate_domain::{AuditKind, MessageId, MessageState, Role, TokenPurpose, TokenSecret};
use ironplate_testkit::{
    World, samples,
    samples::{client, email},
    secret_in,
};
use uuid::Uuid;

use crate::{all, assert_fails, log_in, recovery::recovery_mail};

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";

async fn root_and_ann() -> World {
    World::new().with_user(ANN).await.with_superuser(ROOT).await
}

#[tokio::test]
async fn everybody_sees_what_is_theirs_first() {
    let world = root_and_ann().await;
    world.sessions().log_in(log_in(ANN, samples::PASSWORD), &client()).await.unwrap();
    let seen = world.application().overviews.look(world.actor(ANN)).await.unwrap();
    assert_eq!((seen.sessions, seen.members), (1, None));
    assert_eq!(seen.events.iter().map(|event| event.kind).collect::<Vec<_>>(), [AuditKind::LogIn]);
    assert!(seen.administration.is_none());
}

#[tokio::test]
async fn with_an_organization_at_hand_it_is_seen_who_is_in_it() {
    let world = root_and_ann().await;
    world.organization("Acme", &[(ANN, Role::Viewer), (ROOT, Role::Owner)]).await;
    world.organization("Other", &[(ANN, Role::Owner)]).await;
    let seen = world.application().overviews.look(world.actor_at("Acme", ANN)).await.unwrap();
    assert_eq!(seen.members, Some(2));
}

#[tokio::test]
async fn where_others_were_is_nobody_s_business() {
    let world = root_and_ann().await;
    world.open_session(ANN).await;
    let (root, ann) = (world.actor(ROOT), world.user(ANN).id);
    world.sessions().revoke_all(root, ann, None, &client()).await.unwrap();
    let seen = world.application().overviews.look(world.actor(ANN)).await.unwrap();
    assert_eq!(seen.events.iter().map(|event| event.kind).collect::<Vec<_>>(), [AuditKind::SessionsRevoked]);
    assert_eq!(seen.events[0].client.address, None);
    assert!(world.application().overviews.look(root).await.unwrap().events.is_empty(), "it was done to somebody else");
}

#[tokio::test]
async fn superusers_also_see_how_the_product_is() {
    let world = root_and_ann().await;
    world.sessions().log_in(log_in(ANN, samples::PASSWORD), &client()).await.unwrap();
    world.sessions().log_in(log_in(ANN, "wrong horse"), &client()).await.unwrap_err();
    let seen = world.application().overviews.look(world.actor(ROOT)).await.unwrap();
    let administration = seen.administration.unwrap();
    assert_eq!(administration.users, 2);
    let Activity { sign_ups, log_ins } = administration.activity;
    assert_eq!((sign_ups.len(), log_ins.len()), (14, 14), "days without anything are there, too");
    assert!(log_ins.windows(2).all(|days| days[0].day + 1 == days[1].day));
    assert_eq!(log_ins.last().map(|day| (day.done, day.failed)), Some((1, 1)));
}

#[tokio::test]
async fn only_superusers_look_at_the_system() {
    let world = root_and_ann().await;
    let system = world.application().system;
    assert_fails!(system.look(world.actor(ANN), &client()).await, SystemError::Denied(_));
    assert_eq!(system.look(world.actor(ROOT), &client()).await.unwrap().database.product, "Memory");
    world.store.go_down();
    assert_fails!(system.look(world.actor(ROOT), &client()).await, SystemError::Store(StoreError::Unavailable(_)));
}

#[tokio::test]
async fn a_clock_that_differs_from_the_databases_is_told() {
    let world = root_and_ann().await;
    let skew = async || world.application().system.look(world.actor(ROOT), &client()).await.unwrap().clock_skew;
    assert_eq!(skew().await, None, "a database without a clock of its own");
    world.store.set_clock(world.clock.now().after(Duration::from_secs(5)));
    assert_eq!(skew().await, None);
    world.store.set_clock(world.clock.now().after(Duration::from_mins(1)));
    assert_eq!(skew().await, Some(ClockSkew(-60)));
    world.clock.advance(Duration::from_hours(72));
    assert_eq!(skew().await.map(|skew| skew.to_string()).as_deref(), Some("2 days ahead"));
}

#[tokio::test]
async fn superusers_look_after_mail_without_seeing_live_links() {
    let world = root_and_ann().await;
    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    let (root, outbox) = (world.actor(ROOT), world.outbox());
    let listing = outbox.oversee(root, MessageState::Queued, all(MessageOrder::Newest), &client()).await.unwrap();
    assert_eq!((listing.page.rows.len(), listing.counts[0]), (1, (MessageState::Queued, Count::Exactly(1))));
    let id = listing.page.rows[0].id;
    let look = outbox.look(root, id, &client()).await.unwrap();
    assert!(look.mail.unwrap_or_else(|error| panic!("{error}")).text.contains("opens-nothing"));
    let by = Operator { actor: Some(root), client: client(), ..Operator::default() };
    assert!(outbox.retry(id, &by).await.unwrap());
    assert_eq!(outbox.retry_dead(&by).await.unwrap(), 0);
    outbox.discard(id, &by).await.unwrap();
    assert_fails!(outbox.discard(id, &by).await, OverseeError::NotFound);
    assert_fails!(outbox.look(root, id, &client()).await.map(|_| ()), OverseeError::NotFound);
    assert_eq!(world.events(AuditKind::MessageDiscarded)[0].actor, Some(root.user));
}

#[tokio::test]
async fn nobody_else_looks_after_mail() {
    let world = root_and_ann().await;
    let (ann, outbox, id) = (world.actor(ANN), world.outbox(), MessageId(Uuid::nil()));
    let listing = outbox.oversee(ann, MessageState::Dead, all(MessageOrder::Newest), &client()).await;
    assert_fails!(listing, OverseeError::Denied(_));
    assert_fails!(outbox.look(ann, id, &client()).await.map(|_| ()), OverseeError::Denied(_));
    let by = Operator { actor: Some(ann), client: client(), ..Operator::default() };
    assert_fails!(outbox.retry(id, &by).await, OverseeError::Denied(_));
    assert_fails!(outbox.retry_dead(&by).await, OverseeError::Denied(_));
    assert_fails!(outbox.discard(id, &by).await, OverseeError::Denied(_));
    assert_eq!(world.events(AuditKind::PermissionRefused).len(), 5);
}

#[tokio::test]
async fn a_user_is_looked_at_with_what_belongs_to_them() {
    let world = root_and_ann().await;
    let (root, users) = (world.actor(ROOT), world.users());
    let look = users.look(root, world.user(ANN).id, &client()).await.unwrap();
    assert_eq!((look.user.email.as_str(), look.pending, look.is_last_superuser), (ANN, None, false));
    assert!(users.look(root, root.user, &client()).await.unwrap().is_last_superuser);
    assert_eq!(users.find(root, &email("ANN@example.com"), &client()).await.unwrap().id, look.user.id);
    assert_fails!(users.find(root, &email("eve@example.com"), &client()).await, ReadUserError::NotFound);
    assert_fails!(users.look(world.actor(ANN), root.user, &client()).await, ReadUserError::Denied(_));
    assert_fails!(users.find(world.actor(ANN), &email(ROOT), &client()).await, ReadUserError::Denied(_));
}

#[tokio::test]
async fn a_link_can_be_looked_at_without_being_used_up() {
    let world = root_and_ann().await;
    let secret = secret_in(&recovery_mail(&world, ANN).await);
    for _ in 0..2 {
        let link = world.recovery().look_at_link(&secret).await.unwrap().unwrap();
        assert_eq!((link.purpose, link.email), (TokenPurpose::ResetPassword, email(ANN)));
    }
    assert_eq!(world.recovery().look_at_link(&TokenSecret::new("made up")).await.unwrap(), None);
}
