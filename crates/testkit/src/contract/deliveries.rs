//! What the attempt that holds a message says of it, and that no other attempt has a say.

use std::sync::Arc;

use ironplate_application::ports::Store;
use ironplate_domain::{Fact, Facts, MailTemplate, Message, MessageState, SealedToken, Timestamp};

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    rows::assert_same,
    subject::{Subject, alone, later, seen},
};
use crate::samples::email;

checks! { deliveries;
    a_sent_message_is_finished_and_its_token_gone,
    a_failed_attempt_is_followed_by_the_next,
    a_message_given_up_is_dead,
    a_resolved_message_says_what_was_found,
    an_attempt_whose_message_was_claimed_again_has_no_say,
    a_late_attempt_has_its_say_while_nobody_else_has_the_message,
    a_message_that_nobody_holds_is_marked_by_nobody,
    an_error_may_hold_anything,
    of_many_marks_of_one_attempt_one_succeeds,
}

/// A message with a sealed token, claimed for a minute.
async fn claimed(subject: &Subject) -> Message {
    let message = Message {
        template: MailTemplate::VerifyAddress,
        sealed_token: Some(SealedToken(b"sealed".to_vec())),
        ..subject.new_message("ann@example.com")
    };
    subject.store(&[&message]).await;
    let [claimed] = <[Message; 1]>::try_from(subject.claim(message.due_at, later(message.due_at, 60_000_000)).await)
        .expect("one message");
    claimed
}

/// The link it carried is nobody's business any more; all else stays.
async fn a_sent_message_is_finished_and_its_token_gone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (message, other) = (claimed(&subject).await, subject.message("bob@example.com").await);
    let now = later(message.created_at, 123);
    assert!(alone!(subject, outbox().mark_sent(message.id, 1, now)).expect("an answer"));
    let found = subject.stored_message(message.id).await;
    let expected = Message {
        state: MessageState::Sent,
        sealed_token: None,
        finished_at: Some(now),
        due_at: found.due_at,
        ..message
    };
    assert_same(&found, &expected);
    assert_same(&subject.stored_message(other.id).await, &other);
}

/// With everything it needs, once it is due again.
async fn a_failed_attempt_is_followed_by_the_next(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = claimed(&subject).await;
    let due_at = later(message.due_at, 123);
    assert!(alone!(subject, outbox().mark_failed(message.id, 1, "451 later", due_at)).expect("an answer"));
    let expected = Message { state: MessageState::Queued, due_at, last_error: Some("451 later".into()), ..message };
    assert_same(&subject.stored_message(expected.id).await, &expected);

    let lease_until = later(due_at, 1_000);
    assert_eq!(subject.claim(later(due_at, -1), lease_until).await, []);
    let again = Message { state: MessageState::Sending, attempts: 2, due_at: lease_until, ..expected };
    assert_eq!(subject.claim(due_at, lease_until).await, std::slice::from_ref(&again));
    assert!(alone!(subject, outbox().mark_failed(again.id, 2, "452 later still", due_at)).expect("an answer"));
    assert_eq!(subject.stored_message(again.id).await.last_error.as_deref(), Some("452 later still"));
}

/// With its sealed token, so that an operator can retry it.
async fn a_message_given_up_is_dead(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = claimed(&subject).await;
    let now = later(message.created_at, 123);
    assert!(alone!(subject, outbox().mark_dead(message.id, 1, "550 no", now)).expect("an answer"));
    let found = subject.stored_message(message.id).await;
    let expected = Message {
        state: MessageState::Dead,
        finished_at: Some(now),
        last_error: Some("550 no".into()),
        due_at: found.due_at,
        ..message
    };
    assert_same(&found, &expected);
    assert_eq!(subject.claim(Timestamp::MAX, Timestamp::MAX).await, []);
}

/// Template, address, facts, sealed token; nothing else, and still in the same hands.
async fn a_resolved_message_says_what_was_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = claimed(&subject).await;
    let resolved = Message {
        template: MailTemplate::AlreadyRegistered,
        to: email("Ann.Other@Example.com"),
        user: Some(subject.user("found@example.com").await.id),
        facts: Facts::from([(Fact::ExpiresAt, "2026-01-02T03:04:05Z".to_owned())]),
        sealed_token: Some(SealedToken(b"another".to_vec())),
        ..message.clone()
    };
    let forged = Message {
        state: MessageState::Dead,
        due_at: Timestamp::MAX,
        created_at: Timestamp::MIN,
        last_error: Some("forged".into()),
        ..resolved.clone()
    };
    assert!(alone!(subject, outbox().resolve(&forged)).expect("an answer"));
    assert_same(&subject.stored_message(message.id).await, &resolved);

    let without = Message { sealed_token: None, facts: Facts::new(), ..resolved };
    assert!(alone!(subject, outbox().resolve(&without)).expect("an answer"));
    assert_same(&subject.stored_message(message.id).await, &without);
    assert!(alone!(subject, outbox().mark_sent(message.id, 1, message.created_at)).expect("an answer"));
}

async fn assert_has_no_say(subject: &Subject, message: &Message, attempt: u32) {
    let before = subject.stored_message(message.id).await;
    let (id, now) = (message.id, message.created_at);
    let resolved = Message { attempts: attempt, template: MailTemplate::TestMail, ..message.clone() };
    assert!(!alone!(subject, outbox().resolve(&resolved)).expect("an answer"), "attempt {attempt}");
    assert!(!alone!(subject, outbox().mark_sent(id, attempt, now)).expect("an answer"), "attempt {attempt}");
    assert!(!alone!(subject, outbox().mark_failed(id, attempt, "no", now)).expect("an answer"), "attempt {attempt}");
    assert!(!alone!(subject, outbox().mark_dead(id, attempt, "no", now)).expect("an answer"), "attempt {attempt}");
    assert_same(&subject.stored_message(id).await, &before);
}

/// A worker that was slower than its lease comes too late.
async fn an_attempt_whose_message_was_claimed_again_has_no_say(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = claimed(&subject).await;
    assert_eq!(subject.claim(message.due_at, later(message.due_at, 60_000_000)).await.len(), 1);
    for attempt in [0, 1, 3, u32::MAX] {
        assert_has_no_say(&subject, &message, attempt).await;
    }
    assert!(alone!(subject, outbox().mark_sent(message.id, 2, message.created_at)).expect("an answer"));
}

/// Its lease is over, but nobody else has it: what it did counts.
async fn a_late_attempt_has_its_say_while_nobody_else_has_the_message(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = claimed(&subject).await;
    assert!(alone!(subject, outbox().mark_sent(message.id, 1, later(message.due_at, 1))).expect("an answer"));
    assert_eq!(subject.claim(Timestamp::MAX, Timestamp::MAX).await, []);
}

/// Queued, sent or dead.
async fn a_message_that_nobody_holds_is_marked_by_nobody(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let queued = subject.message("ann@example.com").await;
    assert_has_no_say(&subject, &queued, 0).await;
    assert!(alone!(subject, outbox().discard(queued.id)).expect("an answer"));

    let sent = claimed(&subject).await;
    assert!(alone!(subject, outbox().mark_sent(sent.id, 1, sent.created_at)).expect("an answer"));
    assert_has_no_say(&subject, &sent, 1).await;
    let dead = claimed(&subject).await;
    assert!(alone!(subject, outbox().mark_dead(dead.id, 1, "no", dead.created_at)).expect("an answer"));
    assert_has_no_say(&subject, &dead, 1).await;
    let failed = claimed(&subject).await;
    assert!(alone!(subject, outbox().mark_failed(failed.id, 1, "no", Timestamp::MAX)).expect("an answer"));
    assert_has_no_say(&subject, &failed, 1).await;
}

/// Only a NUL, which not every database can store, is replaced.
async fn an_error_may_hold_anything(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for error in ["", "550 5.1.1 <ann@example.com>: 'no' \"such\" \\ mailbox\r\n😀\u{202e}", &"long ".repeat(20_000)]
    {
        let message = claimed(&subject).await;
        let now = message.created_at;
        assert!(alone!(subject, outbox().mark_failed(message.id, 1, error, now)).expect("an answer"));
        assert_eq!(
            seen!(subject, outbox().find(message.id)).and_then(|found| found.last_error).as_deref(),
            Some(error)
        );
        assert!(alone!(subject, outbox().discard(message.id)).expect("an answer"));
    }
    let message = claimed(&subject).await;
    assert!(alone!(subject, outbox().mark_dead(message.id, 1, "\0no\0", message.created_at)).expect("an answer"));
    let stored = subject.stored_message(message.id).await.last_error;
    assert_eq!(stored.as_deref(), Some("\u{fffd}no\u{fffd}"));
}

/// Whoever comes second is told that the message is out of their hands.
async fn of_many_marks_of_one_attempt_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let message = subject.message("ann@example.com").await;
    subject.claim(message.due_at, later(message.due_at, 60_000_000)).await;
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, id, now) = (subject.clone(), message.id, message.created_at);
        async move {
            match n % 4 {
                0 => alone!(subject, outbox().mark_sent(id, 1, now)),
                1 => alone!(subject, outbox().mark_failed(id, 1, "451 later", now)),
                2 => alone!(subject, outbox().mark_dead(id, 1, "550 no", now)),
                _ => alone!(subject, outbox().mark_sent(id, 1, later(now, 1))),
            }
        }
    }));
    assert_one_wins(&outcomes.await);
}
