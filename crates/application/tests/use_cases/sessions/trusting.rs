//! A trusted device stands in for the second factor, and for nothing else.

use std::time::Duration;

use ironplate_application::{
    Operator, Unproved,
    accounts::ChangePassword,
    ports::Clock,
    second_factors::FactorProof,
    sessions::{
        CookieOpened, DeviceTrust, HeldCookies, LogInError, PendingLogIn, ProveLogIn, Proved, RemoveTrustedDeviceError,
        SessionProof,
    },
    users::UpdateUser,
};
use ironplate_domain::{
    AuditDetail, AuditKind, Client, Session, SessionId, SessionKind, TokenSecret, TotpSecret, TrustedDevice,
    TrustedDeviceId, UserAgent,
};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, attempt, client, password},
};
use uuid::Uuid;

use crate::{
    assert_fails, log_in,
    recovery::{recovery_mail, reset},
};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const ROOT: &str = "root@example.com";
const NEW: &str = "another fine password";

/// Ann and Bob each have an app, and Root looks after them.
async fn world() -> (World, TotpSecret) {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await;
    world.add_app(BOB).await;
    let secret = world.add_app(ANN).await;
    (world, secret)
}

fn with_device(secret: &TokenSecret) -> HeldCookies {
    HeldCookies { devices: vec![secret.clone()], ..HeldCookies::default() }
}

async fn log_in_with(world: &World, email: &str, held: &HeldCookies) -> Result<CookieOpened, LogInError> {
    world.sessions().log_in_by_cookie(log_in(email, PASSWORD), held, &client()).await
}

async fn is_trusted(world: &World, secret: &TokenSecret) -> bool {
    match log_in_with(world, ANN, &with_device(secret)).await {
        Ok(_) => true,
        Err(LogInError::SecondFactorRequired(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn ask(world: &World, email: &str, held: &HeldCookies) -> PendingLogIn {
    match log_in_with(world, email, held).await {
        Err(LogInError::SecondFactorRequired(pending)) => pending,
        outcome => panic!("{outcome:?}"),
    }
}

/// Shows the code of a log-in that waits.
async fn prove(
    world: &World,
    secret: &TotpSecret,
    pending: PendingLogIn,
    trust: DeviceTrust,
    held: &HeldCookies,
) -> CookieOpened {
    world.clock.advance(Duration::from_secs(30));
    let proof = Some(FactorProof::Code(world.code(secret)));
    let command = ProveLogIn { challenge: pending.challenge, proof, trust };
    match world.sessions().prove(command, Some(held), &client()).await {
        Ok(Proved::ByCookie(opened)) => opened,
        outcome => panic!("{outcome:?}"),
    }
}

async fn trust(world: &World, secret: &TotpSecret, held: &HeldCookies) -> TokenSecret {
    let opened = prove(world, secret, ask(world, ANN, held).await, DeviceTrust::Trust, held).await;
    opened.device.expect("a device").secret
}

fn newest(world: &World) -> Session {
    world.store.sessions().pop().expect("a session")
}

fn only_device(world: &World) -> TrustedDevice {
    let [device] = &world.store.trusted_devices()[..] else { panic!("one device") };
    device.clone()
}

#[tokio::test]
async fn a_device_that_is_trusted_is_asked_for_the_password_alone() {
    let (world, secret) = world().await;
    let none = HeldCookies::default();
    let pending = ask(&world, ANN, &none).await;
    assert_eq!(pending.trust_days(), Some(30));
    let opened = prove(&world, &secret, pending, DeviceTrust::Trust, &none).await;
    let device = opened.device.expect("a device");
    assert_eq!(device.lasts, world.policy.sessions.trust_device);
    let stored = only_device(&world);
    assert_eq!((stored.user, &*stored.device), (world.user(ANN).id, "Firefox on Linux"));
    let [event] = &world.events(AuditKind::TrustedDeviceAdded)[..] else { panic!("one event") };
    assert_eq!(event.details[&AuditDetail::TrustedDevice], stored.id.to_string());

    world.clock.advance(Duration::from_hours(1));
    let again = log_in_with(&world, ANN, &with_device(&device.secret)).await.unwrap();
    assert!(again.device.is_none(), "it has its cookie");
    assert_eq!(only_device(&world).last_used_at, world.clock.now());
    let [.., event] = &world.events(AuditKind::LogIn)[..] else { panic!("an event") };
    assert_eq!(event.details[&AuditDetail::SecondFactor], "trusted_device");
    assert_eq!(event.details[&AuditDetail::TrustedDevice], stored.id.to_string());
}

#[tokio::test]
async fn what_a_device_s_cookie_holds_is_worth_nothing_in_another_browser() {
    let (world, secret) = world().await;
    let device = trust(&world, &secret, &HeldCookies::default()).await;
    let chrome = Client { user_agent: UserAgent::new("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0"), ..client() };
    let copied = world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &with_device(&device), &chrome).await;
    assert_fails!(copied, LogInError::SecondFactorRequired(_));
    assert!(is_trusted(&world, &device).await);
}

#[tokio::test]
async fn a_shorter_span_is_that_of_devices_of_before_too() {
    let (mut world, secret) = world().await;
    let device = trust(&world, &secret, &HeldCookies::default()).await;
    world.clock.advance(Duration::from_hours(48));
    assert!(is_trusted(&world, &device).await);
    world.policy.sessions.trust_device = Duration::from_hours(24);
    assert!(!is_trusted(&world, &device).await);
    assert_eq!(world.sessions().list_trusted_devices(world.actor(ANN)).await.unwrap(), []);
}

#[tokio::test]
async fn nobody_is_trusted_who_did_not_choose_so() {
    let (world, secret) = world().await;
    let none = HeldCookies::default();
    let opened = prove(&world, &secret, ask(&world, ANN, &none).await, DeviceTrust::Ask, &none).await;
    assert!(opened.device.is_none() && world.store.trusted_devices().is_empty());
}

#[tokio::test]
async fn a_log_in_by_tokens_neither_trusts_a_device_nor_asks_for_one() {
    let (world, secret) = world().await;
    let device = world.add_trusted_device(ANN).await;
    let Err(LogInError::SecondFactorRequired(pending)) =
        world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await
    else {
        panic!("a code is asked for")
    };
    assert_eq!(pending.trust_for, None);
    let proof = Some(FactorProof::Code(world.code(&secret)));
    let command = ProveLogIn { challenge: pending.challenge, proof, trust: DeviceTrust::Trust };
    let proved = world.sessions().prove(command, Some(&with_device(&device)), &client()).await;
    assert!(matches!(proved, Ok(Proved::ByTokens(_))), "{proved:?}");
    assert_eq!(world.store.trusted_devices().len(), 1);
}

#[tokio::test]
async fn a_device_without_the_password_opens_nothing() {
    let (world, _) = world().await;
    let held = with_device(&world.add_trusted_device(ANN).await);
    let wrong = world.sessions().log_in_by_cookie(log_in(ANN, "wrong horse"), &held, &client()).await;
    assert_fails!(wrong, LogInError::Incorrect);
    assert_eq!(world.store.sessions(), []);
}

#[tokio::test]
async fn a_device_is_trusted_by_its_own_user_alone() {
    let (world, _) = world().await;
    let held = with_device(&world.add_trusted_device(ANN).await);
    ask(&world, BOB, &held).await;
    ask(&world, ANN, &with_device(&TokenSecret::new("made up"))).await;
    assert!(log_in_with(&world, ANN, &held).await.is_ok());
}

#[tokio::test]
async fn among_several_cookies_the_one_that_counts_is_found() {
    let (world, _) = world().await;
    let devices = vec![TokenSecret::new("made up"), world.add_trusted_device(ANN).await];
    let held = HeldCookies { devices, ..HeldCookies::default() };
    assert!(log_in_with(&world, ANN, &held).await.is_ok());
}

#[tokio::test]
async fn a_device_is_trusted_for_a_time_however_it_is_used() {
    let (world, secret) = world().await;
    let device = trust(&world, &secret, &HeldCookies::default()).await;
    let lasts = world.policy.sessions.trust_device;
    world.clock.advance(lasts.saturating_sub(Duration::from_micros(1)));
    assert!(is_trusted(&world, &device).await);
    world.clock.advance(Duration::from_micros(1));
    assert!(!is_trusted(&world, &device).await);
    assert_eq!(world.sessions().list_trusted_devices(world.actor(ANN)).await.unwrap(), []);
    assert_eq!(world.housekeeping().prune().await.unwrap().devices, 1);
    assert_eq!(world.store.trusted_devices(), []);
}

#[tokio::test]
async fn a_device_that_is_trusted_anew_has_one_cookie() {
    let (world, secret) = world().await;
    let first = trust(&world, &secret, &HeldCookies::default()).await;
    let opened = {
        world.clock.advance(world.policy.sessions.trust_device);
        let held = with_device(&first);
        prove(&world, &secret, ask(&world, ANN, &held).await, DeviceTrust::Trust, &held).await
    };
    let second = opened.device.expect("a device").secret;
    assert_eq!(world.store.trusted_devices().len(), 1);
    assert!(is_trusted(&world, &second).await);
    assert!(!is_trusted(&world, &first).await);
}

#[tokio::test]
async fn a_superuser_s_device_is_never_trusted() {
    let (world, _) = world().await;
    let secret = world.add_app(ROOT).await;
    let held = with_device(&world.add_trusted_device(ROOT).await);
    let pending = ask(&world, ROOT, &held).await;
    assert_eq!(pending.trust_for, None);
    let opened = prove(&world, &secret, pending, DeviceTrust::Trust, &HeldCookies::default()).await;
    assert!(opened.device.is_none());
    assert_eq!(world.store.trusted_devices().len(), 1, "none was added");
}

#[tokio::test]
async fn where_trust_is_off_no_device_is_trusted() {
    let (mut world, secret) = world().await;
    let device = world.add_trusted_device(ANN).await;
    world.policy.sessions.trust_device = Duration::ZERO;
    let pending = ask(&world, ANN, &with_device(&device)).await;
    assert_eq!(pending.trust_for, None);
    let opened = prove(&world, &secret, pending, DeviceTrust::Trust, &HeldCookies::default()).await;
    assert!(opened.device.is_none());
}

/// It never counts as a recent proof, however short ago the second factor was shown that it stands for.
#[tokio::test]
async fn a_session_of_a_trusted_device_is_asked_for_the_second_factor_again() {
    let (world, secret) = world().await;
    let device = trust(&world, &secret, &HeldCookies::default()).await;
    assert!(is_trusted(&world, &device).await);
    let session = newest(&world);
    assert_eq!((session.kind, session.proved_at), (SessionKind::Cookie, None));
    let (user, actor) = (world.user(ANN), world.actor(ANN).by(session.id));
    let refused = world.second_factors().make_recovery_codes(actor, &client()).await.unwrap_err();
    assert_eq!(refused.to_string(), Unproved::NotRecent.to_string());
    let by_password = SessionProof::Password(attempt(PASSWORD));
    assert!(world.sessions().confirm(&user, session.id, by_password, &client()).await.is_err());
    world.clock.advance(Duration::from_secs(30));
    let by_code = SessionProof::SecondFactor(Some(FactorProof::Code(world.code(&secret))));
    world.sessions().confirm(&user, session.id, by_code, &client()).await.unwrap();
    assert_eq!(world.session(session.id).proved_at, Some(world.clock.now()));
    world.second_factors().make_recovery_codes(actor, &client()).await.unwrap();
}

#[tokio::test]
async fn devices_are_seen_and_trusted_no_more() {
    let (world, _) = world().await;
    let secrets = [world.add_trusted_device(ANN).await, world.add_trusted_device(ANN).await];
    world.add_trusted_device(BOB).await;
    let (ann, bob) = (world.actor(ANN), world.actor(BOB));
    world.clock.advance(Duration::from_mins(1));
    assert!(is_trusted(&world, &secrets[0]).await);
    let listed = world.sessions().list_trusted_devices(ann).await.unwrap();
    let [used, other] = &listed[..] else { panic!("{listed:?}") };
    assert!(used.last_used_at > other.last_used_at);
    let others = world.sessions().remove_trusted_device(bob, used.id, &client()).await;
    assert_fails!(others, RemoveTrustedDeviceError::NotFound);
    world.sessions().remove_trusted_device(ann, used.id, &client()).await.unwrap();
    let [event] = &world.events(AuditKind::TrustedDeviceRemoved)[..] else { panic!("one event") };
    assert_eq!((event.actor, &*event.details[&AuditDetail::TrustedDevice]), (Some(ann.user), &*used.id.to_string()));
    assert!(!is_trusted(&world, &secrets[0]).await && is_trusted(&world, &secrets[1]).await);
    let gone = world.sessions().remove_trusted_device(ann, TrustedDeviceId(Uuid::nil()), &client()).await;
    assert_fails!(gone, RemoveTrustedDeviceError::NotFound);
    assert_eq!(world.sessions().remove_trusted_devices(ann, &client()).await.unwrap(), 1);
    assert_eq!(world.sessions().remove_trusted_devices(ann, &client()).await.unwrap(), 0);
    let [event] = &world.events(AuditKind::TrustedDevicesRemoved)[..] else { panic!("one event") };
    assert_eq!(event.details[&AuditDetail::Count], "1");
    assert!(!is_trusted(&world, &secrets[1]).await);
    assert_eq!(only_device(&world).user, bob.user);
}

/// What takes the trust of all devices of Ann away.
#[derive(Debug, Clone, Copy)]
enum End {
    PasswordChanged,
    PasswordReset,
    PasswordSetByASuperuser,
    Deactivation,
    Promotion,
    AppRemoved,
    FactorsReset,
    FactorsResetByTheOperator,
    LoggedOutEverywhere,
    LoggedOutByTheOperator,
    EverybodyLoggedOut,
}

impl End {
    const ALL: [Self; 11] = [
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::PasswordSetByASuperuser,
        Self::Deactivation,
        Self::Promotion,
        Self::AppRemoved,
        Self::FactorsReset,
        Self::FactorsResetByTheOperator,
        Self::LoggedOutEverywhere,
        Self::LoggedOutByTheOperator,
        Self::EverybodyLoggedOut,
    ];

    async fn come(self, world: &World) {
        let (user, session) = (world.user(ANN), world.open_session(ANN).await.id);
        let (ann, root) = (user.actor().by(session), world.actor(ROOT));
        let by = Operator { client: client(), ..Operator::default() };
        let update = match self {
            Self::PasswordChanged => {
                let change = ChangePassword { current: attempt(PASSWORD), new: password(NEW) };
                return world.accounts().change_password(&user, session, change, &client()).await.unwrap();
            }
            Self::PasswordReset => {
                let mail = recovery_mail(world, ANN).await;
                return reset(world, &mail, NEW).await.unwrap();
            }
            Self::AppRemoved => {
                let app = world.store.authenticator_apps().into_iter().find(|app| app.user == user.id).unwrap();
                return world.second_factors().remove(ann, app.id, &client()).await.unwrap();
            }
            Self::FactorsReset => return world.second_factors().reset(root, user.id, &client()).await.unwrap(),
            Self::FactorsResetByTheOperator => {
                return world.second_factors().reset_by_operator(user.id, &by).await.unwrap();
            }
            Self::LoggedOutEverywhere => {
                world.sessions().revoke_all(ann, user.id, Some(session), &client()).await.unwrap();
                return;
            }
            Self::LoggedOutByTheOperator => {
                world.sessions().end_all_of(user.id, &by).await.unwrap();
                return;
            }
            Self::EverybodyLoggedOut => {
                world.sessions().end_everybodys(&by).await.unwrap();
                return;
            }
            Self::PasswordSetByASuperuser => UpdateUser { password: Some(password(NEW)), ..UpdateUser::default() },
            Self::Deactivation => UpdateUser { is_active: Some(false), ..UpdateUser::default() },
            Self::Promotion => UpdateUser { is_superuser: Some(true), ..UpdateUser::default() },
        };
        world.users().update(root, SessionId(Uuid::nil()), user.id, update, &client()).await.unwrap();
    }
}

/// And with it nobody else's, unless it is everybody's.
#[tokio::test]
async fn trust_ends_with_what_it_rests_on() {
    for end in End::ALL {
        let (world, _) = world().await;
        world.add_trusted_device(ANN).await;
        world.add_trusted_device(BOB).await;
        end.come(&world).await;
        let left: Vec<_> = world.store.trusted_devices().into_iter().map(|device| device.user).collect();
        let expected = if matches!(end, End::EverybodyLoggedOut) { vec![] } else { vec![world.user(BOB).id] };
        assert_eq!(left, expected, "{end:?}");
    }
}

#[tokio::test]
async fn logging_out_everywhere_tells_how_many_devices_are_trusted_no_more() {
    let (world, _) = world().await;
    world.add_trusted_device(ANN).await;
    world.sessions().revoke_all(world.actor(ANN), world.user(ANN).id, None, &client()).await.unwrap();
    let [event] = &world.events(AuditKind::TrustedDevicesRemoved)[..] else { panic!("one event") };
    assert_eq!(event.details[&AuditDetail::Count], "1");
    assert!(world.events(AuditKind::SessionsRevoked).is_empty(), "there was none");
}

/// One session that ends is not all of them.
#[tokio::test]
async fn a_device_stays_trusted_when_its_session_ends() {
    let (world, secret) = world().await;
    let device = trust(&world, &secret, &HeldCookies::default()).await;
    let session = newest(&world);
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    assert!(is_trusted(&world, &device).await);
}
