//! Logging in, and confirming a session, by what a passkey signed.

use std::sync::Arc;

use ironplate_application::{
    limits::{Limit, LimitError},
    ports::{Clock, UserVerification},
    second_factors::{FactorProof, PasskeyRequest, ProvedBy},
    sessions::{
        ConfirmSessionError, DeviceTrust, HeldCookies, LogInError, LoggedIn, PendingLogIn, ProveLogIn, Proved,
        SessionProof,
    },
    users::UpdateUser,
};
use ironplate_domain::{
    AuditDetail, AuditKind, AuditOutcome, Challenge, MailTemplate, PasswordAttempt, Session, SessionKind, TokenSecret,
};
use ironplate_testkit::{
    FakePasskey, World,
    samples::{PASSWORD, client, client_at, email},
};
use tokio::task::JoinSet;

use crate::{assert_fails, log_in};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const ELSEWHERE: &str = "198.51.100.66";

/// Ann has a passkey that has signed so often.
async fn with_passkey(world: World, sign_count: u32) -> (World, FakePasskey) {
    let world = world.with_user(ANN).await.with_user(BOB).await;
    let passkey = world.add_passkey(ANN, "key", sign_count).await;
    (world, passkey)
}

async fn begin(world: &World, kind: SessionKind) -> PasskeyRequest {
    world.sessions().begin_passkey_log_in(kind, &client()).await.unwrap()
}

async fn log_in_by(world: &World, passkey: &mut FakePasskey) -> Result<LoggedIn, LogInError> {
    let request = begin(world, SessionKind::Token).await;
    world.sessions().log_in_by_passkey(passkey.sign(&request.challenge), &client()).await
}

async fn assert_opens_nothing(world: &World, passkey: &mut FakePasskey) {
    let stored = world.store.passkeys();
    assert_fails!(log_in_by(world, passkey).await, LogInError::IncorrectPasskey);
    assert_eq!((world.store.sessions(), world.store.passkeys()), (Vec::new(), stored));
    let [.., event] = &world.events(AuditKind::LogIn)[..] else { panic!("an event") };
    assert_eq!(event.details[&AuditDetail::Reason], "incorrect_passkey");
}

/// The password is right.
async fn ask(world: &World) -> PendingLogIn {
    match world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await {
        Err(LogInError::SecondFactorRequired(pending)) => pending,
        outcome => panic!("{outcome:?}"),
    }
}

async fn prove(world: &World, challenge: &TokenSecret, passkey: &mut FakePasskey) -> Result<Proved, LogInError> {
    let proof = Some(FactorProof::Passkey(passkey.sign(challenge)));
    let command = ProveLogIn { challenge: challenge.clone(), proof, trust: DeviceTrust::Ask };
    world.sessions().prove(command, Some(&HeldCookies::default()), &client()).await
}

#[tokio::test]
async fn a_passkey_alone_opens_a_session_by_tokens() {
    let (world, mut passkey) = with_passkey(World::new(), 5).await;
    let opened = log_in_by(&world, &mut passkey).await.unwrap();
    let [session] = &world.store.sessions()[..] else { panic!("one session") };
    assert_eq!((session.id, session.kind, session.user), (opened.session, SessionKind::Token, world.user(ANN).id));
    let [stored] = &world.store.passkeys()[..] else { panic!("one passkey") };
    assert_eq!((stored.sign_count, stored.last_used_at), (6, Some(world.clock.now())));
    assert!(stored.is_backed_up);
    let [event] = &world.events(AuditKind::LogIn)[..] else { panic!("one log-in") };
    assert_eq!((event.outcome, &*event.details[&AuditDetail::SecondFactor]), (AuditOutcome::Success, "passkey"));
    assert!(world.events(AuditKind::SecondFactorAsked).is_empty());
}

#[tokio::test]
async fn a_passkey_alone_opens_a_session_by_a_cookie_in_the_place_of_the_one_before() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let open = async |passkey: &mut FakePasskey, sessions: Vec<TokenSecret>| {
        let request = begin(&world, SessionKind::Cookie).await;
        let assertion = passkey.sign(&request.challenge);
        let held = HeldCookies { sessions, ..HeldCookies::default() };
        world.sessions().log_in_by_passkey_and_cookie(assertion, &held, &client()).await.unwrap()
    };
    let first = open(&mut passkey, Vec::new()).await;
    assert_eq!(first.user.email, email(ANN));
    let id = world.store.sessions()[0].id;
    open(&mut passkey, vec![first.secret]).await;
    assert!(!world.is_live(id));
}

#[tokio::test]
async fn whichever_passkey_there_is_may_sign_if_it_sees_who_uses_it() {
    let (world, _) = with_passkey(World::new(), 0).await;
    let request = begin(&world, SessionKind::Token).await;
    assert_eq!((request.allowed, request.user), (Vec::new(), UserVerification::Required));
    assert_eq!((&*request.party, request.expires_in), ("example.com", Challenge::WAITS));
}

#[tokio::test]
async fn what_proves_nothing_opens_nothing() {
    let (world, passkey) = with_passkey(World::new(), 0).await;
    let bob = world.user(BOB).id;
    for mut passkey in [
        FakePasskey { verifies_user: false, ..passkey.clone() },
        FakePasskey { origin: "https://example.org".to_owned(), ..passkey.clone() },
        FakePasskey { credential: "unknown".to_owned(), ..passkey.clone() },
        FakePasskey { user: None, ..passkey.clone() },
        FakePasskey { user: Some(bob), ..passkey.clone() },
    ] {
        assert_opens_nothing(&world, &mut passkey).await;
    }
}

#[tokio::test]
async fn a_signature_of_another_key_opens_nothing() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let request = begin(&world, SessionKind::Token).await;
    let mut assertion = passkey.sign(&request.challenge);
    assertion.signature.push(0);
    let outcome = world.sessions().log_in_by_passkey(assertion, &client()).await;
    assert_fails!(outcome, LogInError::IncorrectPasskey);
}

#[tokio::test]
async fn a_challenge_is_good_once_for_its_client_kind_and_time() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let used = begin(&world, SessionKind::Token).await.challenge;
    world.sessions().log_in_by_passkey(passkey.sign(&used), &client()).await.unwrap();
    let for_cookie = begin(&world, SessionKind::Cookie).await.challenge;
    let elsewhere = world.sessions().begin_passkey_log_in(SessionKind::Token, &client_at(ELSEWHERE)).await.unwrap();
    let late = begin(&world, SessionKind::Token).await.challenge;
    world.clock.advance(Challenge::WAITS);
    for challenge in [used, for_cookie, elsewhere.challenge, late, TokenSecret::new("made-up")] {
        let outcome = world.sessions().log_in_by_passkey(passkey.sign(&challenge), &client()).await;
        assert_fails!(outcome, LogInError::InvalidChallenge);
    }
    assert_eq!(world.store.sessions().len(), 1);
}

/// Nor the other way about.
#[tokio::test]
async fn a_challenge_of_another_purpose_opens_nothing() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let session = world.open_session(ANN).await;
    let ann = world.actor(ANN).by(session.id);
    let confirmation = world.sessions().begin_confirmation(&world.user(ANN), session.id, &client()).await.unwrap();
    let creation =
        world.second_factors().begin_passkey(ann, Some(PasswordAttempt::new(PASSWORD)), &client()).await.unwrap();
    let pending = ask(&world).await;
    for challenge in [&confirmation.challenge, &creation.challenge, &pending.challenge] {
        let outcome = world.sessions().log_in_by_passkey(passkey.sign(challenge), &client()).await;
        assert_fails!(outcome, LogInError::InvalidChallenge);
    }
    let request = begin(&world, SessionKind::Token).await;
    assert_fails!(prove(&world, &request.challenge, &mut passkey).await, LogInError::InvalidChallenge);
    let proof = SessionProof::SecondFactor(Some(FactorProof::Passkey(passkey.sign(&request.challenge))));
    let outcome = world.sessions().confirm(&world.user(ANN), session.id, proof, &client()).await;
    assert_fails!(outcome, ConfirmSessionError::InvalidChallenge);
}

#[tokio::test]
async fn of_many_who_show_the_same_answer_one_gets_in() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let assertion = passkey.sign(&begin(&world, SessionKind::Token).await.challenge);
    let sessions = Arc::new(world.sessions());
    let mut running = JoinSet::new();
    for _ in 0..16 {
        let (sessions, assertion) = (sessions.clone(), assertion.clone());
        running.spawn(async move { sessions.log_in_by_passkey(assertion, &client()).await.is_ok() });
    }
    let opened = running.join_all().await.into_iter().filter(|opened| *opened).count();
    assert_eq!((opened, world.store.sessions().len()), (1, 1));
}

#[tokio::test]
async fn a_count_that_does_not_grow_is_refused_recorded_and_told_once_a_day() {
    for sign_count in [4, 5] {
        let (world, passkey) = with_passkey(World::new(), 5).await;
        // It counts when it signs.
        let mut copy = FakePasskey { sign_count: sign_count - 1, ..passkey };
        for _ in 0..2 {
            copy.sign_count = sign_count - 1;
            assert_opens_nothing(&world, &mut copy).await;
        }
        let events = world.events(AuditKind::PasskeyCountWentBack);
        assert_eq!(events.len(), 2);
        assert_eq!((events[0].outcome, events[0].subject), (AuditOutcome::Failure, Some(world.user(ANN).id)));
        let mails = world.deliver_mail().await;
        let [mail] = &mails[..] else { panic!("one mail") };
        assert_eq!((&*mail.content.subject, &mail.to), (MailTemplate::PasskeyCopied.name(), &email(ANN)));
    }
}

/// Many passkeys do not count, and some begin to.
#[tokio::test]
async fn a_count_of_zero_says_nothing() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    for sign_count in [0, 0, 3] {
        passkey.sign_count = sign_count;
        log_in_by(&world, &mut passkey).await.unwrap();
    }
    assert_eq!(world.store.passkeys()[0].sign_count, 4);
}

#[tokio::test]
async fn an_account_that_is_switched_off_stays_closed() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let root = world.clone().with_superuser("root@example.com").await.actor("root@example.com");
    let off = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
    let session = world.open_session("root@example.com").await;
    let ann = world.user(ANN).id;
    world.users().update(root, session.id, ann, off, &client()).await.unwrap();
    assert_fails!(log_in_by(&world, &mut passkey).await, LogInError::Inactive);
}

#[tokio::test]
async fn a_passkey_that_was_removed_meanwhile_opens_nothing() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let assertion = passkey.sign(&begin(&world, SessionKind::Token).await.challenge);
    let ann = world.actor(ANN).by(world.open_session(ANN).await.id);
    let id = world.store.passkeys()[0].id;
    world.second_factors().remove_passkey(ann, id, &client()).await.unwrap();
    let outcome = world.sessions().log_in_by_passkey(assertion, &client()).await;
    assert_fails!(outcome, LogInError::IncorrectPasskey);
}

#[tokio::test]
async fn beginning_and_logging_in_are_limited_by_address() {
    let (world, mut passkey) = with_passkey(World::new().limiting(Limit::PasskeyChallengesPerAddress, 1), 0).await;
    let request = begin(&world, SessionKind::Token).await;
    let again = world.sessions().begin_passkey_log_in(SessionKind::Token, &client()).await;
    assert_fails!(again, LogInError::Limit(LimitError::Throttled(_)));
    let world = world.limiting(Limit::LogInPerAddress, 1);
    let show = async |passkey: &mut FakePasskey| {
        world.sessions().log_in_by_passkey(passkey.sign(&request.challenge), &client()).await
    };
    show(&mut passkey).await.unwrap();
    assert_fails!(show(&mut passkey).await, LogInError::Limit(LimitError::Throttled(_)));
}

#[tokio::test]
async fn where_passkeys_can_t_be_used_none_is_asked_for() {
    let (mut world, _) = with_passkey(World::new(), 0).await;
    world.policy.relying_party = None;
    let refused = world.sessions().begin_passkey_log_in(SessionKind::Token, &client()).await;
    assert_fails!(refused, LogInError::NoPasskeys);
    let pending = ask(&world).await;
    assert!(pending.methods.is_empty() && pending.passkey.is_none(), "it is asked for all the same: {pending:?}");
}

#[tokio::test]
async fn a_password_asks_for_the_passkey_and_that_opens_the_session() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let PendingLogIn { challenge, methods, passkey: request, .. } = ask(&world).await;
    let request = request.unwrap();
    assert_eq!(methods, [ProvedBy::Passkey]);
    assert_eq!((request.challenge.expose(), request.user), (challenge.expose(), UserVerification::Preferred));
    assert_eq!(request.allowed[0].credential, passkey.credential_id());
    // The password was one factor already.
    passkey.verifies_user = false;
    passkey.user = None;
    let proved = prove(&world, &challenge, &mut passkey).await.unwrap();
    assert!(matches!(proved, Proved::ByTokens(_)));
    let [.., event] = &world.events(AuditKind::LogIn)[..] else { panic!("an event") };
    assert_eq!(event.details[&AuditDetail::SecondFactor], "passkey");
    assert_fails!(prove(&world, &challenge, &mut passkey).await, LogInError::InvalidChallenge);
}

#[tokio::test]
async fn a_passkey_of_somebody_else_is_no_second_factor() {
    let (world, mut passkey) = with_passkey(World::new().limiting(Limit::SecondFactorPerAccount, 1), 0).await;
    let mut bobs = world.add_passkey(BOB, "bobs", 0).await;
    let challenge = ask(&world).await.challenge;
    assert_fails!(prove(&world, &challenge, &mut bobs).await, LogInError::IncorrectPasskey);
    let other = TokenSecret::new("another");
    let proof = Some(FactorProof::Passkey(passkey.sign(&other)));
    let command = ProveLogIn { challenge: challenge.clone(), proof, trust: DeviceTrust::Ask };
    assert_fails!(world.sessions().prove(command, None, &client()).await, LogInError::IncorrectPasskey);
    assert!(world.store.sessions().is_empty());
    // Nobody guesses what a passkey signs, so that costs no permit for codes.
    prove(&world, &challenge, &mut passkey).await.unwrap();
}

async fn confirm(world: &World, session: &Session, passkey: &mut FakePasskey) -> Result<(), ConfirmSessionError> {
    let ann = world.user(ANN);
    let request = world.sessions().begin_confirmation(&ann, session.id, &client()).await.unwrap();
    let proof = SessionProof::SecondFactor(Some(FactorProof::Passkey(passkey.sign(&request.challenge))));
    world.sessions().confirm(&ann, session.id, proof, &client()).await
}

#[tokio::test]
async fn a_session_is_confirmed_by_a_passkey_and_by_no_password() {
    let (world, mut passkey) = with_passkey(World::new(), 5).await;
    let session = world.open_session(ANN).await;
    world.clock.advance(Challenge::WAITS);
    let by_password = SessionProof::Password(ironplate_testkit::samples::attempt(PASSWORD));
    let outcome = world.sessions().confirm(&world.user(ANN), session.id, by_password, &client()).await;
    assert_fails!(outcome, ConfirmSessionError::CodeRequired);
    confirm(&world, &session, &mut passkey).await.unwrap();
    assert_eq!(world.session(session.id).proved_at, Some(world.clock.now()));
    assert_eq!(world.store.passkeys()[0].sign_count, 6);
    let [.., event] = &world.events(AuditKind::SessionConfirmed)[..] else { panic!("an event") };
    assert_eq!(event.details[&AuditDetail::SecondFactor], "passkey");
}

#[tokio::test]
async fn what_proves_nothing_confirms_nothing() {
    let (world, passkey) = with_passkey(World::new(), 0).await;
    let session = world.open_session(ANN).await;
    let bobs = world.add_passkey(BOB, "bobs", 0).await;
    world.clock.advance(Challenge::WAITS);
    for mut passkey in [
        FakePasskey { verifies_user: false, ..passkey.clone() },
        FakePasskey { origin: "https://example.org".to_owned(), ..passkey.clone() },
        bobs,
    ] {
        assert_fails!(confirm(&world, &session, &mut passkey).await, ConfirmSessionError::IncorrectPasskey);
    }
    assert_eq!(world.session(session.id).proved_at, session.proved_at);
}

/// As a code of an app would: no password is enough by itself.
#[tokio::test]
async fn a_security_key_that_sees_nobody_is_a_second_factor_and_no_more() {
    let world = World::new().with_user(ANN).await;
    let mut key = world.add_security_key(ANN, "key").await;
    assert_opens_nothing(&world, &mut key).await;
    key.user = None;
    let session = world.open_session(ANN).await;
    let request = world.sessions().begin_confirmation(&world.user(ANN), session.id, &client()).await.unwrap();
    assert_eq!(request.user, UserVerification::Preferred, "or a browser would ask for a PIN that it has not");
    confirm(&world, &session, &mut key).await.unwrap();
    let challenge = ask(&world).await.challenge;
    prove(&world, &challenge, &mut key).await.unwrap();
}

/// Beside one that sees nobody, too: a browser that is told so asks for no finger.
#[tokio::test]
async fn a_passkey_that_saw_who_uses_it_has_to_see_them_again() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let session = world.open_session(ANN).await;
    let begun = async || world.sessions().begin_confirmation(&world.user(ANN), session.id, &client()).await.unwrap();
    assert_eq!(begun().await.user, UserVerification::Required);
    world.add_security_key(ANN, "another").await;
    assert_eq!(begun().await.user, UserVerification::Preferred);
    passkey.verifies_user = false;
    assert_fails!(confirm(&world, &session, &mut passkey).await, ConfirmSessionError::IncorrectPasskey);
    passkey.verifies_user = true;
    confirm(&world, &session, &mut passkey).await.unwrap();
}

#[tokio::test]
async fn a_confirmation_is_of_its_session_and_works_once() {
    let (world, mut passkey) = with_passkey(World::new(), 0).await;
    let (session, other) = (world.open_session(ANN).await, world.open_session(ANN).await);
    let ann = world.user(ANN);
    let show = async |passkey: &mut FakePasskey, request: &PasskeyRequest, session: &Session| {
        let proof = SessionProof::SecondFactor(Some(FactorProof::Passkey(passkey.sign(&request.challenge))));
        world.sessions().confirm(&ann, session.id, proof, &client()).await
    };
    let request = world.sessions().begin_confirmation(&ann, session.id, &client()).await.unwrap();
    assert_fails!(show(&mut passkey, &request, &other).await, ConfirmSessionError::InvalidChallenge);
    let request = world.sessions().begin_confirmation(&ann, session.id, &client()).await.unwrap();
    show(&mut passkey, &request, &session).await.unwrap();
    assert_fails!(show(&mut passkey, &request, &session).await, ConfirmSessionError::InvalidChallenge);
}

#[tokio::test]
async fn who_has_no_passkey_is_asked_for_none() {
    let (world, _) = with_passkey(World::new(), 0).await;
    let session = world.open_session(BOB).await;
    let refused = world.sessions().begin_confirmation(&world.user(BOB), session.id, &client()).await;
    assert_fails!(refused, ConfirmSessionError::NoPasskey);
}
