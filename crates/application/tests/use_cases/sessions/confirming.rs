//! Who has a session proves once more who they are.

use std::time::Duration;

use ironplate_application::{
    limits::{Limit, LimitError},
    ports::Clock,
    second_factors::FactorProof,
    sessions::{ConfirmSessionError, SessionProof},
};
use ironplate_domain::{AuditDetail, AuditKind, Session};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, attempt, client},
};

use crate::assert_fails;

const ANN: &str = "ann@example.com";

/// Ann logged in half an hour ago.
async fn with_session(world: World) -> (World, Session) {
    let world = world.with_user(ANN).await;
    let session = world.open_session(ANN).await;
    world.clock.advance(Duration::from_mins(30));
    (world, session)
}

async fn confirm(world: &World, session: &Session, proof: SessionProof) -> Result<(), ConfirmSessionError> {
    world.sessions().confirm(&world.user(ANN), session.id, proof, &client()).await
}

fn by_password(password: &str) -> SessionProof {
    SessionProof::Password(attempt(password))
}

#[tokio::test]
async fn without_more_the_password_is_enough() {
    let (world, session) = with_session(World::new()).await;
    confirm(&world, &session, by_password(PASSWORD)).await.unwrap();
    assert_eq!(world.session(session.id).proved_at, Some(world.clock.now()));
    assert_eq!(world.events(AuditKind::SessionConfirmed).len(), 1);
}

#[tokio::test]
async fn a_wrong_password_proves_nothing() {
    let (world, session) = with_session(World::new().limiting(Limit::PasswordChangePerAccount, 1)).await;
    assert_fails!(confirm(&world, &session, by_password("a wrong one")).await, ConfirmSessionError::Incorrect);
    assert_eq!(world.session(session.id).proved_at, session.proved_at);
    let refused = confirm(&world, &session, by_password(PASSWORD)).await;
    assert_fails!(refused, ConfirmSessionError::Limit(LimitError::Throttled(_)));
}

/// Whoever stole it could take the second factor away.
#[tokio::test]
async fn with_an_app_a_password_is_not_enough() {
    let (world, session) = with_session(World::new()).await;
    let secret = world.add_app(ANN).await;
    assert_fails!(confirm(&world, &session, by_password(PASSWORD)).await, ConfirmSessionError::CodeRequired);
    assert_eq!(world.session(session.id).proved_at, session.proved_at);
    let code = || SessionProof::SecondFactor(Some(FactorProof::Code(world.code(&secret))));
    confirm(&world, &session, code()).await.unwrap();
    assert_eq!(world.session(session.id).proved_at, Some(world.clock.now()));
    let [.., event] = &world.events(AuditKind::SessionConfirmed)[..] else { panic!("an event") };
    assert_eq!(event.details[&AuditDetail::SecondFactor], "authenticator_app");
    assert_fails!(confirm(&world, &session, code()).await, ConfirmSessionError::IncorrectCode);
}

#[tokio::test]
async fn wrong_codes_are_limited_with_those_of_log_ins() {
    let (world, session) = with_session(World::new().limiting(Limit::SecondFactorPerAccount, 1)).await;
    world.add_app(ANN).await;
    let nothing = || SessionProof::SecondFactor(None);
    assert_fails!(confirm(&world, &session, nothing()).await, ConfirmSessionError::IncorrectCode);
    let refused = confirm(&world, &session, nothing()).await;
    assert_fails!(refused, ConfirmSessionError::Limit(LimitError::Throttled(_)));
}

#[tokio::test]
async fn a_session_that_is_over_proves_nothing() {
    let (world, session) = with_session(World::new()).await;
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    assert_fails!(confirm(&world, &session, by_password(PASSWORD)).await, ConfirmSessionError::SessionOver);
}
