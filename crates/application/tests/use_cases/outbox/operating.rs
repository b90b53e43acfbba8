//! Looking after the outbox.

use std::time::Duration;

use ironplate_application::{
    Operator, Pruned,
    audit::Denied,
    outbox::{OverseeError, SendTestMailError},
    ports::{Clock, MessageOrder, OutboxStatistics},
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
    assert_fails!(outcome, SendTestMailError::Denied(Denied));
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
    let expected = OutboxStatistics { queued: 1, oldest_queued: Some(since), dead: 1 };
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
