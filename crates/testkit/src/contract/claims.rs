//! Messages are enqueued, and claimed when they are due.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use ironplate_application::ports::{Claim, Lane, Store};
use ironplate_domain::{Email, Fact, MailTemplate, Message, MessageId, MessageState, SealedToken, Timestamp};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    checks::checks,
    race::race,
    rows::assert_same,
    subject::{Subject, alone, assert_internal, later, seen},
};
use crate::samples::email;

checks! { claims;
    a_message_of_every_template_is_claimed,
    an_id_belongs_to_one_message,
    an_unknown_message_is_none,
    a_dropped_unit_enqueues_nothing,
    what_was_due_first_is_claimed_first,
    each_lane_has_its_messages_in_its_order,
    a_claim_passes_over_domains,
    what_a_clock_ahead_put_off_is_brought_forward,
    a_message_is_claimed_from_when_it_is_due,
    a_claimed_message_is_claimed_again_when_its_lease_ran_out,
    sent_and_dead_messages_are_not_claimed,
    the_next_message_due_is_known,
    claims_that_overlap_share_nothing,
    an_address_keeps_its_canonical_form,
    no_message_is_claimed_by_two,
}

/// And claimed with every field, too.
async fn a_message_of_every_template_is_claimed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for template in MailTemplate::ALL {
        let message = Message {
            template,
            sealed_token: Some(SealedToken(b"sealed".to_vec())),
            ..subject.new_message("Ann@Example.com").saying(Fact::ExpiresAt, "2026-01-02T03:04:05Z")
        };
        subject.store(&[&message]).await;
        let lease_until = later(message.due_at, 60_000_000);
        let expected = Message { state: MessageState::Sending, attempts: 1, due_at: lease_until, ..message.clone() };
        let claimed = subject.claim(message.due_at, lease_until).await;
        assert_eq!(claimed.len(), 1, "{template:?}");
        assert_same(&claimed[0], &expected);
        assert_same(&subject.stored_message(message.id).await, &expected);
        assert!(alone!(subject, outbox().discard(message.id)).expect("an answer"));
    }
}

/// Ids are made to be unique, so a second use is a fault.
async fn an_id_belongs_to_one_message(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.message("ann@example.com").await;
    let twin = Message { id: message.id, ..subject.new_message("bob@example.com") };
    assert_internal!(alone!(subject, outbox().enqueue(&twin)));
    assert_same(&subject.stored_message(message.id).await, &message);
}

/// Whatever is done with it.
async fn an_unknown_message_is_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.new_message("ann@example.com");
    let (id, now) = (MessageId(Uuid::nil()), message.created_at);
    assert_eq!(seen!(subject, outbox().find(id)), None);
    assert!(!alone!(subject, outbox().resolve(&message)).expect("an answer"));
    assert!(!alone!(subject, outbox().mark_sent(id, 0, now)).expect("an answer"));
    assert!(!alone!(subject, outbox().mark_failed(id, 0, "", now)).expect("an answer"));
    assert!(!alone!(subject, outbox().mark_dead(id, 0, "", now)).expect("an answer"));
    assert!(!alone!(subject, outbox().retry(id, now)).expect("an answer"));
    assert!(!alone!(subject, outbox().discard(id)).expect("an answer"));
}

/// Mail that was not caused in the end is not sent.
async fn a_dropped_unit_enqueues_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.new_message("ann@example.com");
    let mut work = subject.begin().await;
    work.outbox().enqueue(&message).await.expect("a new message");
    assert_eq!(work.outbox().next_due().await.expect("an answer"), Some(message.due_at));
    drop(work);
    assert_eq!(seen!(subject, outbox().find(message.id)), None);
    assert_eq!(seen!(subject, outbox().next_due()), None);
    assert_eq!(subject.claim(Timestamp::MAX, Timestamp::MAX).await, []);
}

/// At most so many at once, whatever the order in which they were enqueued.
async fn what_was_due_first_is_claimed_first(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut messages: Vec<Message> = (0..7).map(|n| subject.new_message(&format!("user{n}@example.com"))).collect();
    let now = subject.new_message("now@example.com").created_at;
    for (message, micros) in messages.iter_mut().zip([-3, -1, -7, -2, 0, -5, 1]) {
        message.due_at = later(now, micros);
    }
    subject.store(&messages.iter().collect::<Vec<_>>()).await;
    let lease_until = later(now, 60_000_000);
    let mut claims = Vec::new();
    for limit in [0, 2, 1, 9, 9] {
        let claimed = subject.claim_from(Lane::Untried, now, lease_until, limit).await;
        claims.push(claimed.into_iter().map(|message| message.id).collect::<Vec<_>>());
    }
    let ids = |places: &[usize]| places.iter().map(|&place| messages[place].id).collect::<Vec<_>>();
    assert_eq!(claims, [ids(&[]), ids(&[2, 5]), ids(&[0]), ids(&[3, 1, 4]), ids(&[])]);
}

/// And those that were tried before have a lane of their own, for all who wait there as for one.
async fn each_lane_has_its_messages_in_its_order(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut messages: Vec<Message> = (0..6).map(|n| subject.new_message(&format!("user{n}@example.com"))).collect();
    let now = subject.new_message("now@example.com").created_at;
    for (message, attempts) in messages.iter_mut().zip([0, 3, 0, 1, 0, 1]) {
        message.attempts = attempts;
    }
    subject.store(&messages.iter().collect::<Vec<_>>()).await;
    let lease_until = later(now, 60_000_000);
    let places = async |lane, limit| {
        let claimed = subject.claim_from(lane, now, lease_until, limit).await;
        let place = |message: &Message| messages.iter().position(|it| it.id == message.id).expect("one of them");
        claimed.iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(Lane::Newest, 1).await, [4]);
    assert_eq!(places(Lane::Untried, 1).await, [0]);
    assert_eq!(places(Lane::Retries, 2).await, [1, 3]);
    assert_eq!(places(Lane::Newest, 9).await, [2]);
    assert!(places(Lane::Untried, 9).await.is_empty());
    assert_eq!(places(Lane::Retries, 9).await, [5]);
}

/// In any spelling of the domain; a longer one that ends alike is another.
async fn a_claim_passes_over_domains(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let addresses =
        ["a@slow.example", "b@B\u{fc}cher.example", "c@not-slow.example", "d@SLOW.example", "e@x.slow.example"];
    let mut ids = Vec::new();
    for address in addresses {
        ids.push(subject.message(address).await.id);
    }
    let (now, lease_until) = (Timestamp::MAX.before(Duration::from_secs(9)), Timestamp::MAX);
    let passing_over = vec!["slow.example".to_owned(), "xn--bcher-kva.example".to_owned()];
    let claim = Claim { lane: Lane::Untried, now, lease_until, passing_over, limit: 9 };
    let claimed = alone!(subject, outbox().claim_due(&claim)).expect("what is due");
    assert_eq!(claimed.iter().map(|message| message.id).collect::<Vec<_>>(), [ids[2], ids[4]]);
    let claimed = subject.claim(now, lease_until).await;
    assert_eq!(claimed.iter().map(|message| message.id).collect::<Vec<_>>(), [ids[0], ids[1], ids[3]]);
}

/// A clock that was ahead by days must not hold mail up for days: a lease ends with the longest that there is from now, and what
/// waits for more than there ever is to wait for is due at once.
async fn what_a_clock_ahead_put_off_is_brought_forward(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let new = |state, attempts, due_at| Message { state, attempts, due_at, ..subject.new_message("ann@example.com") };
    let (now, lease_until, latest_retry) = {
        let now = subject.new_message("now@example.com").created_at;
        (now, later(now, 120_000_000), later(now, 3_600_000_000))
    };
    let ahead = later(now, 3 * 24 * 3_600_000_000);
    let (queued, sending) = (MessageState::Queued, MessageState::Sending);
    let cases = [
        (new(queued, 0, ahead), now),
        (new(queued, 0, later(now, 1)), now),
        (new(queued, 0, later(now, -1)), later(now, -1)),
        (new(queued, 2, ahead), now),
        (new(queued, 2, latest_retry), latest_retry),
        (new(queued, 2, later(latest_retry, 1)), now),
        (new(sending, 1, ahead), lease_until),
        (new(sending, 1, lease_until), lease_until),
        (new(sending, 1, later(now, 1)), later(now, 1)),
    ];
    let dead = Message { finished_at: Some(now), ..new(MessageState::Dead, 3, ahead) };
    subject.store(&cases.iter().map(|(message, _)| message).chain([&dead]).collect::<Vec<_>>()).await;
    let put_off = alone!(subject, outbox().bring_forward(now, lease_until, latest_retry)).expect("an answer");
    assert_eq!(put_off, 5);
    for (message, due_at) in cases {
        let expected = Message { due_at, ..message };
        assert_same(&subject.stored_message(expected.id).await, &expected);
    }
    assert_same(&subject.stored_message(dead.id).await, &dead);
    assert_eq!(alone!(subject, outbox().bring_forward(now, lease_until, latest_retry)).expect("an answer"), 0);
}

/// Not a microsecond before.
async fn a_message_is_claimed_from_when_it_is_due(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.message("ann@example.com").await;
    let lease_until = later(message.due_at, 60_000_000);
    assert_eq!(subject.claim(later(message.due_at, -1), lease_until).await, []);
    assert_same(&subject.stored_message(message.id).await, &message);
    assert_eq!(subject.claim(message.due_at, lease_until).await.len(), 1);
}

/// To the microsecond; and that counts as one attempt more.
async fn a_claimed_message_is_claimed_again_when_its_lease_ran_out(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.message("ann@example.com").await;
    let (first, second) = (later(message.due_at, 1_000), later(message.due_at, 2_000));
    assert_eq!(subject.claim(message.due_at, first).await.len(), 1);
    assert_eq!(subject.claim(later(first, -1), second).await, []);
    let expected = Message { state: MessageState::Sending, attempts: 2, due_at: second, ..message };
    assert_eq!(subject.claim(first, second).await, [expected]);
    assert_eq!(subject.claim(first, second).await, []);
}

/// What is done is done.
async fn sent_and_dead_messages_are_not_claimed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for state in [MessageState::Sent, MessageState::Dead] {
        let message = subject.new_message("ann@example.com");
        let finished_at = Some(message.created_at);
        subject.store(&[&Message { state, finished_at, ..message }]).await;
    }
    assert_eq!(subject.claim(Timestamp::MAX, Timestamp::MAX).await, []);
    assert_eq!(seen!(subject, outbox().next_due()), None);
}

/// For a worker to wait until then: of a queued one, or of one whose worker may have died.
async fn the_next_message_due_is_known(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert_eq!(seen!(subject, outbox().next_due()), None);
    let message = subject.message("ann@example.com").await;
    let other = Message { due_at: later(message.due_at, 1_000), ..subject.new_message("bob@example.com") };
    subject.store(&[&other]).await;
    assert_eq!(seen!(subject, outbox().next_due()), Some(message.due_at));
    subject.claim(message.due_at, later(message.due_at, 500)).await;
    assert_eq!(seen!(subject, outbox().next_due()), Some(later(message.due_at, 500)));
    assert!(alone!(subject, outbox().mark_sent(message.id, 1, message.due_at)).expect("an answer"));
    assert_eq!(seen!(subject, outbox().next_due()), Some(other.due_at));
}

/// Whether the other unit waits or runs beside: it gets what the first one left, and after a rollback, everything.
async fn claims_that_overlap_share_nothing(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let mut messages = Vec::new();
    for n in 0..6 {
        messages.push(subject.message(&format!("user{n}@example.com")).await);
    }
    let now = messages[5].due_at;
    let lease_until = later(now, 60_000_000);
    let mut work = subject.begin().await;
    let claim = Claim { lane: Lane::Untried, now, lease_until, passing_over: Vec::new(), limit: 3 };
    let first = work.outbox().claim_due(&claim).await.expect("what is due");
    let rival = tokio::spawn({
        let subject = subject.clone();
        async move { subject.claim(now, lease_until).await }
    });
    for _ in 0..50 {
        assert_eq!(work.outbox().find(first[0].id).await.expect("an answer").as_ref(), Some(&first[0]));
        tokio::task::yield_now().await;
    }
    work.commit().await.expect("a commit");
    let second = rival.await.expect("the rival");
    assert_eq!((first.len(), second.len()), (3, 3));
    let claimed: BTreeSet<MessageId> = first.iter().chain(&second).map(|message| message.id).collect();
    assert_eq!(claimed, messages.iter().map(|message| message.id).collect());

    let mut work = subject.begin().await;
    let claim = Claim { lane: Lane::Retries, now: lease_until, lease_until: Timestamp::MAX, limit: 9, ..claim };
    assert_eq!(work.outbox().claim_due(&claim).await.expect("what is due").len(), 6);
    drop(work);
    let mut again = Vec::new();
    // A rollback may take its time, and until then the messages are in the hands of the unit that is gone.
    let all_again = async {
        while again.len() < 6 {
            again.extend(subject.claim(lease_until, Timestamp::MAX).await);
        }
    };
    timeout(Duration::from_mins(1), all_again).await.expect("all messages, once the rollback is through");
    assert_eq!(again.iter().map(|message| message.attempts).collect::<Vec<_>>(), [2; 6]);
}

/// The canonical form of the address is kept as well: it is compared when somebody is looked up by it.
async fn an_address_keeps_its_canonical_form(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = subject.message("Ann@BÜCHER.example").await;
    let to: Email = subject.stored_message(message.id).await.to;
    assert_eq!((to.as_str(), to.canonical()), (message.to.as_str(), "ann@xn--bcher-kva.example"));
    assert_eq!(to, email("ann@xn--bcher-kva.example"));
}

/// Nor is any left behind.
async fn no_message_is_claimed_by_two(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let messages: Vec<_> = (0..100).map(|n| subject.new_message(&format!("user{n}@example.com"))).collect();
    subject.store(&messages.iter().collect::<Vec<_>>()).await;
    let now = messages[99].due_at;
    let claimed = race((0..8).map(|_| {
        let subject = subject.clone();
        async move {
            let mut mine: Vec<MessageId> = Vec::new();
            loop {
                let claimed = subject.claim_from(Lane::Untried, now, later(now, 60_000_000), 7).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.iter().map(|message| message.id));
            }
        }
    }));
    let claimed = claimed.await.concat();
    assert_eq!(claimed.len(), 100);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), messages.iter().map(|message| message.id).collect());
}
