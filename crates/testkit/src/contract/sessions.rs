//! Sessions are opened, found with their holders, and ended.

use std::sync::Arc;

use ironplate_application::ports::{SessionHolder, Store};
use ironplate_domain::{Generation, Session, SessionId, Timestamp, User, UserId};
use uuid::Uuid;

use super::subject::{Subject, alone, assert_conflict, assert_same, seen};
use crate::samples::{full_name, session_keys};

const NOW: Timestamp = Timestamp::from_micros(1_767_400_000_123_456);
const LATER: Timestamp = Timestamp::from_micros(1_767_400_001_654_321);

/// With its user, every field of both.
pub async fn a_session_comes_back_as_inserted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = User { full_name: Some(full_name("Änn 😀")), ..subject.new_user("Ann@example.com") };
    subject.store_users(&[&ann]).await;
    let live = subject.session(&ann).await;
    let revoked = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store_sessions(&[&revoked]).await;
    for session in [live, revoked] {
        let holder = seen!(subject, sessions().find_holder(ann.id, session.id));
        assert_same(holder.as_ref().map(|holder| &holder.user), &ann);
        assert_eq!(
            holder,
            Some(SessionHolder { user: ann.clone(), session: Some(session), generation: Generation::default() })
        );
    }
}

/// Also by one that is over; somebody else's tells nothing.
pub async fn a_user_was_seen_last_by_whichever_session(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let older = Session { last_seen_at: NOW, ..subject.new_session(&ann) };
    let over = Session { last_seen_at: LATER, revoked_at: Some(LATER), ..subject.new_session(&ann) };
    subject.store_sessions(&[&older, &over]).await;
    assert_eq!(seen!(subject, sessions().last_seen(ann.id)), Some(LATER));
    assert_eq!(seen!(subject, sessions().last_seen(bob.id)), None);
}

/// Also one that was there once.
pub async fn a_session_needs_its_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    alone!(subject, users().delete(ann.id)).expect("an answer");
    let session = subject.new_session(&ann);
    assert_conflict!(alone!(subject, sessions().insert(&session, &session_keys(&session))), SessionUser);
}

/// Whatever the session.
pub async fn without_the_user_there_is_no_holder(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    assert_eq!(seen!(subject, sessions().find_holder(UserId(Uuid::nil()), session.id)), None);
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(seen!(subject, sessions().find_holder(ann.id, session.id)), None);
}

/// The user is there, the session is not.
pub async fn an_unknown_session_leaves_the_user_alone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.session(&ann).await;
    let holder = seen!(subject, sessions().find_holder(ann.id, SessionId(Uuid::nil())));
    assert_eq!(holder, Some(SessionHolder { user: ann, session: None, generation: Generation::default() }));
}

/// A session is found with its own user only.
pub async fn a_foreign_session_is_not_the_holders(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    subject.session(&ann).await;
    let bobs = subject.session(&bob).await;
    let holder = seen!(subject, sessions().find_holder(ann.id, bobs.id));
    assert_eq!(holder, Some(SessionHolder { user: ann, session: None, generation: Generation::default() }));
}

/// Expired or revoked: what that means is the use case's to say.
pub async fn a_session_that_is_over_is_still_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let expired = Session { expires_at: Timestamp::from_seconds(1), ..subject.new_session(&ann) };
    let revoked = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store_sessions(&[&expired, &revoked]).await;
    assert_eq!(subject.stored_session(&expired).await, Some(expired));
    assert_eq!(subject.stored_session(&revoked).await, Some(revoked));
}

/// And the first moment stays.
pub async fn a_session_is_revoked_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (session, other) = (subject.session(&ann).await, subject.session(&ann).await);
    assert!(alone!(subject, sessions().revoke(session.user, session.id, NOW)).expect("an answer"));
    assert!(!alone!(subject, sessions().revoke(session.user, session.id, LATER)).expect("an answer"));
    let expected = Session { revoked_at: Some(NOW), ..session };
    assert_eq!(subject.stored_session(&expected).await.as_ref(), Some(&expected));
    assert_eq!(subject.stored_session(&other).await, Some(other));
}

/// Nothing is there to be ended.
pub async fn an_unknown_session_is_not_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert!(!alone!(subject, sessions().revoke(UserId(Uuid::nil()), SessionId(Uuid::nil()), NOW)).expect("an answer"));
    assert_eq!(alone!(subject, sessions().revoke_all_for(UserId(Uuid::nil()), None, NOW)).expect("an answer"), 0);
}

/// One that was ended before keeps its moment and is not counted; another user's lives on.
pub async fn all_live_sessions_of_one_user_are_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (one, two) = (subject.session(&ann).await, subject.session(&ann).await);
    let ended = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store_sessions(&[&ended]).await;
    let bobs = subject.session(&bob).await;

    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, None, LATER)).expect("an answer"), 2);
    for session in [one, two] {
        let expected = Session { revoked_at: Some(LATER), ..session };
        assert_eq!(subject.stored_session(&expected).await, Some(expected));
    }
    assert_eq!(subject.stored_session(&ended).await, Some(ended));
    assert_eq!(subject.stored_session(&bobs).await, Some(bobs));
    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, None, LATER)).expect("an answer"), 0);
}

/// All the others end.
pub async fn the_session_to_keep_is_kept(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (kept, ended) = (subject.session(&ann).await, subject.session(&ann).await);
    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, Some(kept.id), NOW)).expect("an answer"), 1);
    assert_eq!(subject.stored_session(&kept).await, Some(kept));
    let expected = Session { revoked_at: Some(NOW), ..ended };
    assert_eq!(subject.stored_session(&expected).await, Some(expected));
}

/// A superuser who changes another's password keeps their own session, not one of the other's.
pub async fn keeping_a_foreign_session_keeps_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (subject.session(&ann).await, subject.session(&bob).await);
    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, Some(bobs.id), NOW)).expect("an answer"), 1);
    let expected = Session { revoked_at: Some(NOW), ..anns };
    assert_eq!(subject.stored_session(&expected).await, Some(expected));
    assert_eq!(subject.stored_session(&bobs).await, Some(bobs));
}
