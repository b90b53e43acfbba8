//! Who changes second factors has proved lately who they are.

use std::{pin::Pin, time::Duration};

use ironplate_application::{
    Fault, Unproved,
    ports::{Clock, Store},
    second_factors::{BeginFactorError, EnrolAppError},
    sessions::ConfirmSessionError,
};
use ironplate_domain::{Actor, AuditOutcome, OneTimeCode, PasskeyId, PasswordAttempt};
use ironplate_testkit::{
    World,
    samples::{client, text},
};

use uuid::Uuid;

use super::{ANN, password, the_app, world};
use crate::assert_fails;

type Act = fn(World, Actor) -> Pin<Box<dyn Future<Output = Result<(), &'static str>>>>;

/// Each act upon second factors, and the code of its refusal.
macro_rules! acts {
    (|$world:ident, $actor:ident| $($call:expr;)+) => {
        &[$(|$world, $actor| Box::pin(async move { $call.await.map(drop).map_err(|error| error.class().code) })),+]
    };
}

const ACTS: &[Act] = acts! { |world, actor|
    world.second_factors().enrol(actor, text("phone"), None, &client());
    world.second_factors().confirm(actor, the_app(&world), OneTimeCode::parse("123456"), &client());
    world.second_factors().rename(actor, the_app(&world), text("tablet"), &client());
    world.second_factors().remove(actor, the_app(&world), &client());
    world.second_factors().make_recovery_codes(actor, &client());
    world.second_factors().begin_passkey(actor, None, &client());
    world.second_factors().rename_passkey(actor, PasskeyId(Uuid::nil()), text("key"), &client());
    world.second_factors().remove_passkey(actor, PasskeyId(Uuid::nil()), &client());
};

async fn assert_refused(act: Act, world: &World, actor: Actor, code: &str) {
    let (before, events) = (world.store.snapshot(), world.store.audit_events().len());
    assert_eq!(act(world.clone(), actor).await, Err(code));
    assert!(world.store.snapshot() == before);
    let events = world.store.audit_events().split_off(events);
    assert_eq!(events.iter().map(|event| event.outcome).collect::<Vec<_>>(), [AuditOutcome::Failure]);
}

#[tokio::test]
async fn an_old_proof_changes_nothing() {
    let not_recent = Unproved::NotRecent.class().code;
    for act in ACTS {
        let (world, ann) = world().await;
        world.add_app(ANN).await;
        world.clock.advance(world.policy.sessions.recent);
        assert_refused(*act, &world, ann, not_recent).await;
    }
}

#[tokio::test]
async fn a_session_that_was_ended_changes_nothing() {
    for act in ACTS {
        let (world, ann) = world().await;
        world.add_app(ANN).await;
        world.sessions().log_out(ann.user, ann.session.unwrap(), &client()).await.unwrap();
        assert_refused(*act, &world, ann, "invalid_token").await;
    }
}

#[tokio::test]
async fn a_new_proof_counts_at_once() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    world.clock.advance(Duration::from_mins(20));
    let mut work = world.store.begin().await.unwrap();
    assert!(work.sessions().note_proof(ann.user, ann.session.unwrap(), world.clock.now()).await.unwrap());
    work.commit().await.unwrap();
    assert!(world.second_factors().enrol(ann, text("phone"), None, &client()).await.is_ok());
}

/// To the first one: whoever took over a session right after its log-in has a recent proof, and no password.
const FIRST: &[Act] = acts! { |world, actor|
    world.second_factors().enrol(actor, text("phone"), None, &client());
    world.second_factors().begin_passkey(actor, None, &client());
};

#[tokio::test]
async fn the_first_one_needs_the_password_however_recent_the_proof_is() {
    for act in FIRST {
        let (world, ann) = world().await;
        assert_refused(*act, &world, ann, "password_required").await;
        world.add_app(ANN).await;
        assert_eq!(act(world, ann).await, Ok(()));
    }
}

#[tokio::test]
async fn another_password_adds_no_first_one() {
    let (world, ann) = world().await;
    let wrong = Some(PasswordAttempt::new("another one"));
    let refused = world.second_factors().enrol(ann, text("phone"), wrong, &client()).await.map(drop);
    assert_fails!(refused, EnrolAppError::Begin(BeginFactorError::Password(ConfirmSessionError::Incorrect)));
    assert!(world.store.authenticator_apps().is_empty());
}

/// Nobody is asked for it twice.
#[tokio::test]
async fn the_password_is_a_recent_proof() {
    let (world, ann) = world().await;
    world.clock.advance(world.policy.sessions.recent);
    assert!(world.second_factors().enrol(ann, text("phone"), Some(password()), &client()).await.is_ok());
}

/// It is not looked at then, and proves nothing.
#[tokio::test]
async fn beside_a_second_factor_a_password_proves_nothing() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    world.clock.advance(world.policy.sessions.recent);
    let refused = world.second_factors().enrol(ann, text("phone"), Some(password()), &client()).await.map(drop);
    assert_fails!(refused, EnrolAppError::Begin(BeginFactorError::Unproved(Unproved::NotRecent)));
}
