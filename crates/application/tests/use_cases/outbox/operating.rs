//! Looking after the outbox.

use std::time::Duration;

use ironplate_application::{
    Operator, Pruned,
    outbox::{OverseeError, SendTestMailError, is_silent},
    ports::{CLOCKS_APART, Clock, Lane, MessageOrder, OutboxStatistics},
};
use ironplate_domain::{MessageId, MessageState};
use ironplate_testkit::{
    World,
    samples::{client, email},
};
use uuid::Uuid;

use crate::{all, assert_fails, recovery::recovery_mail};

/// A world with one message that was sent and one that is dead.
async fn one_sent_one_dead() -> World {
    let world = World::new().with_superuser("root@example.com").await;
    let root = world.actor("root@example.com");
    world.outbox().send_test_mail(root, &email("sent@example.com"), &client()).await.unwrap();
    world.deliver_mail().await;
    world.transport.refuse();
    world.outbox().send_test_mail(root, &email("dead@example.com"), &client()).await.unwrap();
    world.deliver_mail().await;
    world.transport.come_up();
    world
}

async fn only(world: &World, state: MessageState) -> MessageId {
    let page = world.outbox().list(Some(state), &all(MessageOrder::Newest)).await.unwrap();
    let [message] = &page.rows[..] else { panic!("one {state:?} message in {:?}", page.rows) };
    message.id
}

#[tokio::test]
async fn only_superusers_send_test_mail() {
    let world = World::new().with_user("ann@example.com").await;
    let outcome =
        world.outbox().send_test_mail(world.actor("ann@example.com"), &email("ann@example.com"), &client()).await;
    assert_fails!(outcome, SendTestMailError::Denied(_));
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn without_mail_nothing_is_owed_and_a_test_mail_says_so() {
    let world = World::new().with_superuser("root@example.com").await.without_mail();
    let outcome =
        world.outbox().send_test_mail(world.actor("root@example.com"), &email("ann@example.com"), &client()).await;
    assert_fails!(outcome, SendTestMailError::MailOff);
    world.recovery().request(Some(&email("root@example.com")), &client()).await.unwrap();
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn a_dead_message_is_sent_when_it_is_retried() {
    let world = one_sent_one_dead().await;
    let dead = only(&world, MessageState::Dead).await;
    assert!(world.outbox().retry(dead, &Operator::default()).await.unwrap());
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!(mail.id, dead);
    assert!(!world.outbox().retry(dead, &Operator::default()).await.unwrap(), "what was sent is not sent again");
    assert!(!world.outbox().retry(MessageId(Uuid::nil()), &Operator::default()).await.unwrap());
}

#[tokio::test]
async fn all_dead_messages_are_retried_at_once() {
    let world = one_sent_one_dead().await;
    assert_eq!(world.outbox().retry_dead(&Operator::default()).await.unwrap(), 1);
    assert_eq!(world.deliver_mail().await.len(), 1);
    assert_eq!(world.outbox().retry_dead(&Operator::default()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_discarded_message_is_gone() {
    let world = one_sent_one_dead().await;
    let dead = only(&world, MessageState::Dead).await;
    world.outbox().discard(dead, &Operator::default()).await.unwrap();
    assert_eq!(world.outbox().find(dead).await.unwrap(), None);
    assert_fails!(world.outbox().discard(dead, &Operator::default()).await, OverseeError::NotFound);
}

#[tokio::test]
async fn statistics_tell_what_is_owed_and_what_was_given_up() {
    let world = one_sent_one_dead().await;
    let since = world.clock.now();
    world.outbox().send_test_mail(world.actor("root@example.com"), &email("new@example.com"), &client()).await.unwrap();
    world.clock.advance(Duration::from_mins(3));
    let expected = OutboxStatistics { queued: 1, oldest_queued: Some(since), oldest_untried: Some(since), dead: 1 };
    assert_eq!(world.outbox().statistics().await.unwrap(), expected);
}

#[tokio::test]
async fn what_is_over_is_removed_when_its_time_has_come() {
    let world = one_sent_one_dead().await.with_user("ann@example.com").await;
    recovery_mail(&world, "ann@example.com").await;
    let policy = world.policy.delivery;
    assert_eq!(world.housekeeping().prune().await.unwrap(), Pruned::default());
    world.clock.advance(policy.keep_sent + Duration::from_secs(1));
    let expected = Pruned { sent: 2, tokens: 1, ..Pruned::default() };
    assert_eq!(world.housekeeping().prune().await.unwrap(), expected);
    world.clock.advance(policy.keep_dead);
    assert_eq!(world.housekeeping().prune().await.unwrap(), Pruned { dead: 1, ..Pruned::default() });
    assert_eq!((world.store.messages(), world.store.one_time_tokens()), (vec![], vec![]));
}

/// What our clock alone takes for over is not removed: it may be ahead.
#[tokio::test]
async fn nothing_is_removed_that_is_not_over_by_the_databases_clock() {
    let world = one_sent_one_dead().await;
    world.store.set_clock(world.clock.now());
    world.clock.advance(world.policy.delivery.keep_dead + Duration::from_hours(1));
    assert_eq!(world.housekeeping().prune().await.unwrap(), Pruned::default());
    world.store.set_clock(world.clock.now());
    assert_eq!(world.housekeeping().prune().await.unwrap(), Pruned { sent: 1, dead: 1, ..Pruned::default() });
}

#[tokio::test]
async fn mail_that_a_clock_put_off_is_sent_when_the_clock_is_set_right() {
    let world = World::new().with_superuser("root@example.com").await;
    let right = world.clock.now();
    world.clock.advance(Duration::from_hours(72));
    let root = world.actor("root@example.com");
    world.outbox().send_test_mail(root, &email("new@example.com"), &client()).await.unwrap();
    world.clock.set(right);
    let worker = world.outbox().new_worker("web-1".to_owned());
    world.outbox().record_heartbeat(&worker).await.unwrap();
    assert_eq!(world.outbox().claim(9, &Lane::ALL, &[]).await.unwrap().len(), 1, "nobody had it yet");

    world.clock.advance(Duration::from_hours(72));
    assert_eq!(world.outbox().claim(9, &Lane::ALL, &[]).await.unwrap().len(), 1);
    world.clock.set(right);
    world.outbox().record_heartbeat(&worker).await.unwrap();
    assert!(world.outbox().claim(9, &Lane::ALL, &[]).await.unwrap().is_empty(), "somebody may be sending it");
    world.clock.advance(world.policy.delivery.lease);
    assert_eq!(world.outbox().claim(9, &Lane::ALL, &[]).await.unwrap().len(), 1);
}

#[test]
fn a_worker_that_was_seen_in_the_future_is_not_seen_at_work() {
    let now = World::new().clock.now();
    for (seen_at, silent) in [
        (now.before(Duration::from_secs(45)), false),
        (now.before(Duration::from_secs(46)), true),
        (now.after(CLOCKS_APART), false),
        (now.after(Duration::from_hours(72)), true),
    ] {
        assert_eq!(is_silent(seen_at, now), silent, "{seen_at}");
    }
}
