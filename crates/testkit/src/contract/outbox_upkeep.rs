//! What an operator does with messages, and what becomes of old ones.

use std::sync::Arc;

use ironplate_application::ports::{Lane, OutboxStatistics, Store};
use ironplate_domain::{MailTemplate, Message, MessageState, SealedToken, Timestamp, User};

use super::{
    checks::checks,
    rows::assert_same,
    subject::{Subject, alone, assert_conflict, later, seen},
};

checks! { outbox_upkeep;
    a_dead_message_is_queued_anew,
    a_waiting_message_is_brought_forward,
    a_message_that_is_being_sent_or_was_sent_is_not_retried,
    all_dead_messages_are_queued_anew,
    a_discarded_message_is_gone,
    messages_go_with_the_user_that_they_are_about,
    notices_that_are_let_go_outlive_the_user,
    a_message_about_a_user_needs_its_user,
    messages_about_one_user_are_walked_over,
    finished_messages_are_pruned,
    what_is_not_finished_is_not_pruned,
    the_statistics_count_what_is_owed_and_what_is_dead,
}

/// A message with everything that an attempt leaves behind.
fn tried(subject: &Subject, state: MessageState) -> Message {
    let message = subject.new_message(&format!("{state:?}@example.com"));
    Message {
        state,
        sealed_token: Some(SealedToken(b"sealed".to_vec())),
        attempts: 3,
        due_at: later(message.created_at, 60_000_000),
        finished_at: matches!(state, MessageState::Sent | MessageState::Dead).then_some(message.created_at),
        last_error: Some("451 later".into()),
        ..message
    }
}

/// One message of each state in their order, stored.
async fn one_of_each(subject: &Subject) -> [Message; 4] {
    let messages = MessageState::ALL.map(|state| tried(subject, state));
    subject.store(&messages.each_ref()).await;
    messages
}

fn anew(message: &Message, now: Timestamp) -> Message {
    let state = MessageState::Queued;
    Message { state, attempts: 0, due_at: now, finished_at: None, last_error: None, ..message.clone() }
}

/// As if it had never been tried, with the link it carries.
async fn a_dead_message_is_queued_anew(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let [queued, sending, sent, dead] = one_of_each(&subject).await;
    let now = later(dead.created_at, 5);
    assert!(alone!(subject, outbox().retry(dead.id, now)).expect("an answer"));
    assert_same(&subject.stored_message(dead.id).await, &anew(&dead, now));
    for other in [queued, sending, sent] {
        assert_same(&subject.stored_message(other.id).await, &other);
    }
    let claimed = subject.claim(now, later(now, 1_000)).await;
    assert_eq!(claimed.iter().map(|message| (message.id, message.attempts)).collect::<Vec<_>>(), [(dead.id, 1)]);
}

/// It need not wait for its next attempt.
async fn a_waiting_message_is_brought_forward(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let [queued, ..] = one_of_each(&subject).await;
    let now = later(queued.created_at, 5);
    assert!(alone!(subject, outbox().retry(queued.id, now)).expect("an answer"));
    assert_same(&subject.stored_message(queued.id).await, &anew(&queued, now));
    assert_eq!(seen!(subject, outbox().next_due()), Some(now));
}

/// It would be sent twice.
async fn a_message_that_is_being_sent_or_was_sent_is_not_retried(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let [_, sending, sent, _] = one_of_each(&subject).await;
    for message in [sending, sent] {
        assert!(!alone!(subject, outbox().retry(message.id, message.created_at)).expect("an answer"));
        assert_same(&subject.stored_message(message.id).await, &message);
    }
}

/// And no others.
async fn all_dead_messages_are_queued_anew(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ([queued, sending, sent, one], [.., other]) = (one_of_each(&subject).await, one_of_each(&subject).await);
    let now = later(other.created_at, 5);
    assert_eq!(alone!(subject, outbox().retry_dead(now)).expect("an answer"), 2);
    assert_eq!(alone!(subject, outbox().retry_dead(now)).expect("an answer"), 0);
    for dead in [one, other] {
        assert_same(&subject.stored_message(dead.id).await, &anew(&dead, now));
    }
    for message in [queued, sending, sent] {
        assert_same(&subject.stored_message(message.id).await, &message);
    }
}

/// Whatever its state; whoever has it in hand is told that it is gone.
async fn a_discarded_message_is_gone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (messages, kept) = (one_of_each(&subject).await, subject.message("kept@example.com").await);
    for message in messages {
        assert!(alone!(subject, outbox().discard(message.id)).expect("an answer"));
        assert!(!alone!(subject, outbox().discard(message.id)).expect("an answer"));
        assert_eq!(seen!(subject, outbox().find(message.id)), None);
        let marked = alone!(subject, outbox().mark_sent(message.id, message.attempts, message.created_at));
        assert!(!marked.expect("an answer"));
    }
    assert_same(&subject.stored_message(kept.id).await, &kept);
}

/// Whatever their state and their address. Mail to the same address that is about others, or about nobody yet, stays: whoever
/// has an address now is not who had it then.
async fn messages_go_with_the_user_that_they_are_about(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let theirs = MessageState::ALL.map(|state| tried(&subject, state).about(ann.id));
    subject.store(&theirs.each_ref()).await;
    let kept = [
        subject.new_message("ann@example.com").about(bob.id),
        subject.new_message("ANN@example.com"),
        subject.new_message("bob@example.com").about(bob.id),
    ];
    subject.store(&kept.each_ref()).await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    for message in theirs {
        assert_eq!(seen!(subject, outbox().find(message.id)), None, "{:?}", message.state);
    }
    for message in kept {
        assert_same(&subject.stored_message(message.id).await, &message);
    }
}

/// Those that are not sent yet, and no other mail.
async fn notices_that_are_let_go_outlive_the_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let about = |template, user: &User| Message { template, ..subject.new_message("ann@example.com") }.about(user.id);
    let notices = MailTemplate::ALL.into_iter().filter(|template| template.is_notice());
    let notices: Vec<Message> = notices.map(|template| about(template, &ann)).collect();
    let sent = about(MailTemplate::NewDevice, &ann);
    let sent = Message { state: MessageState::Sent, finished_at: Some(sent.created_at), ..sent };
    let (link, other) = (about(MailTemplate::VerifyAddress, &ann), about(MailTemplate::NewDevice, &bob));
    subject.store(&notices.iter().chain([&sent, &link, &other]).collect::<Vec<_>>()).await;
    let in_hand = subject.claim_from(Lane::Untried, notices[0].due_at, Timestamp::MAX, 1).await;

    let released = alone!(subject, outbox().release_notices(ann.id)).expect("an answer");
    assert_eq!(released, notices.len() as u64);
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    for message in in_hand.iter().chain(&notices[1..]) {
        let nobodys = Message { user: None, ..message.clone() };
        assert_same(&subject.stored_message(message.id).await, &nobodys);
    }
    for message in [sent, link] {
        assert_eq!(seen!(subject, outbox().find(message.id)), None);
    }
    assert_same(&subject.stored_message(other.id).await, &other);
}

/// As a session does; also when it is found out only later whom it is about.
async fn a_message_about_a_user_needs_its_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let nobody = subject.new_user("nobody@example.com").id;
    let message = subject.message("ann@example.com").await;
    assert_conflict!(
        alone!(subject, outbox().enqueue(&subject.new_message("a@example.com").about(nobody))),
        MessageUser
    );
    let [claimed] = <[Message; 1]>::try_from(subject.claim(message.due_at, Timestamp::MAX).await).expect("one message");
    assert_conflict!(alone!(subject, outbox().resolve(&claimed.clone().about(nobody))), MessageUser);
    assert_same(&subject.stored_message(message.id).await, &claimed);
}

/// By their ids, whatever their address; what is to the user's address and about somebody else, or nobody, is not theirs.
async fn messages_about_one_user_are_walked_over(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await.id, subject.user("bob@example.com").await.id);
    let theirs = [subject.new_message("ann@example.com"), subject.new_message("former@example.com")];
    let theirs = theirs.map(|message| message.about(ann));
    let others = [subject.new_message("ann@example.com").about(bob), subject.new_message("ann@example.com")];
    subject.store(&theirs.iter().chain(&others).collect::<Vec<_>>()).await;
    let mut expected = theirs.map(|message| message.id);
    expected.sort();
    let ids = |messages: Vec<Message>| messages.into_iter().map(|message| message.id).collect::<Vec<_>>();
    assert_eq!(ids(seen!(subject, outbox().list_for(ann, None, 9))), expected);
    assert_eq!(ids(seen!(subject, outbox().list_for(ann, None, 1))), expected[..1]);
    assert_eq!(ids(seen!(subject, outbox().list_for(ann, Some(expected[0]), 9))), expected[1..]);
}

/// Before that microsecond; at most so many at once; those of the other state stay.
async fn finished_messages_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for (state, other) in [(MessageState::Sent, MessageState::Dead), (MessageState::Dead, MessageState::Sent)] {
        let finished = |state| {
            let message = subject.new_message("ann@example.com");
            Message { state, finished_at: Some(message.created_at), ..message }
        };
        let (mut messages, other): (Vec<_>, _) = ((0..5).map(|_| finished(state)).collect(), finished(other));
        messages[0].finished_at = other.finished_at;
        let before = messages[4].finished_at.expect("a moment");
        subject.store(&messages.iter().chain([&other]).collect::<Vec<_>>()).await;

        // Finished: the first as late as the other one, the second to fourth in time, the fifth at that very moment.
        assert_eq!(alone!(subject, outbox().prune(state, before, 0)).expect("an answer"), 0);
        assert_eq!(alone!(subject, outbox().prune(state, before, 2)).expect("an answer"), 2);
        assert_eq!(alone!(subject, outbox().prune(state, before, u32::MAX)).expect("an answer"), 1);
        assert_eq!(alone!(subject, outbox().prune(state, before, 2)).expect("an answer"), 0);
        for (n, message) in messages.iter().enumerate() {
            let is_left = seen!(subject, outbox().find(message.id)).is_some();
            assert_eq!(is_left, [0, 4].contains(&n), "{state:?} {n}");
            alone!(subject, outbox().discard(message.id)).expect("an answer");
        }
        assert_same(&subject.stored_message(other.id).await, &other);
        alone!(subject, outbox().discard(other.id)).expect("an answer");
    }
}

/// However old.
async fn what_is_not_finished_is_not_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let [queued, sending, ..] = one_of_each(&subject).await;
    for state in [MessageState::Queued, MessageState::Sending] {
        assert_eq!(alone!(subject, outbox().prune(state, Timestamp::MAX, 9)).expect("an answer"), 0);
    }
    for message in [queued, sending] {
        assert_same(&subject.stored_message(message.id).await, &message);
    }
}

/// Those being sent are not sent yet; the oldest is the one that was caused first, whenever it is due.
async fn the_statistics_count_what_is_owed_and_what_is_dead(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert_eq!(seen!(subject, outbox().statistics()), OutboxStatistics::default());
    let [queued, sending, _, dead] = one_of_each(&subject).await;
    let new = subject.message("new@example.com").await;
    let oldest_untried = Some(new.created_at);
    let expected = OutboxStatistics { queued: 3, oldest_queued: Some(queued.created_at), oldest_untried, dead: 1 };
    assert_eq!(seen!(subject, outbox().statistics()), expected);
    alone!(subject, outbox().discard(queued.id)).expect("an answer");
    alone!(subject, outbox().discard(dead.id)).expect("an answer");
    let expected = OutboxStatistics { queued: 2, oldest_queued: Some(sending.created_at), oldest_untried, dead: 0 };
    assert_eq!(seen!(subject, outbox().statistics()), expected);
}
