//! Challenges have so many tries, and lead to one session.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::Store;
use ironplate_domain::{
    Challenge, ChallengePurpose, ChallengeScope, KnownClient, Session, SessionId, SessionKind, Timestamp, TokenDigest,
    User,
};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    subject::{Subject, alone, assert_conflict, assert_internal, later},
};
use crate::samples;

checks! { challenges;
    a_challenge_comes_back_with_a_try_less,
    a_challenge_has_so_many_tries_and_no_more,
    of_many_tries_at_once_as_many_succeed_as_there_are,
    a_challenge_is_good_for_its_purpose_alone,
    a_challenge_expires_to_the_microsecond,
    of_many_who_consume_a_challenge_one_succeeds,
    all_challenges_of_one_user_are_removed,
    a_challenge_needs_its_user_and_goes_with_them,
    a_challenge_needs_its_session_and_goes_with_it,
    nobodys_challenge_stays_whoever_goes,
    expired_challenges_are_pruned,
    a_unit_that_failed_refuses_every_call_about_challenges,
}

/// Good for five minutes, and not stored.
fn challenge_of(subject: &Subject, scope: ChallengeScope) -> Challenge {
    let (id, now) = subject.id_and_time();
    let mut digest = [7; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    Challenge {
        digest: TokenDigest(digest),
        scope,
        client: KnownClient::of(&samples::client(), now),
        tries_left: Challenge::TRIES,
        expires_at: now.after(Duration::from_mins(5)),
    }
}

/// The same for a log-in that waits for a second factor.
fn new_challenge(subject: &Subject, user: &User) -> Challenge {
    let (user, kind, password) = (user.id, SessionKind::Token, TokenDigest([9; 32]));
    challenge_of(subject, ChallengeScope::SecondFactor { user, kind, password })
}

/// One of each purpose.
fn one_of_each(subject: &Subject, user: &User, session: &Session) -> [Challenge; 4] {
    let (user, session, kind) = (user.id, session.id, SessionKind::Cookie);
    [
        ChallengeScope::SecondFactor { user, kind, password: TokenDigest([0; 32]) },
        ChallengeScope::PasskeyLogIn { kind },
        ChallengeScope::PasskeyRegistration { user, session },
        ChallengeScope::Confirmation { user, session },
    ]
    .map(|scope| challenge_of(subject, scope))
}

async fn issued(subject: &Subject, user: &User) -> Challenge {
    let challenge = new_challenge(subject, user);
    alone!(subject, challenges().issue(&challenge)).expect("a new challenge");
    challenge
}

async fn take_try(subject: &Subject, challenge: &Challenge, now: Timestamp) -> Option<Challenge> {
    take_try_for(subject, challenge, challenge.scope.purpose(), now).await
}

async fn take_try_for(
    subject: &Subject,
    challenge: &Challenge,
    purpose: ChallengePurpose,
    now: Timestamp,
) -> Option<Challenge> {
    alone!(subject, challenges().take_try(challenge.digest, purpose, now)).expect("an answer")
}

/// Every field.
async fn a_challenge_comes_back_with_a_try_less(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let rich = Challenge {
        client: KnownClient { device: "Änn's <😀>".to_owned(), range: String::new(), last_seen_at: ann.created_at },
        expires_at: Timestamp::MAX,
        ..new_challenge(&subject, &ann)
    };
    for challenge in one_of_each(&subject, &ann, &session).into_iter().chain([rich]) {
        alone!(subject, challenges().issue(&challenge)).expect("a new challenge");
        let found = take_try(&subject, &challenge, ann.created_at).await;
        assert_eq!(found, Some(Challenge { tries_left: challenge.tries_left - 1, ..challenge }));
    }
    let unknown = new_challenge(&subject, &ann);
    assert_eq!(take_try(&subject, &unknown, ann.created_at).await, None);
}

/// Whatever others have left.
async fn a_challenge_has_so_many_tries_and_no_more(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (one, other) = (issued(&subject, &ann).await, issued(&subject, &ann).await);
    for left in (0..Challenge::TRIES).rev() {
        assert_eq!(take_try(&subject, &one, ann.created_at).await.map(|challenge| challenge.tries_left), Some(left));
    }
    assert_eq!(take_try(&subject, &one, ann.created_at).await, None);
    assert!(take_try(&subject, &other, ann.created_at).await.is_some());
}

/// Each of them another one.
async fn of_many_tries_at_once_as_many_succeed_as_there_are(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let (challenge, now) = (issued(&subject, &ann).await, ann.created_at);
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, digest, purpose) = (subject.clone(), challenge.digest, challenge.scope.purpose());
        async move { alone!(subject, challenges().take_try(digest, purpose, now)) }
    }));
    let outcomes = outcomes.await.into_iter().map(|outcome| outcome.expect("an answer"));
    let mut left: Vec<u32> = outcomes.flatten().map(|challenge| challenge.tries_left).collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
}

/// Of each purpose; and nobody else's.
async fn all_challenges_of_one_user_are_removed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let session = subject.session(&ann).await;
    let anns = one_of_each(&subject, &ann, &session);
    for challenge in &anns {
        alone!(subject, challenges().issue(challenge)).expect("a new challenge");
    }
    let bobs = issued(&subject, &bob).await;
    assert_eq!(alone!(subject, challenges().remove_all_for(ann.id)).expect("an answer"), 3);
    assert_eq!(alone!(subject, challenges().remove_all_for(ann.id)).expect("an answer"), 0);
    for challenge in &anns {
        let is_left = take_try(&subject, challenge, ann.created_at).await.is_some();
        assert_eq!(is_left, challenge.scope.user().is_none(), "{:?}", challenge.scope);
    }
    assert!(take_try(&subject, &bobs, bob.created_at).await.is_some());
}

/// Asking for another one costs it nothing.
async fn a_challenge_is_good_for_its_purpose_alone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    for challenge in one_of_each(&subject, &ann, &session) {
        alone!(subject, challenges().issue(&challenge)).expect("a new challenge");
        let own = challenge.scope.purpose();
        for purpose in ChallengePurpose::ALL.into_iter().filter(|purpose| *purpose != own) {
            assert_eq!(take_try_for(&subject, &challenge, purpose, ann.created_at).await, None, "{purpose} {own}");
        }
        let taken = take_try(&subject, &challenge, ann.created_at).await;
        assert_eq!(taken.map(|challenge| challenge.tries_left), Some(Challenge::TRIES - 1), "{own}");
    }
}

/// It is good until then.
async fn a_challenge_expires_to_the_microsecond(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let challenge = issued(&subject, &ann).await;
    assert_eq!(take_try(&subject, &challenge, challenge.expires_at).await, None);
    assert!(take_try(&subject, &challenge, later(challenge.expires_at, -1)).await.is_some());
}

/// The others find it gone.
async fn of_many_who_consume_a_challenge_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let (challenge, other) = (issued(&subject, &ann).await, issued(&subject, &ann).await);
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, digest) = (subject.clone(), challenge.digest);
        async move { alone!(subject, challenges().consume(digest)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(take_try(&subject, &challenge, ann.created_at).await, None);
    assert!(take_try(&subject, &other, ann.created_at).await.is_some());
}

/// And does not come back with somebody of the same id.
async fn a_challenge_needs_its_user_and_goes_with_them(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let challenge = issued(&subject, &ann).await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_conflict!(alone!(subject, challenges().issue(&new_challenge(&subject, &ann))), ChallengeUser);
    subject.store(&[&ann]).await;
    assert_eq!(take_try(&subject, &challenge, ann.created_at).await, None);
}

/// Also one that was there once.
async fn a_challenge_needs_its_session_and_goes_with_it(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let [_, _, registration, confirmation] = one_of_each(&subject, &ann, &session);
    for challenge in [&registration, &confirmation] {
        alone!(subject, challenges().issue(challenge)).expect("a new challenge");
    }
    let scope = ChallengeScope::Confirmation { user: ann.id, session: SessionId(Uuid::nil()) };
    assert_conflict!(alone!(subject, challenges().issue(&challenge_of(&subject, scope))), ChallengeUser);
    assert_eq!(alone!(subject, sessions().prune(later(session.expires_at, 1), 9)).expect("an answer"), 1);
    for challenge in [&registration, &confirmation] {
        assert_eq!(take_try(&subject, challenge, ann.created_at).await, None);
    }
}

/// It is known whose it is once it is used.
async fn nobodys_challenge_stays_whoever_goes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let challenge = challenge_of(&subject, ChallengeScope::PasskeyLogIn { kind: SessionKind::Token });
    alone!(subject, challenges().issue(&challenge)).expect("a new challenge");
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert!(take_try(&subject, &challenge, ann.created_at).await.is_some());
}

/// At most so many at once; from the microsecond of their expiry on.
async fn expired_challenges_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let mut issued_ones = Vec::new();
    for _ in 0..4 {
        issued_ones.push(issued(&subject, &ann).await);
    }
    let now = issued_ones[2].expires_at;
    let prune = async |limit| alone!(subject, challenges().prune(now, limit)).expect("an answer");
    assert_eq!([prune(0).await, prune(2).await, prune(9).await, prune(9).await], [0, 2, 1, 0]);
    assert!(take_try(&subject, &issued_ones[3], ann.created_at).await.is_some());
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_challenges(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (challenge, now) = (issued(&subject, &ann).await, ann.created_at);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.challenges().issue(&new_challenge(&subject, &ann)).await);
    assert_internal!(work.challenges().take_try(challenge.digest, ChallengePurpose::SecondFactor, now).await);
    assert_internal!(work.challenges().consume(challenge.digest).await);
    assert_internal!(work.challenges().remove_all_for(ann.id).await);
    assert_internal!(work.challenges().prune(now, 9).await);
}
