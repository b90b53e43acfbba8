//! Sessions are found by their secrets, renewed, and seen to be used.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Beside, SessionHolder, Store};
use ironplate_domain::{
    Generation, RefreshSalt, RefreshableSession, Replaced, Rotation, Session, SessionDigests, SessionKind, SessionUse,
    TokenDigest,
};

use super::{
    checks::checks,
    race::{RIVALS, race},
    subject::{Subject, alone, assert_internal, later, seen},
};
use crate::samples::session_digests;

checks! { renewals;
    a_cookie_session_is_found_by_its_secret,
    some_cookie_sessions_are_found_at_once,
    a_secret_is_good_for_its_kind_of_session_only,
    a_secret_belongs_to_one_session,
    a_session_is_found_to_be_renewed,
    a_rotation_puts_the_next_token_in_force,
    a_token_is_rotated_once,
    a_session_that_is_over_is_neither_renewed_nor_used,
    a_use_is_noted,
    a_use_that_was_noted_by_a_clock_that_was_ahead_is_noted_anew,
    the_first_use_of_a_new_generation_is_noted_at_once,
    of_many_rotations_of_a_token_one_succeeds,
}

const NEXT: TokenDigest = TokenDigest([7; 32]);
const SALT: RefreshSalt = RefreshSalt([8; 32]);

/// From the token in force to the next one, a second after the session was opened.
fn rotation(session: &Session) -> Rotation {
    let now = later(session.created_at, 1_000_000);
    let current = session_digests(session).refresh.expect("a session with a refresh token");
    Rotation { current, next: NEXT, salt: SALT, generation: 1, now, expires_at: later(session.expires_at, 1_000_000) }
}

/// With its user; by the whole secret only.
async fn a_cookie_session_is_found_by_its_secret(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = Session { kind: SessionKind::Cookie, ..subject.new_session(&ann) };
    subject.store(&[&session]).await;
    let secret = session_digests(&session).secret;
    let holder = seen!(subject, sessions().find_holder_of_cookie(secret, Beside::NOTHING));
    assert_eq!(
        holder,
        Some(SessionHolder {
            user: ann,
            session: Some(session),
            generation: Generation::default(),
            at: None,
            lacks_second_factor: false
        })
    );
    assert_eq!(seen!(subject, sessions().find_holder_of_cookie(NEXT, Beside::NOTHING)), None);
}

/// Each with its user; what opens nothing, and what is of another kind, is left out.
async fn some_cookie_sessions_are_found_at_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let cookie = |user| Session { kind: SessionKind::Cookie, ..subject.new_session(user) };
    let (one, other, token) = (cookie(&ann), cookie(&bob), subject.new_session(&ann));
    subject.store(&[&one, &other, &token]).await;
    let secrets = [NEXT, session_digests(&other).secret, session_digests(&token).secret, session_digests(&one).secret];
    let mut holders = seen!(subject, sessions().find_holders_of_cookies(&secrets, Beside::NOTHING));
    holders.sort_by_key(|holder| holder.user.email.as_str().to_owned());
    let holder = |user, session| SessionHolder {
        user,
        session: Some(session),
        generation: Generation::default(),
        at: None,
        lacks_second_factor: false,
    };
    let expected = [holder(ann, one), holder(bob, other)];
    assert_eq!(holders, expected);
    assert!(seen!(subject, sessions().find_holders_of_cookies(&[], Beside::NOTHING)).is_empty());
}

/// A key of one kind opens nothing of another.
async fn a_secret_is_good_for_its_kind_of_session_only(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let token = subject.session(&ann).await;
    let cookie = Session { kind: SessionKind::Cookie, ..subject.new_session(&ann) };
    subject.store(&[&cookie]).await;
    assert_eq!(seen!(subject, sessions().find_holder_of_cookie(session_digests(&token).secret, Beside::NOTHING)), None);
    assert_eq!(seen!(subject, sessions().find_refreshable(session_digests(&cookie).secret)), None);
}

/// Whoever has one secret has one session.
async fn a_secret_belongs_to_one_session(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (one, other) = (subject.session(&ann).await, subject.new_session(&ann));
    let keys = SessionDigests { secret: session_digests(&one).secret, ..session_digests(&other) };
    assert_internal!(alone!(subject, sessions().insert(&other, &keys)));
}

/// Nothing was replaced yet.
async fn a_session_is_found_to_be_renewed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let keys = session_digests(&session);
    let found = seen!(subject, sessions().find_refreshable(keys.secret));
    let current = keys.refresh.expect("a refresh token");
    assert_eq!(found, Some(RefreshableSession { session, current, replaced: None, generation: Generation::default() }));
}

/// What it replaced, with what and when, is remembered; the use is noted.
async fn a_rotation_puts_the_next_token_in_force(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (session, other) = (subject.session(&ann).await, subject.session(&ann).await);
    let rotation = rotation(&session);
    assert!(alone!(subject, sessions().rotate(session.id, &rotation)).expect("an answer"));
    let found = seen!(subject, sessions().find_refreshable(session_digests(&session).secret));
    let replaced = Replaced { digest: rotation.current, salt: SALT };
    let session = Session { last_seen_at: rotation.now, expires_at: rotation.expires_at, ..session };
    let generation = Generation { number: 1, seen_at: None };
    assert_eq!(found, Some(RefreshableSession { session, current: NEXT, replaced: Some(replaced), generation }));
    assert_eq!(subject.stored_session(&other).await, Some(other));
}

/// Compare and set: the second of two finds another token in force.
async fn a_token_is_rotated_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let rotation = rotation(&session);
    assert!(alone!(subject, sessions().rotate(session.id, &rotation)).expect("an answer"));
    let again = Rotation { next: TokenDigest([9; 32]), ..rotation };
    assert!(!alone!(subject, sessions().rotate(session.id, &again)).expect("an answer"));
    let found = seen!(subject, sessions().find_refreshable(session_digests(&session).secret));
    assert_eq!(found.map(|found| found.current), Some(NEXT));
}

/// Expired to the microsecond, or ended by hand.
async fn a_session_that_is_over_is_neither_renewed_nor_used(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let expired = Rotation { now: session.expires_at, ..rotation(&session) };
    assert!(!alone!(subject, sessions().rotate(session.id, &expired)).expect("an answer"));
    let used = SessionUse { now: expired.now, expires_at: session.ends_at, every: Duration::ZERO, generation: 0 };
    assert!(!alone!(subject, sessions().note_use(session.id, &used)).expect("an answer"));
    alone!(subject, sessions().revoke(ann.id, session.id, session.created_at)).expect("an answer");
    assert!(!alone!(subject, sessions().rotate(session.id, &rotation(&session))).expect("an answer"));
    let used = SessionUse { now: later(session.created_at, 1), ..used };
    assert!(!alone!(subject, sessions().note_use(session.id, &used)).expect("an answer"));
    let stored = subject.stored_session(&session).await.expect("the session");
    assert_eq!((stored.last_seen_at, stored.expires_at), (session.last_seen_at, session.expires_at));
}

/// And prolongs it.
async fn a_use_is_noted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (session, other) = (subject.session(&ann).await, subject.session(&ann).await);
    let (now, expires_at) = (later(session.created_at, 5), session.ends_at);
    let note = async |every| {
        let used = SessionUse { now, expires_at, every: Duration::from_micros(every), generation: 0 };
        alone!(subject, sessions().note_use(session.id, &used)).expect("an answer")
    };
    assert!(!note(6).await, "it was noted since");
    assert!(note(5).await);
    assert!(!note(5).await, "and now it was");
    let expected = Session { last_seen_at: now, expires_at, ..session };
    assert_eq!(subject.stored_session(&expected).await, Some(expected));
    assert_eq!(subject.stored_session(&other).await, Some(other));
}

/// It would go unnoted, and the session live on, for as long as the clock was ahead.
async fn a_use_that_was_noted_by_a_clock_that_was_ahead_is_noted_anew(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let (every, generation) = (Duration::from_secs(1), 0);
    let note = async |micros| {
        let now = later(session.created_at, micros);
        let used = SessionUse { now, expires_at: later(now, 5_000_000), every, generation };
        alone!(subject, sessions().note_use(session.id, &used)).expect("an answer")
    };
    assert!(note(4_000_000).await);
    assert!(!note(3_000_000).await, "clocks differ a little");
    assert!(note(2_999_999).await);
    let stored = subject.stored_session(&session).await.expect("the session");
    assert_eq!(stored.last_seen_at, later(session.created_at, 2_999_999));
    assert_eq!(stored.expires_at, later(session.created_at, 7_999_999));
}

/// Of the generation in force only, and once.
async fn the_first_use_of_a_new_generation_is_noted_at_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let rotation = rotation(&session);
    alone!(subject, sessions().rotate(session.id, &rotation)).expect("an answer");
    let note = async |generation| {
        let every = Duration::from_hours(1);
        let used = SessionUse { now: rotation.now, expires_at: rotation.expires_at, every, generation };
        alone!(subject, sessions().note_use(session.id, &used)).expect("an answer")
    };
    let seen_at = async || {
        seen!(subject, sessions().find_holder(ann.id, session.id, Beside::NOTHING)).expect("ann").generation.seen_at
    };
    for (generation, is_noted) in [(0, false), (2, false), (1, true), (1, false)] {
        assert_eq!(note(generation).await, is_noted, "{generation}");
        assert_eq!(seen_at().await, (generation == 1).then_some(rotation.now), "{generation}");
    }
    let next = Rotation { current: NEXT, next: TokenDigest([9; 32]), generation: 2, ..rotation };
    alone!(subject, sessions().rotate(session.id, &next)).expect("an answer");
    assert_eq!(seen_at().await, None, "the next one was not seen yet");
}

/// Ten tabs at once leave one lineage.
async fn of_many_rotations_of_a_token_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let current = session_digests(&session).refresh.expect("a refresh token");
    let (now, expires_at) = (session.created_at, session.expires_at);
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, id) = (subject.clone(), session.id);
        let byte = u8::try_from(n).expect("few rivals");
        let (next, salt) = (TokenDigest([byte; 32]), RefreshSalt([byte; 32]));
        let rotation = Rotation { current, next, salt, generation: 1, now, expires_at };
        async move { alone!(subject, sessions().rotate(id, &rotation)).expect("an answer") }
    }));
    assert_eq!(outcomes.await.into_iter().filter(|rotated| *rotated).count(), 1);
}
