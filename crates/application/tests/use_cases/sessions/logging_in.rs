//! Address and password for a session and its token.

use std::{sync::Arc, time::Duration};

use ironplate_application::{
    Ports,
    ports::{
        AccessClaims, AccessTokens, Clock, HashingError, MockAccessTokens, MockPasswordHasher, StoreError, Verdict,
    },
    sessions::{LogIn, LogInError, Sessions},
};
use ironplate_domain::Session;
use ironplate_testkit::{
    World,
    samples::{self, PASSWORD, attempt, client},
    user,
};
use secrecy::ExposeSecret;

use crate::{assert_fails, log_in};

#[tokio::test]
async fn the_right_password_opens_a_session_and_gives_its_token() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let answer = world.sessions().log_in(log_in("ANN@Example.com", PASSWORD), &client()).await.unwrap();

    let sessions = world.store.sessions();
    let [session] = sessions.as_slice() else { panic!("one session, not {sessions:?}") };
    let now = world.clock.now();
    let spans = world.policy.sessions.spans;
    let expected = Session {
        expires_at: now.after(spans.idle),
        ends_at: now.after(spans.absolute),
        ..samples::session(session.id, world.user("ann@example.com").id, now)
    };
    assert_eq!(*session, expected);
    assert_eq!(answer.expires_in, world.tokens.lifetime());
    let claims = AccessClaims { user: expected.user, session: expected.id, generation: 0 };
    assert_eq!(world.tokens.verify(answer.access_token.expose_secret(), now), Ok(claims));
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let world = World::new().with_user("ann@example.com").await;
    assert_fails!(
        world.sessions().log_in(log_in("ann@example.com", "a wrong one"), &client()).await,
        LogInError::Incorrect
    );
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", ""), &client()).await, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

/// Mismatch on one comparison with nothing: the same work as for a wrong password.
fn only_a_dummy() -> Arc<MockPasswordHasher> {
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_verify()
        .withf(|attempt, hash, _| attempt.expose() == PASSWORD && hash.is_none())
        .times(1)
        .returning(|_, _, _| Ok(Verdict::Mismatch));
    Arc::new(hasher)
}

#[tokio::test]
async fn an_unknown_address_costs_the_work_of_a_wrong_password() {
    let world = World::new().with_user("ann@example.com").await;
    let sessions = Sessions::new(&world.core(&Ports { hasher: only_a_dummy(), ..world.ports() }));
    assert_fails!(sessions.log_in(log_in("bob@example.com", PASSWORD), &client()).await, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn what_is_no_address_costs_the_work_of_a_wrong_password() {
    let world = World::new().with_user("ann@example.com").await;
    let sessions = Sessions::new(&world.core(&Ports { hasher: only_a_dummy(), ..world.ports() }));
    let outcome = sessions.log_in(LogIn { email: None, password: attempt(PASSWORD) }, &client()).await;
    assert_fails!(outcome, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn an_unknown_account_stays_unknown_even_to_a_hasher_that_says_yes() {
    let world = World::new();
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_verify().returning(|_, _, _| Ok(Verdict::Match));
    let sessions = Sessions::new(&world.core(&Ports { hasher: Arc::new(hasher), ..world.ports() }));
    assert_fails!(sessions.log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Incorrect);
}

#[tokio::test]
async fn only_the_right_password_tells_that_an_account_is_inactive() {
    let world = World::new().with(user("ann@example.com").inactive()).await;
    assert_fails!(world.sessions().log_in(log_in("ann@example.com", PASSWORD), &client()).await, LogInError::Inactive);
    assert_fails!(
        world.sessions().log_in(log_in("ann@example.com", "a wrong one"), &client()).await,
        LogInError::Incorrect
    );
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn without_a_hasher_nobody_logs_in() {
    let world = World::new().with_user("ann@example.com").await;
    for address in ["ann@example.com", "nobody@example.com"] {
        world.hasher.busy();
        let outcome = world.sessions().log_in(log_in(address, PASSWORD), &client()).await;
        assert_fails!(outcome, LogInError::Hashing(HashingError::Busy));
        world.hasher.broken();
        let outcome = world.sessions().log_in(log_in(address, PASSWORD), &client()).await;
        assert_fails!(outcome, LogInError::Hashing(HashingError::Failed(_)));
    }
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn a_session_that_is_not_stored_gives_no_token() {
    let world = World::new().with_user("ann@example.com").await;
    let mut tokens = MockAccessTokens::new();
    tokens.expect_lifetime().return_const(Duration::from_mins(1));
    tokens.expect_issue().never();
    let sessions = Sessions::new(&world.core(&Ports { tokens: Arc::new(tokens), ..world.ports() }));
    world.store.fail_commits();
    let outcome = sessions.log_in(log_in("ann@example.com", PASSWORD), &client()).await;
    assert_fails!(outcome, LogInError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = sessions.log_in(log_in("ann@example.com", PASSWORD), &client()).await;
    assert_fails!(outcome, LogInError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.sessions(), []);
}
