//! Claiming what is due, and sending it.

use std::time::Duration;

use ironplate_application::{
    organizations::SoleOwned,
    outbox::Delivery,
    ports::{Clock, Lane},
};
use ironplate_domain::{MailTemplate, Message, MessageState};
use ironplate_testkit::{
    World,
    samples::{client, email},
    user,
};

use crate::recovery::{recovery_mail, reset};

const ANN: &str = "ann@example.com";

/// A world in which one test mail is owed to Ann.
async fn owing() -> World {
    let world = World::new().with_superuser("root@example.com").await;
    world.outbox().send_test_mail(world.actor("root@example.com"), &email(ANN), &client()).await.unwrap();
    world
}

/// What becomes of a message in the hands of a worker of its own.
async fn delivered(world: &World, message: Message) -> Delivery {
    let outbox = world.outbox();
    let prepared = outbox.prepare(message).await;
    let sending = outbox.send(prepared).await;
    outbox.record(&sending).await.unwrap()
}

fn only_message(world: &World) -> Message {
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    message.clone()
}

#[tokio::test]
async fn a_message_is_sent_once_with_its_own_id_and_date() {
    let world = owing().await;
    let owed = only_message(&world);
    world.clock.advance(Duration::from_mins(5));
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((mail.id, mail.date, &mail.to), (owed.id, owed.created_at, &email(ANN)));
    let sent = only_message(&world);
    assert_eq!((sent.state, sent.attempts, sent.finished_at), (MessageState::Sent, 1, Some(world.clock.now())));
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.deliver_mail().await.len(), 0);
}

#[tokio::test]
async fn a_failed_attempt_is_repeated_later_and_later_until_it_succeeds() {
    let world = owing().await;
    world.transport.go_down();
    assert_eq!(world.claim_and_deliver().await, [Delivery::Failed]);
    let waiting = only_message(&world);
    assert_eq!((waiting.state, waiting.attempts), (MessageState::Queued, 1));
    assert_eq!(waiting.last_error.as_deref(), Some("the mail server is down"));
    assert!(waiting.due_at >= world.clock.now().after(Duration::from_secs(5)));
    assert!(waiting.due_at <= world.clock.now().after(Duration::from_secs(10)));
    assert_eq!(world.claim_and_deliver().await, [], "not before it is due");

    world.clock.set(waiting.due_at);
    assert_eq!(world.claim_and_deliver().await, [Delivery::Failed]);
    world.transport.come_up();
    world.clock.set(only_message(&world).due_at);
    assert_eq!(world.claim_and_deliver().await, [Delivery::Sent]);
    assert_eq!(world.transport.sent().len(), 1);
}

#[tokio::test]
async fn after_the_last_attempt_a_message_is_dead_and_kept_with_its_error() {
    let world = owing().await;
    world.transport.go_down();
    for expected in [Delivery::Failed, Delivery::Failed, Delivery::Dead] {
        world.clock.set(only_message(&world).due_at);
        assert_eq!(world.claim_and_deliver().await, [expected]);
    }
    let dead = only_message(&world);
    assert_eq!((dead.state, dead.attempts), (MessageState::Dead, 3));
    assert_eq!(dead.last_error.as_deref(), Some("the mail server is down"));
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(world.claim_and_deliver().await, []);
}

#[tokio::test]
async fn what_is_refused_for_good_is_dead_at_once() {
    let world = owing().await;
    world.transport.refuse();
    assert_eq!(world.claim_and_deliver().await, [Delivery::Dead]);
    assert_eq!(only_message(&world).last_error.as_deref(), Some("550 no such mailbox"));
}

/// As when its worker was killed.
#[tokio::test]
async fn a_message_that_is_never_marked_comes_again_when_the_lease_runs_out() {
    let world = owing().await;
    let outbox = world.outbox();
    let abandoned = outbox.claim(10, &Lane::ALL, &[]).await.unwrap();
    assert_eq!(abandoned.len(), 1);
    world.clock.set(abandoned[0].due_at.before(Duration::from_micros(1)));
    assert_eq!(outbox.claim(10, &Lane::ALL, &[]).await.unwrap(), []);
    world.clock.advance(Duration::from_micros(1));
    assert_eq!(world.claim_and_deliver().await, [Delivery::Sent]);
    let ids: Vec<_> = world.transport.sent().into_iter().map(|mail| mail.id).collect();
    assert_eq!(ids, [abandoned[0].id]);
}

#[tokio::test]
async fn a_worker_that_comes_too_late_changes_nothing() {
    let world = owing().await;
    let late = world.outbox().claim(1, &Lane::ALL, &[]).await.unwrap().remove(0);
    world.clock.advance(world.policy.delivery.lease);
    world.transport.go_down();
    assert_eq!(world.claim_and_deliver().await, [Delivery::Failed]);
    let before = world.store.messages();
    assert_eq!(delivered(&world, late).await, Delivery::LeaseLost);
    assert_eq!(world.store.messages(), before);
}

#[tokio::test]
async fn a_worker_that_comes_too_late_leaves_the_link_that_another_one_sent() {
    let world = World::new().with_user(ANN).await;
    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    let late = world.outbox().claim(1, &Lane::ALL, &[]).await.unwrap().remove(0);
    world.clock.advance(world.policy.delivery.lease);
    let mail = world.mail(MailTemplate::ResetPassword, ANN).await;
    assert_eq!(delivered(&world, late).await, Delivery::LeaseLost);
    reset(&world, &mail, "open sesame").await.unwrap();
}

/// So that whoever gets it twice can tell, and either works.
#[tokio::test]
async fn every_attempt_sends_the_same_link() {
    let world = World::new().with_user(ANN).await;
    world.transport.go_down();
    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    assert_eq!(world.claim_and_deliver().await, [Delivery::Failed]);
    let tokens = world.store.one_time_tokens();
    assert_eq!(tokens.len(), 1);
    world.clock.set(only_message(&world).due_at);
    world.transport.come_up();
    assert_eq!(world.claim_and_deliver().await, [Delivery::Sent]);
    assert_eq!(world.store.one_time_tokens(), tokens);
}

#[tokio::test]
async fn a_message_that_was_sent_holds_no_link_any_more() {
    let world = World::new().with_user(ANN).await;
    recovery_mail(&world, ANN).await;
    assert_eq!(only_message(&world).sealed_token, None);
}

/// Two requests of Ann's for recovery, one after the other.
async fn asked_twice() -> World {
    let world = World::new().with_user(ANN).await;
    for _ in 0..2 {
        world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
        world.clock.advance(Duration::from_micros(1));
    }
    world
}

#[tokio::test]
async fn of_two_links_the_later_one_works() {
    let world = asked_twice().await;
    let [earlier, later] = &world.deliver_mail().await[..] else { panic!("two mails") };
    assert!(earlier.date < later.date);
    assert!(reset(&world, earlier, "open sesame").await.is_err());
    reset(&world, later, "open sesame").await.unwrap();
}

/// Each worker has one of the messages.
#[tokio::test]
async fn of_two_links_the_later_one_works_also_when_its_mail_leaves_first() {
    let world = asked_twice().await;
    let mut messages = world.outbox().claim(2, &Lane::ALL, &[]).await.unwrap();
    let later = messages.pop().unwrap();
    assert_eq!(delivered(&world, later.clone()).await, Delivery::Sent);
    assert_eq!(delivered(&world, messages.remove(0)).await, Delivery::Dropped);
    let [mail] = &world.transport.sent()[..] else { panic!("one mail") };
    assert_eq!(mail.id, later.id);
    reset(&world, mail, "open sesame").await.unwrap();
}

#[tokio::test]
async fn what_was_sent_can_be_recorded_again_and_again() {
    let world = owing().await;
    let message = world.outbox().claim(1, &Lane::ALL, &[]).await.unwrap().remove(0);
    let prepared = world.outbox().prepare(message).await;
    let sending = world.outbox().send(prepared).await;
    world.store.go_down();
    assert!(world.outbox().record(&sending).await.is_err());
    world.store.come_up();
    assert_eq!(world.outbox().record(&sending).await.unwrap(), Delivery::Sent);
    assert_eq!(world.outbox().record(&sending).await.unwrap(), Delivery::LeaseLost);
    assert_eq!((only_message(&world).state, world.transport.sent().len()), (MessageState::Sent, 1));
}

#[tokio::test]
async fn a_message_that_no_attempt_brings_to_an_end_is_dead_some_day() {
    let world = owing().await;
    for _ in 0..3 {
        assert_eq!(world.outbox().claim(1, &Lane::ALL, &[]).await.unwrap().len(), 1);
        world.clock.advance(world.policy.delivery.lease);
    }
    assert_eq!(world.claim_and_deliver().await, [Delivery::Dead]);
    assert_eq!(world.transport.sent().len(), 0);
}

#[tokio::test]
async fn an_account_closed_before_its_mail_left_gets_nothing_but_the_news_of_that() {
    let world = World::new().with(user(ANN)).await;
    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await.unwrap();
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!(mail.content.subject, MailTemplate::AccountDeleted.name());
}
