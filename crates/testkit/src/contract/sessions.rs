//! Sessions are opened, found with their holders, and ended.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Beside, Constraint, Repositories, SessionHolder, Store, StoreResult};
use ironplate_domain::{
    Generation, Owner, RefreshSalt, Rotation, Session, SessionId, SessionUse, Timestamp, User, UserId,
};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    rows::{Row, assert_same},
    subject::{Subject, alone, assert_internal, seen},
};
use crate::samples::{full_name, session_digests};

checks! { sessions of Session: rows, owned, renewals, session_lists, at_hand;
    a_session_comes_back_as_inserted,
    a_user_was_seen_last_by_whichever_session,
    without_the_user_there_is_no_holder,
    an_unknown_session_leaves_the_user_alone,
    a_foreign_session_is_not_the_holders,
    a_session_that_is_over_is_still_found,
    live_sessions_of_everybody_are_counted,
    a_proof_is_noted_of_a_live_session_of_ones_own,
    it_is_noted_until_when_a_session_may_write,
    a_session_is_revoked_once,
    an_unknown_session_is_not_revoked,
    all_live_sessions_of_one_user_are_revoked,
    all_sessions_of_everybody_are_revoked,
    the_session_to_keep_is_kept,
    keeping_a_foreign_session_keeps_none,
    of_many_revocations_of_a_session_one_succeeds,
    a_unit_that_failed_refuses_every_call_about_sessions,
}

const NOW: Timestamp = Timestamp::from_micros(1_767_400_000_123_456);
const LATER: Timestamp = Timestamp::from_micros(1_767_400_001_654_321);

impl Row for Session {
    const OWNER: Option<Constraint> = Some(Constraint::SessionUser);

    fn sample(subject: &Subject, owner: Owner, _: &str) -> Self {
        subject.new_session(&subject.user_of(owner))
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let ann = subject.user_of(owner);
        let unknown = Self { address: None, user_agent: None, ..subject.new_session(&ann) };
        vec![Self { revoked_at: Some(NOW), ..subject.new_session(&ann) }, unknown]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.sessions().insert(self, &session_digests(self)).await
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        Ok(from.sessions().find_holder(self.user, self.id, Beside::NOTHING).await?.and_then(|holder| holder.session))
    }
}

/// With its user, every field of both.
async fn a_session_comes_back_as_inserted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = User { full_name: Some(full_name("Änn 😀")), ..subject.new_user("Ann@example.com") };
    subject.store(&[&ann]).await;
    let live = subject.session(&ann).await;
    let revoked = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store(&[&revoked]).await;
    for session in [live, revoked] {
        let holder = seen!(subject, sessions().find_holder(ann.id, session.id, Beside::NOTHING));
        assert_same(holder.as_ref().map(|holder| &holder.user), &ann);
        assert_eq!(
            holder,
            Some(SessionHolder {
                user: ann.clone(),
                session: Some(session),
                generation: Generation::default(),
                at: None,
                lacks_second_factor: false,
            })
        );
    }
}

/// Also by one that is over; somebody else's tells nothing.
async fn a_user_was_seen_last_by_whichever_session(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let older = Session { last_seen_at: NOW, ..subject.new_session(&ann) };
    let over = Session { last_seen_at: LATER, revoked_at: Some(LATER), ..subject.new_session(&ann) };
    subject.store(&[&older, &over]).await;
    assert_eq!(seen!(subject, sessions().last_seen(ann.id)), Some(LATER));
    assert_eq!(seen!(subject, sessions().last_seen(bob.id)), None);
}

/// Whatever the session.
async fn without_the_user_there_is_no_holder(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    assert_eq!(seen!(subject, sessions().find_holder(UserId(Uuid::nil()), session.id, Beside::NOTHING)), None);
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(seen!(subject, sessions().find_holder(ann.id, session.id, Beside::NOTHING)), None);
}

/// The user is there, the session is not.
async fn an_unknown_session_leaves_the_user_alone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.session(&ann).await;
    let holder = seen!(subject, sessions().find_holder(ann.id, SessionId(Uuid::nil()), Beside::NOTHING));
    assert_eq!(
        holder,
        Some(SessionHolder {
            user: ann,
            session: None,
            generation: Generation::default(),
            at: None,
            lacks_second_factor: false
        })
    );
}

/// A session is found with its own user only.
async fn a_foreign_session_is_not_the_holders(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    subject.session(&ann).await;
    let bobs = subject.session(&bob).await;
    let holder = seen!(subject, sessions().find_holder(ann.id, bobs.id, Beside::NOTHING));
    assert_eq!(
        holder,
        Some(SessionHolder {
            user: ann,
            session: None,
            generation: Generation::default(),
            at: None,
            lacks_second_factor: false
        })
    );
}

/// Expired or revoked: what that means is the use case's to say.
async fn a_session_that_is_over_is_still_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let expired = Session { expires_at: Timestamp::from_seconds(1), ..subject.new_session(&ann) };
    let revoked = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store(&[&expired, &revoked]).await;
    assert_eq!(subject.stored_session(&expired).await, Some(expired));
    assert_eq!(subject.stored_session(&revoked).await, Some(revoked));
}

/// Neither those that were ended, nor those that are over by this moment.
async fn live_sessions_of_everybody_are_counted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert_eq!(seen!(subject, sessions().count_live(NOW)), 0);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let until = |expires_at, session| Session { expires_at, ..session };
    let over = until(NOW, subject.new_session(&ann));
    let ended = Session { revoked_at: Some(NOW), ..until(LATER, subject.new_session(&ann)) };
    let (anns, bobs) = (until(LATER, subject.new_session(&ann)), until(LATER, subject.new_session(&bob)));
    subject.store(&[&over, &ended, &anns, &bobs]).await;
    assert_eq!(seen!(subject, sessions().count_live(NOW)), 2);
}

/// And of no other.
async fn a_proof_is_noted_of_a_live_session_of_ones_own(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (session, other) = (subject.session(&ann).await, subject.session(&ann).await);
    let ended = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store(&[&ended]).await;
    let now = session.created_at.after(Duration::from_mins(1));
    let prove = async |user: &User, session: &Session, now| {
        alone!(subject, sessions().note_proof(user.id, session.id, now)).expect("an answer")
    };
    assert!(prove(&ann, &session, now).await);
    assert!(!prove(&bob, &session, now.after(Duration::from_mins(1))).await);
    assert!(!prove(&ann, &session, session.expires_at).await);
    assert!(!prove(&ann, &ended, now).await);
    assert!(!prove(&ann, &subject.new_session(&ann), now).await);
    let proved = Session { proved_at: Some(now), ..session };
    assert_same(subject.stored_session(&proved).await.as_ref(), &proved);
    for untouched in [other, ended] {
        assert_same(subject.stored_session(&untouched).await.as_ref(), &untouched);
    }
}

/// What reaches further stays, and other sessions are left alone.
async fn it_is_noted_until_when_a_session_may_write(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (session, other) = (subject.session(&ann).await, subject.session(&ann).await);
    for (until, expected) in [(NOW, NOW), (LATER, LATER), (NOW, LATER)] {
        alone!(subject, sessions().note_writing(session.id, until)).expect("an answer");
        let writing = Session { writes_until: Some(expected), ..session.clone() };
        assert_same(subject.stored_session(&writing).await.as_ref(), &writing);
    }
    assert_same(subject.stored_session(&other).await.as_ref(), &other);
}

/// And the first moment stays.
async fn a_session_is_revoked_once(store: Arc<dyn Store>) {
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
async fn an_unknown_session_is_not_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert!(!alone!(subject, sessions().revoke(UserId(Uuid::nil()), SessionId(Uuid::nil()), NOW)).expect("an answer"));
    assert_eq!(alone!(subject, sessions().revoke_all_for(UserId(Uuid::nil()), None, NOW)).expect("an answer"), 0);
}

/// One that was ended before keeps its moment and is not counted; another user's lives on.
async fn all_live_sessions_of_one_user_are_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (one, two) = (subject.session(&ann).await, subject.session(&ann).await);
    let ended = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store(&[&ended]).await;
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

/// One that was ended before keeps its moment and is not counted.
async fn all_sessions_of_everybody_are_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (subject.session(&ann).await, subject.session(&bob).await);
    let ended = Session { revoked_at: Some(NOW), ..subject.new_session(&ann) };
    subject.store(&[&ended]).await;
    assert_eq!(alone!(subject, sessions().revoke_everybodys(LATER)).expect("an answer"), 2);
    for session in [anns, bobs] {
        let expected = Session { revoked_at: Some(LATER), ..session };
        assert_eq!(subject.stored_session(&expected).await, Some(expected));
    }
    assert_eq!(subject.stored_session(&ended).await, Some(ended));
    assert_eq!(alone!(subject, sessions().revoke_everybodys(LATER)).expect("an answer"), 0);
}

/// All the others end.
async fn the_session_to_keep_is_kept(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (kept, ended) = (subject.session(&ann).await, subject.session(&ann).await);
    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, Some(kept.id), NOW)).expect("an answer"), 1);
    assert_eq!(subject.stored_session(&kept).await, Some(kept));
    let expected = Session { revoked_at: Some(NOW), ..ended };
    assert_eq!(subject.stored_session(&expected).await, Some(expected));
}

/// A superuser who changes another's password keeps their own session, not one of the other's.
async fn keeping_a_foreign_session_keeps_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (subject.session(&ann).await, subject.session(&bob).await);
    assert_eq!(alone!(subject, sessions().revoke_all_for(ann.id, Some(bobs.id), NOW)).expect("an answer"), 1);
    let expected = Session { revoked_at: Some(NOW), ..anns };
    assert_eq!(subject.stored_session(&expected).await, Some(expected));
    assert_eq!(subject.stored_session(&bobs).await, Some(bobs));
}

/// The others come late.
async fn of_many_revocations_of_a_session_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let subject = subject.clone();
        async move { alone!(subject, sessions().revoke(session.user, session.id, ann.created_at)) }
    }));
    assert_one_wins(&outcomes.await);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_sessions(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (session, now) = (subject.session(&ann).await, ann.created_at);
    let keys = session_digests(&session);
    let (current, next, salt) = (keys.secret, keys.secret, RefreshSalt([0; 32]));
    let rotation = Rotation { current, next, salt, generation: 1, now, expires_at: now };
    let used = SessionUse { now, expires_at: now, every: Duration::ZERO, generation: 0 };
    let mut work = subject.failed_unit().await;
    assert_internal!(work.sessions().insert(&subject.new_session(&ann), &keys).await);
    assert_internal!(work.sessions().find_holder_of_cookie(keys.secret, Beside::NOTHING).await);
    assert_internal!(work.sessions().find_refreshable(keys.secret).await);
    assert_internal!(work.sessions().rotate(session.id, &rotation).await);
    assert_internal!(work.sessions().note_use(session.id, &used).await);
    assert_internal!(work.sessions().list_for(ann.id, now, 9).await);
    assert_internal!(work.sessions().count_live(now).await);
    assert_internal!(work.sessions().history_of(ann.id, None, 9).await);
    assert_internal!(work.sessions().revoke_beyond(ann.id, 9, now).await);
    assert_internal!(work.sessions().prune(now, 9).await);
    assert_internal!(work.sessions().find_holder(ann.id, session.id, Beside::NOTHING).await);
    assert_internal!(work.sessions().revoke(session.user, session.id, ann.created_at).await);
    assert_internal!(work.sessions().revoke_all_for(ann.id, None, ann.created_at).await);
    assert_internal!(work.sessions().revoke_everybodys(ann.created_at).await);
}
