//! Beginning to use an authenticator app, and confirming it by its first code.

use std::{collections::BTreeSet, time::Duration};

use ironplate_application::{
    ports::Clock,
    second_factors::{AddPasskeyError, ConfirmAppError, ConfirmedApp, EnrolAppError, Enrolment},
    verification::VerifyEmail,
};
use ironplate_domain::{
    Actor, AuditKind, AuditOutcome, AuthenticatorApp, MailTemplate, OneTimeCode, RecoveryCode, Step,
};
use ironplate_testkit::{
    World,
    samples::{client, text},
    secret_in,
};

use super::{ANN, BOB, password, the_app, world};
use crate::assert_fails;

async fn enrol(world: &World, actor: Actor) -> Enrolment {
    world.second_factors().enrol(actor, text("Ann's phone"), Some(password()), &client()).await.unwrap()
}

async fn confirm(world: &World, actor: Actor, enrolment: &Enrolment) -> ConfirmedApp {
    let code = world.code(&enrolment.secret);
    world.second_factors().confirm(actor, enrolment.app.id, Some(code), &client()).await.unwrap()
}

#[tokio::test]
async fn an_app_that_showed_no_code_counts_for_nothing() {
    let (world, ann) = world().await;
    let enrolment = enrol(&world, ann).await;
    assert!(!enrolment.app.counts());
    assert_eq!(world.second_factors().list_own(ann).await.unwrap().apps, []);
    assert!(world.store.messages().is_empty());
    assert!(world.events(AuditKind::SecondFactorAdded).is_empty());
}

#[tokio::test]
async fn an_app_counts_from_its_first_code_on_and_is_told() {
    let (world, ann) = world().await;
    let enrolment = enrol(&world, ann).await;
    let confirmed = confirm(&world, ann, &enrolment).await;
    let now = world.clock.now();
    let expected = AuthenticatorApp {
        confirmed_at: Some(now),
        last_step: Step::of(now),
        last_used_at: Some(now),
        ..enrolment.app.clone()
    };
    assert_eq!(confirmed.app, expected);
    assert_eq!(world.second_factors().list_own(ann).await.unwrap().apps, [expected]);
    let notice = world.mail(MailTemplate::SecondFactorAdded, ANN).await;
    assert!(notice.content.text.contains("Ann's phone"), "{}", notice.content.text);
    assert_eq!(world.events(AuditKind::SecondFactorAdded)[0].outcome, AuditOutcome::Success);
    let code = Some(world.code(&enrolment.secret));
    let again = world.second_factors().confirm(ann, enrolment.app.id, code, &client()).await;
    assert_fails!(again, ConfirmAppError::NotFound);
}

#[tokio::test]
async fn the_first_app_comes_with_ten_recovery_codes_and_later_ones_with_none() {
    let (world, ann) = world().await;
    let first = confirm(&world, ann, &enrol(&world, ann).await).await;
    let codes: BTreeSet<_> = first.recovery_codes.unwrap().iter().map(RecoveryCode::shown).collect();
    assert_eq!(codes.len(), 10);
    assert_eq!(world.second_factors().list_own(ann).await.unwrap().recovery_codes.count, 10);
    let second = confirm(&world, ann, &enrol(&world, ann).await).await;
    assert!(second.recovery_codes.is_none());
    assert_eq!(world.events(AuditKind::RecoveryCodesMade).len(), 1);
}

/// Whoever has the mailbox may still take the account over, and would be asked for nothing.
#[tokio::test]
async fn the_first_one_waits_until_the_address_is_proved() {
    let world = World::new().with_user(ANN).await;
    let ann = world.actor(ANN).by(world.open_session(ANN).await.id);
    let begun = world.second_factors().begin_passkey(ann, Some(password()), &client()).await.map(drop);
    assert_fails!(begun, AddPasskeyError::UnprovedAddress(_));
    let enrolment = enrol(&world, ann).await;
    let code = Some(world.code(&enrolment.secret));
    let refused = world.second_factors().confirm(ann, enrolment.app.id, code, &client()).await.map(drop);
    assert_fails!(refused, ConfirmAppError::UnprovedAddress(_));
    assert!(!world.second_factors().list_own(ann).await.unwrap().are_there());

    world.verification().request(ann, &client()).await.unwrap();
    let token = secret_in(&world.mail(MailTemplate::VerifyAddress, ANN).await);
    world.verification().verify(VerifyEmail { token, new_password: None }, Some(ann), &client()).await.unwrap();
    confirm(&world, ann, &enrolment).await;
}

/// Whoever was in before is asked for a code.
#[tokio::test]
async fn the_first_app_ends_all_other_sessions_of_its_user() {
    let (world, ann) = world().await;
    let (other, bobs) = (world.open_session(ANN).await, world.open_session(BOB).await);
    confirm(&world, ann, &enrol(&world, ann).await).await;
    assert!(!world.is_live(other.id) && world.is_live(ann.session.unwrap()) && world.is_live(bobs.id));
    let later = world.open_session(ANN).await;
    confirm(&world, ann, &enrol(&world, ann).await).await;
    assert!(world.is_live(later.id), "a second one ends nothing");
}

#[tokio::test]
async fn another_code_confirms_nothing_and_is_recorded() {
    let (world, ann) = world().await;
    let enrolment = enrol(&world, ann).await;
    let before = world.store.snapshot();
    let old = enrolment.secret.code_at(Step(Step::of(world.clock.now()).0 - 2));
    for code in [Some(old), OneTimeCode::parse("000000"), None] {
        let outcome = world.second_factors().confirm(ann, enrolment.app.id, code, &client()).await;
        assert_fails!(outcome, ConfirmAppError::Incorrect);
    }
    assert!(world.store.snapshot() == before);
    assert!(world.events(AuditKind::SecondFactorAdded).iter().all(|event| event.outcome == AuditOutcome::Failure));
    assert_eq!(world.events(AuditKind::SecondFactorAdded).len(), 3);
}

#[tokio::test]
async fn an_app_waits_for_a_quarter_of_an_hour_and_one_at_a_time() {
    let (mut world, _) = world().await;
    world.policy.sessions.recent = Duration::from_hours(1);
    let ann = world.actor(ANN).by(world.open_session(ANN).await.id);
    let first = enrol(&world, ann).await;
    let second = enrol(&world, ann).await;
    assert_eq!(world.store.authenticator_apps().len(), 1);
    let outcome = world.second_factors().confirm(ann, first.app.id, Some(world.code(&first.secret)), &client()).await;
    assert_fails!(outcome, ConfirmAppError::NotFound);
    world.clock.advance(Duration::from_mins(15) + Duration::from_secs(1));
    let late = Some(world.code(&second.secret));
    assert_fails!(world.second_factors().confirm(ann, second.app.id, late, &client()).await, ConfirmAppError::NotFound);
    assert_eq!(world.housekeeping().prune().await.unwrap().enrolments, 1);
    assert_eq!(world.store.authenticator_apps(), []);
}

#[tokio::test]
async fn nobody_confirms_the_app_of_somebody_else() {
    let (world, ann) = world().await;
    let enrolment = enrol(&world, ann).await;
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    let code = Some(world.code(&enrolment.secret));
    assert_fails!(
        world.second_factors().confirm(bob, the_app(&world), code, &client()).await,
        ConfirmAppError::NotFound
    );
}

#[tokio::test]
async fn there_are_no_more_apps_than_there_may_be() {
    let (world, ann) = world().await;
    for _ in 0..AuthenticatorApp::MOST {
        confirm(&world, ann, &enrol(&world, ann).await).await;
    }
    assert_fails!(
        world.second_factors().enrol(ann, text("one more"), Some(password()), &client()).await.map(drop),
        EnrolAppError::TooMany
    );
}
