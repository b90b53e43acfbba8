//! The sessions of one user: listed, recognised by, cut down, and removed in the end.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::Store;
use ironplate_domain::{Session, SessionUse, Timestamp, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    subject::{Subject, alone, later, seen},
};

checks! { session_lists;
    live_sessions_are_listed_those_first_that_were_used_last,
    all_sessions_of_a_user_are_walked_over,
    sessions_beyond_the_most_are_ended_those_first_that_were_not_used,
    sessions_that_are_over_are_pruned,
}

/// Neither another's nor one that is over; no more than asked for.
async fn live_sessions_are_listed_those_first_that_were_used_last(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (old, young) = (subject.session(&ann).await, subject.session(&ann).await);
    let revoked = Session { revoked_at: Some(old.created_at), ..subject.new_session(&ann) };
    let expired = Session { expires_at: old.created_at, ..subject.new_session(&ann) };
    let bobs = subject.new_session(&bob);
    subject.store(&[&revoked, &expired, &bobs]).await;
    let now = later(young.created_at, 5);
    let listed = seen!(subject, sessions().list_for(ann.id, now, 9));
    assert_eq!(listed, [young.clone(), old.clone()]);

    let now_used = later(young.created_at, 1);
    let used = SessionUse { now: now_used, expires_at: old.expires_at, every: Duration::ZERO, generation: 0 };
    alone!(subject, sessions().note_use(old.id, &used)).expect("an answer");
    let old = Session { last_seen_at: now_used, ..old };
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 9)), [old.clone(), young.clone()]);
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 1)), [old]);
    assert_eq!(seen!(subject, sessions().list_for(UserId(Uuid::nil()), now, 9)), []);
}

/// Also those that are over, by their ids; not another's.
async fn all_sessions_of_a_user_are_walked_over(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let live = subject.session(&ann).await;
    let over = Session { revoked_at: Some(live.created_at), ..subject.new_session(&ann) };
    subject.store(&[&over, &subject.new_session(&bob)]).await;
    let mut expected = [live, over];
    expected.sort_by_key(|session| session.id);
    assert_eq!(seen!(subject, sessions().history_of(ann.id, None, 9)), expected);
    assert_eq!(seen!(subject, sessions().history_of(ann.id, None, 1)), expected[..1]);
    assert_eq!(seen!(subject, sessions().history_of(ann.id, Some(expected[0].id), 9)), expected[1..]);
}

/// Only live ones count, and only of this user.
async fn sessions_beyond_the_most_are_ended_those_first_that_were_not_used(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (one, two, three) = (subject.session(&ann).await, subject.session(&ann).await, subject.session(&ann).await);
    let bobs = subject.session(&bob).await;
    let over = Session { revoked_at: Some(one.created_at), ..subject.new_session(&ann) };
    subject.store(&[&over]).await;
    let now = later(over.created_at, 1);
    assert_eq!(alone!(subject, sessions().revoke_beyond(ann.id, 3, now)).expect("an answer"), 0);
    assert_eq!(alone!(subject, sessions().revoke_beyond(ann.id, 2, now)).expect("an answer"), 1);
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 9)), [three, two]);
    let one = Session { revoked_at: Some(now), ..one };
    assert_eq!(subject.stored_session(&one).await.as_ref(), Some(&one));
    assert_eq!(subject.stored_session(&bobs).await, Some(bobs));
}

/// In batches, the longest over first; what is not over long enough stays.
async fn sessions_that_are_over_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let expired = |at| Session { expires_at: Timestamp::from_seconds(at), ..subject.new_session(&ann) };
    let (first, second, third) = (expired(10), expired(20), expired(30));
    subject.store(&[&third, &first, &second]).await;
    let prune = async |before, limit| {
        alone!(subject, sessions().prune(Timestamp::from_seconds(before), limit)).expect("an answer")
    };
    assert_eq!(prune(10, 9).await, 0);
    assert_eq!(prune(30, 1).await, 1);
    assert_eq!(subject.stored_session(&first).await, None);
    assert_eq!(prune(30, 9).await, 1);
    assert_eq!(subject.stored_session(&second).await, None);
    assert_eq!(subject.stored_session(&third).await, Some(third));
}
