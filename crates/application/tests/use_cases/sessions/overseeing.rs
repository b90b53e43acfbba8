//! Sessions seen and ended from one another, and what users are told of them.

use std::time::Duration;

use ironplate_application::{
    ports::Clock,
    sessions::{Credential, HeldCookies, SessionsError},
};
use ironplate_domain::{
    AuditDetail, AuditKind, Client, Fact, MailTemplate, Session, SessionId, TokenSecret, UserAgent, UserId,
};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, client_at},
};
use uuid::Uuid;

use crate::{assert_fails, bearer, log_in};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const ROOT: &str = "root@example.com";

async fn world() -> World {
    World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await
}

fn ids(sessions: &[Session]) -> Vec<SessionId> {
    sessions.iter().map(|session| session.id).collect()
}

#[tokio::test]
async fn people_see_their_own_live_sessions() {
    let world = world().await;
    let (one, two) = (world.open_session(ANN).await, world.open_session(ANN).await);
    world.open_session(BOB).await;
    let ann = world.actor(ANN);
    let seen = world.sessions().list(ann, ann.user, &client()).await.unwrap();
    assert_eq!(ids(&seen), [two.id, one.id]);
    world.sessions().revoke(ann, ann.user, two.id, &client()).await.unwrap();
    assert_eq!(ids(&world.sessions().list(ann, ann.user, &client()).await.unwrap()), [one.id]);
}

#[tokio::test]
async fn superusers_see_and_end_those_of_others() {
    let world = world().await;
    let (one, _two) = (world.open_session(ANN).await, world.open_session(ANN).await);
    let (root, ann) = (world.actor(ROOT), world.user(ANN).id);
    assert_eq!(world.sessions().list(root, ann, &client()).await.unwrap().len(), 2);
    world.sessions().revoke(root, ann, one.id, &client()).await.unwrap();
    assert!(!world.is_live(one.id));
    assert_eq!(world.sessions().revoke_all(root, ann, None, &client()).await.unwrap(), 1);
    assert_eq!(world.sessions().list(root, ann, &client()).await.unwrap(), []);
    let nobody = UserId(Uuid::nil());
    assert_fails!(world.sessions().list(root, nobody, &client()).await, SessionsError::UserNotFound);
    assert_fails!(world.sessions().revoke_all(root, nobody, None, &client()).await, SessionsError::UserNotFound);
}

#[tokio::test]
async fn nobody_else_reaches_them() {
    let world = world().await;
    let session = world.open_session(ANN).await;
    let (bob, ann) = (world.actor(BOB), world.user(ANN).id);
    assert_fails!(world.sessions().list(bob, ann, &client()).await, SessionsError::Denied(_));
    assert_fails!(world.sessions().revoke(bob, ann, session.id, &client()).await, SessionsError::Denied(_));
    assert_fails!(world.sessions().revoke_all(bob, ann, None, &client()).await, SessionsError::Denied(_));
    // Under one's own account somebody else's session is none.
    assert_fails!(world.sessions().revoke(bob, bob.user, session.id, &client()).await, SessionsError::NotFound);
    assert!(world.is_live(session.id));
    assert_eq!(world.events(AuditKind::PermissionRefused).len(), 3);
}

#[tokio::test]
async fn all_sessions_but_the_one_in_use_can_be_ended_at_once() {
    let world = world().await;
    let (kept, other) = (world.open_session(ANN).await, world.open_session(ANN).await);
    let ann = world.actor(ANN);
    assert_eq!(world.sessions().revoke_all(ann, ann.user, Some(kept.id), &client()).await.unwrap(), 1);
    assert!(world.is_live(kept.id) && !world.is_live(other.id));
    let [event] = &world.events(AuditKind::SessionsRevoked)[..] else { panic!("one event") };
    assert_eq!(event.details.get(&AuditDetail::Count).map(String::as_str), Some("1"));
}

#[tokio::test]
async fn a_session_ends_once() {
    let world = world().await;
    let session = world.open_session(ANN).await;
    let ann = world.actor(ANN);
    world.sessions().revoke(ann, ann.user, session.id, &client()).await.unwrap();
    assert_fails!(world.sessions().revoke(ann, ann.user, session.id, &client()).await, SessionsError::NotFound);
    assert_eq!(world.events(AuditKind::SessionRevoked).len(), 1);
}

#[tokio::test]
async fn use_is_worth_noting_now_and_then_and_prolongs_the_session() {
    let world = world().await;
    let session = world.open_session(ANN).await;
    let token = world.token_for(&session);
    let spans = world.policy.sessions.spans;
    world.clock.set(session.last_seen_at.after(spans.seen_every).before(Duration::from_micros(1)));
    assert!(
        !world.sessions().authenticate(&bearer(&token), None).await.unwrap().is_worth_noting,
        "not every request writes"
    );
    world.clock.advance(Duration::from_micros(1));
    let seen = world.sessions().authenticate(&bearer(&token), None).await.unwrap();
    assert!(seen.is_worth_noting);
    world.sessions().note_use(&seen, &client()).await.unwrap();
    let now = world.clock.now();
    let expected = Session { last_seen_at: now, expires_at: now.after(spans.idle), ..session };
    assert_eq!(world.session(expected.id), expected);
    // Many requests at once find it worth noting; one of them writes.
    world.clock.advance(Duration::from_micros(1));
    world.sessions().note_use(&seen, &client()).await.unwrap();
    assert_eq!(world.session(expected.id), expected);
}

#[tokio::test]
async fn a_cookie_session_lives_as_long_as_it_is_used() {
    let world = world().await;
    let opened =
        world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await.unwrap();
    let cookie = Credential::Cookies(vec![opened.secret]);
    let spans = world.policy.sessions.spans;
    let nearly_idle = spans.idle / 2 + spans.idle / 3;
    world.clock.advance(nearly_idle);
    let seen = world.sessions().authenticate(&cookie, None).await.unwrap();
    world.sessions().note_use(&seen, &client()).await.unwrap();
    world.clock.advance(nearly_idle);
    assert!(world.sessions().authenticate(&cookie, None).await.is_ok());
    world.clock.advance(spans.idle);
    assert!(world.sessions().authenticate(&cookie, None).await.is_err());
    assert_eq!(opened.ends_at, world.store.sessions()[0].created_at.after(spans.absolute));
}

#[tokio::test]
async fn beyond_the_most_the_session_that_was_not_used_longest_ends() {
    let mut world = world().await;
    world.policy.sessions.most_per_user = 2;
    let mut opened = Vec::new();
    for _ in 0..3 {
        world.clock.advance(Duration::from_secs(1));
        opened.push(world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap().session);
    }
    let live: Vec<bool> = opened.iter().map(|session| world.is_live(*session)).collect();
    assert_eq!(live, [false, true, true]);
}

fn phone() -> Client {
    let user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1";
    Client { user_agent: UserAgent::new(user_agent), ..client() }
}

async fn is_told(world: &World, from: &Client) -> bool {
    world.sessions().log_in(log_in(ANN, PASSWORD), from).await.unwrap();
    let mails = world.deliver_mail().await;
    assert!(mails.iter().all(|mail| mail.content.subject == MailTemplate::NewDevice.name()));
    !mails.is_empty()
}

#[tokio::test]
async fn a_device_or_a_place_that_was_not_seen_before_is_told_and_a_known_one_is_not() {
    let world = world().await;
    let elsewhere = client_at("198.51.100.9");
    for (from, told) in [
        (client(), false), // The very first one: they know it themselves.
        (client(), false),
        (phone(), true),
        (phone(), false),
        (elsewhere.clone(), true),
        (elsewhere, false),
        (client(), false),
    ] {
        assert_eq!(is_told(&world, &from).await, told, "{from:?}");
        world.clock.advance(Duration::from_hours(1));
    }
}

/// A phone on its way through the networks of a country.
#[tokio::test]
async fn new_places_are_told_once_an_hour_and_those_near_a_known_one_never() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client_at("192.0.2.1")).await.unwrap();
    for n in 2..=31 {
        assert!(!is_told(&world, &client_at(&format!("192.0.2.{n}"))).await, "{n}");
    }
    let mut told = 0;
    for n in 1..=31 {
        told += u32::from(is_told(&world, &client_at(&format!("198.51.{n}.1"))).await);
    }
    assert_eq!(told, 1);
    world.clock.advance(Duration::from_hours(1));
    assert!(is_told(&world, &client_at("203.0.113.99")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_log_ins_from_new_places_at_once_one_is_told() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client_at("192.0.2.1")).await.unwrap();
    let log_ins: Vec<_> = (1..=16)
        .map(|n| {
            let sessions = world.sessions();
            let from = client_at(&format!("198.51.{n}.1"));
            tokio::spawn(async move { sessions.log_in(log_in(ANN, PASSWORD), &from).await.map(drop) })
        })
        .collect();
    for outcome in log_ins {
        outcome.await.unwrap().unwrap();
    }
    assert_eq!(world.deliver_mail().await.len(), 1);
}

fn held(secret: &TokenSecret) -> HeldCookies {
    HeldCookies { sessions: vec![secret.clone()], ..HeldCookies::default() }
}

/// Nobody else holds it any more, so nobody would ever end it.
#[tokio::test]
async fn a_log_in_by_cookie_ends_the_session_that_the_cookie_had() {
    let world = world().await;
    let first =
        world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await.unwrap();
    let other =
        world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await.unwrap();
    let bob = log_in("bob@example.com", PASSWORD);
    let wrong = log_in("bob@example.com", "wrong horse");
    assert!(world.sessions().log_in_by_cookie(wrong, &held(&first.secret), &client()).await.is_err());
    let authenticate = async |secret: &TokenSecret| {
        world.sessions().authenticate(&Credential::Cookies(vec![secret.clone()]), None).await.is_ok()
    };
    assert!(authenticate(&first.secret).await, "who failed to log in has lost nothing");
    let second = world.sessions().log_in_by_cookie(bob, &held(&first.secret), &client()).await.unwrap();
    assert_eq!((authenticate(&first.secret).await, authenticate(&second.secret).await), (false, true));
    assert!(authenticate(&other.secret).await);
    let [event] = &world.events(AuditKind::LogOut)[..] else { panic!("one event") };
    assert_eq!(event.actor, Some(world.user(ANN).id));
    let made_up = TokenSecret::new("made up");
    assert!(world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &held(&made_up), &client()).await.is_ok());
}

#[tokio::test]
async fn a_place_where_the_account_is_used_is_known_without_a_log_in() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    let token = world.token_for(&world.store.sessions()[0]);
    let office = client_at("198.51.100.9");
    world.clock.advance(world.policy.sessions.spans.seen_every);
    let seen = world.sessions().authenticate(&bearer(&token), None).await.unwrap();
    world.sessions().note_use(&seen, &office).await.unwrap();
    assert!(!is_told(&world, &office).await);
}

/// Whoever comes to an account that slept for longer than clients are remembered.
#[tokio::test]
async fn where_nobody_is_remembered_any_more_all_clients_are_news() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.clock.advance(world.policy.sessions.keep_ended + Duration::from_hours(1));
    assert_eq!(world.housekeeping().prune().await.unwrap().clients, 1);
    assert!(is_told(&world, &client()).await);
}

#[tokio::test]
async fn the_notice_of_a_new_device_says_which_and_where() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &phone()).await.unwrap();
    let messages = world.store.messages();
    let [notice] = &messages[..] else { panic!("one message, not {messages:?}") };
    assert_eq!(notice.facts.get(&Fact::Device).map(String::as_str), Some("Safari on iPhone"));
    assert_eq!(notice.facts.get(&Fact::Address).map(String::as_str), Some("203.0.113.7"));
    assert_eq!(notice.sealed_token, None);
}
