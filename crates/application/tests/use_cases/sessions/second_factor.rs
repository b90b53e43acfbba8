//! Logging in to an account that asks for more than a password.

use std::time::Duration;

use ironplate_application::{
    limits::{Limit, LimitError},
    ports::Clock,
    second_factors::{FactorProof, ProvedBy},
    sessions::{DeviceTrust, HeldCookies, LogInError, PendingLogIn, ProveLogIn, Proved},
    users::UpdateUser,
};
use ironplate_domain::{AuditDetail, AuditKind, Challenge, Client, MailTemplate, SessionKind, TotpSecret};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, client_at, email, password},
    user,
};

use crate::{
    assert_fails, log_in, opens,
    recovery::{recovery_mail, reset},
};

const ANN: &str = "ann@example.com";
const ELSEWHERE: &str = "198.51.100.66";

/// Ann has an authenticator app with this secret.
async fn with_app(world: World) -> (World, TotpSecret) {
    let world = world.with_user(ANN).await;
    let secret = world.add_app(ANN).await;
    (world, secret)
}

async fn begin_at(world: &World, client: &Client) -> PendingLogIn {
    match world.sessions().log_in(log_in(ANN, PASSWORD), client).await {
        Err(LogInError::SecondFactorRequired(pending)) => pending,
        outcome => panic!("{outcome:?}"),
    }
}

async fn begin(world: &World) -> PendingLogIn {
    begin_at(world, &client()).await
}

async fn prove_at(
    world: &World,
    PendingLogIn { challenge, .. }: &PendingLogIn,
    proof: impl Into<Option<FactorProof>>,
    client: &Client,
) -> Result<Proved, LogInError> {
    let command = ProveLogIn { challenge: challenge.clone(), proof: proof.into(), trust: DeviceTrust::Ask };
    world.sessions().prove(command, Some(&HeldCookies::default()), client).await
}

async fn prove(
    world: &World,
    pending: &PendingLogIn,
    proof: impl Into<Option<FactorProof>>,
) -> Result<Proved, LogInError> {
    prove_at(world, pending, proof, &client()).await
}

/// The code that is right now.
fn right(world: &World, secret: &TotpSecret) -> FactorProof {
    FactorProof::Code(world.code(secret))
}

/// One that is of another secret.
fn wrong(world: &World) -> FactorProof {
    FactorProof::Code(world.code(&TotpSecret::new([9; 20])))
}

#[tokio::test]
async fn a_password_alone_opens_nothing() {
    let (world, _) = with_app(World::new()).await;
    let pending = begin(&world).await;
    assert_eq!((pending.methods, pending.expires_in), (vec![ProvedBy::AuthenticatorApp], Challenge::WAITS));
    let by_cookie = world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await;
    assert_fails!(by_cookie, LogInError::SecondFactorRequired(_));
    assert_eq!(world.store.sessions(), []);
    assert_eq!((world.events(AuditKind::SecondFactorAsked).len(), world.events(AuditKind::LogIn).len()), (2, 0));
    assert_eq!(world.deliver_mail().await.len(), 0, "a device is new once it is in");
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_of_it() {
    let (world, _) = with_app(World::new()).await;
    assert!(!opens(&world, ANN, "a wrong one").await);
    assert_eq!(world.events(AuditKind::SecondFactorAsked).len(), 0);
}

#[tokio::test]
async fn the_code_opens_what_the_password_asked_for() {
    let (world, secret) = with_app(World::new()).await;
    let pending = begin(&world).await;
    let proved = prove(&world, &pending, right(&world, &secret)).await.unwrap();
    let [session] = &world.store.sessions()[..] else { panic!("one session") };
    assert!(matches!(proved, Proved::ByTokens(opened) if opened.session == session.id));
    assert_eq!((session.kind, session.proved_at), (SessionKind::Token, Some(world.clock.now())));
    let [event] = &world.events(AuditKind::LogIn)[..] else { panic!("one log-in") };
    assert_eq!(event.details[&AuditDetail::SecondFactor], "authenticator_app");
}

#[tokio::test]
async fn a_cookie_takes_the_place_of_the_one_before() {
    let world = World::new().with_user(ANN).await;
    let before =
        world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await.unwrap();
    let (first, cookie) =
        (world.store.sessions()[0].id, HeldCookies { sessions: vec![before.secret], ..HeldCookies::default() });
    let secret = world.add_app(ANN).await;
    let pending = world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &cookie, &client()).await;
    let Err(LogInError::SecondFactorRequired(PendingLogIn { challenge, .. })) = pending else { panic!("{pending:?}") };
    assert!(world.is_live(first), "until another one is there");
    let command = ProveLogIn { challenge, proof: right(&world, &secret).into(), trust: DeviceTrust::Ask };
    let proved = world.sessions().prove(command, Some(&cookie), &client()).await.unwrap();
    assert!(matches!(proved, Proved::ByCookie(opened) if opened.user.email == email(ANN)));
    assert!(!world.is_live(first));
}

#[tokio::test]
async fn who_may_get_no_cookie_goes_on_with_no_log_in_for_one() {
    let (world, secret) = with_app(World::new()).await;
    let pending = world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await;
    let Err(LogInError::SecondFactorRequired(PendingLogIn { challenge, .. })) = pending else { panic!("{pending:?}") };
    let command = ProveLogIn { challenge, proof: right(&world, &secret).into(), trust: DeviceTrust::Ask };
    assert_fails!(world.sessions().prove(command, None, &client()).await, LogInError::InvalidChallenge);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn a_code_and_a_challenge_work_once() {
    let (world, secret) = with_app(World::new()).await;
    let (pending, another) = (begin(&world).await, begin(&world).await);
    prove(&world, &pending, right(&world, &secret)).await.unwrap();
    assert_fails!(prove(&world, &another, right(&world, &secret)).await, LogInError::IncorrectCode);
    world.clock.advance(Duration::from_secs(30));
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
    prove(&world, &another, right(&world, &secret)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_code_costs_a_try_and_so_does_what_is_none() {
    let (world, secret) = with_app(World::new()).await;
    let pending = begin(&world).await;
    for n in 0..Challenge::TRIES {
        let proof = (n > 0).then(|| wrong(&world));
        assert_fails!(prove(&world, &pending, proof).await, LogInError::IncorrectCode);
    }
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
    assert_eq!(world.store.sessions(), []);
    let failures = world.events(AuditKind::LogIn);
    assert!(failures.iter().all(|event| event.actor.is_none()), "nobody logged in: {failures:?}");
}

#[tokio::test]
async fn a_challenge_waits_for_five_minutes() {
    let (world, secret) = with_app(World::new()).await;
    let pending = begin(&world).await;
    world.clock.advance(Challenge::WAITS);
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
}

#[tokio::test]
async fn a_challenge_is_of_no_use_elsewhere() {
    let (world, secret) = with_app(World::new()).await;
    let pending = begin(&world).await;
    let there = prove_at(&world, &pending, right(&world, &secret), &client_at(ELSEWHERE)).await;
    assert_fails!(there, LogInError::InvalidChallenge);
    prove(&world, &pending, right(&world, &secret)).await.unwrap();
}

#[tokio::test]
async fn a_new_password_ends_what_waits() {
    let (world, secret) = with_app(World::new().with_superuser("root@example.com").await).await;
    let pending = begin(&world).await;
    let root = world.open_session("root@example.com").await;
    let change = UpdateUser { password: Some(password("another fine password")), ..UpdateUser::default() };
    let actor = world.actor("root@example.com").by(root.id);
    world.users().update(actor, root.id, world.user(ANN).id, change, &client()).await.unwrap();
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
}

#[tokio::test]
async fn an_account_that_was_closed_meanwhile_stays_closed() {
    let (world, secret) = with_app(World::new().with_superuser("root@example.com").await).await;
    let pending = begin(&world).await;
    let root = world.open_session("root@example.com").await;
    let change = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
    let actor = world.actor("root@example.com").by(root.id);
    world.users().update(actor, root.id, world.user(ANN).id, change, &client()).await.unwrap();
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
}

#[tokio::test]
async fn a_reset_by_mail_still_asks() {
    let world = World::new().with(user(ANN).verified()).await;
    world.add_app(ANN).await;
    reset(&world, &recovery_mail(&world, ANN).await, "open sesame").await.unwrap();
    let outcome = world.sessions().log_in(log_in(ANN, "open sesame"), &client()).await;
    assert_fails!(outcome, LogInError::SecondFactorRequired(_));
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_its_owner_is_told() {
    let (world, _) = with_app(World::new()).await;
    let session = world.open_session(ANN).await;
    let ann = world.actor(ANN).by(session.id);
    let codes = world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    world.deliver_mail().await;
    let pending = begin(&world).await;
    assert_eq!(pending.methods, [ProvedBy::AuthenticatorApp, ProvedBy::RecoveryCode]);
    let shown = || FactorProof::parse(&codes[0].shown());
    prove(&world, &pending, shown()).await.unwrap();
    let notice = world.mail(MailTemplate::RecoveryCodeUsed, ANN).await;
    assert!(notice.content.text.contains("left: 9\n"), "{}", notice.content.text);
    assert_eq!(world.events(AuditKind::RecoveryCodeUsed).len(), 1);
    assert_fails!(prove(&world, &begin(&world).await, shown()).await, LogInError::IncorrectCode);
}

/// Of six digits many guesses find one; of 120 random bits none does.
#[tokio::test]
async fn who_guesses_codes_keeps_nobody_from_their_recovery_codes() {
    for limit in [Limit::SecondFactorPerAccount, Limit::SecondFactorLongTerm] {
        let (world, secret) = with_app(World::new().limiting(limit, 1)).await;
        let ann = world.actor(ANN).by(world.open_session(ANN).await.id);
        let codes = world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
        let there = client_at(ELSEWHERE);
        let pending = begin_at(&world, &there).await;
        assert_fails!(prove_at(&world, &pending, wrong(&world), &there).await, LogInError::IncorrectCode);
        let refused = prove_at(&world, &pending, right(&world, &secret), &there).await;
        assert_fails!(refused, LogInError::Limit(LimitError::Throttled(_)));
        prove_at(&world, &pending, FactorProof::parse(&codes[0].shown()), &there).await.unwrap();
    }
}

#[tokio::test]
async fn recovery_codes_are_limited_by_where_they_are_shown() {
    let (world, _) = with_app(World::new().limiting(Limit::RecoveryCodePerAddress, 2)).await;
    let shown = || FactorProof::parse(&"aaaa-".repeat(6));
    let there = client_at(ELSEWHERE);
    let pending = begin_at(&world, &there).await;
    for _ in 0..2 {
        assert_fails!(prove_at(&world, &pending, shown(), &there).await, LogInError::IncorrectCode);
    }
    assert_fails!(prove_at(&world, &pending, shown(), &there).await, LogInError::Limit(LimitError::Throttled(_)));
    assert_fails!(prove(&world, &begin(&world).await, shown()).await, LogInError::IncorrectCode);
}

#[tokio::test]
async fn who_logs_out_everywhere_ends_log_ins_that_wait() {
    let (world, secret) = with_app(World::new()).await;
    let ann = world.open_session(ANN).await;
    let pending = begin(&world).await;
    world
        .sessions()
        .revoke_all(world.actor(ANN).by(ann.id), world.user(ANN).id, Some(ann.id), &client())
        .await
        .unwrap();
    assert_fails!(prove(&world, &pending, right(&world, &secret)).await, LogInError::InvalidChallenge);
}

#[tokio::test]
async fn wrong_codes_are_limited_wherever_they_come_from_and_the_owner_is_told_once() {
    let (world, secret) = with_app(World::new().limiting(Limit::SecondFactorPerAccount, 2)).await;
    for n in 1..=2 {
        let here = client_at(&format!("198.51.100.{n}"));
        let pending = begin_at(&world, &here).await;
        assert_fails!(prove_at(&world, &pending, wrong(&world), &here).await, LogInError::IncorrectCode);
    }
    for n in 3..=4 {
        let here = client_at(&format!("192.0.{n}.1"));
        let pending = begin_at(&world, &here).await;
        let refused = prove_at(&world, &pending, right(&world, &secret), &here).await;
        assert_fails!(refused, LogInError::Limit(LimitError::Throttled(_)));
    }
    let told = world.deliver_mail().await;
    let told: Vec<_> = told.iter().map(|mail| mail.content.subject.as_str()).collect();
    assert_eq!(told, [MailTemplate::SecondFactorGuessed.name()]);
}

#[tokio::test]
async fn right_codes_cost_nothing() {
    let (world, secret) = with_app(World::new().limiting(Limit::SecondFactorPerAccount, 1)).await;
    for _ in 0..3 {
        prove(&world, &begin(&world).await, right(&world, &secret)).await.unwrap();
        world.clock.advance(Duration::from_secs(30));
    }
}

#[tokio::test]
async fn a_known_place_gets_in_while_others_guess() {
    let world = World::new().limiting(Limit::SecondFactorPerAccount, 1).limiting(Limit::SecondFactorPerKnownClient, 1);
    let (world, secret) = with_app(world).await;
    prove(&world, &begin(&world).await, right(&world, &secret)).await.unwrap();
    world.clock.advance(Duration::from_secs(30));
    let there = client_at(ELSEWHERE);
    let pending = begin_at(&world, &there).await;
    assert_fails!(prove_at(&world, &pending, wrong(&world), &there).await, LogInError::IncorrectCode);
    let refused = prove_at(&world, &pending, wrong(&world), &there).await;
    assert_fails!(refused, LogInError::Limit(LimitError::Throttled(_)));
    prove(&world, &begin(&world).await, right(&world, &secret)).await.unwrap();
}

/// At once, on any number of servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_show_a_code_at_once_one_gets_in() {
    let (world, secret) = with_app(World::new()).await;
    let mut rivals = Vec::new();
    for _ in 0..16 {
        let (world, pending, proof) = (world.clone(), begin(&world).await, right(&world, &secret));
        rivals.push(tokio::spawn(async move { prove(&world, &pending, proof).await.is_ok() }));
    }
    let mut inside = 0;
    for rival in rivals {
        inside += u32::from(rival.await.unwrap());
    }
    assert_eq!((inside, world.store.sessions().len()), (1, 1));
}
