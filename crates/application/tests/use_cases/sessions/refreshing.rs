//! A refresh token for the next pair of tokens.

use std::time::Duration;

use ironplate_application::{
    limits::{Limit, LimitError},
    ports::{AccessClaims, AccessTokens, Clock, Store, StoreError},
    sessions::{Authenticated, Credential, HeldCookies, LoggedIn, RefreshError},
};
use ironplate_domain::{AuditKind, AuditOutcome, Fact, MailTemplate, TokenSecret};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client},
};
use secrecy::{ExposeSecret, SecretString};

use crate::{assert_fails, log_in};

const ANN: &str = "ann@example.com";

async fn logged_in() -> (World, LoggedIn) {
    let world = World::new().with_user(ANN).await;
    let tokens = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    (world, tokens)
}

async fn refresh(world: &World, token: &SecretString) -> Result<LoggedIn, RefreshError> {
    world.sessions().refresh(&TokenSecret::new(token.expose_secret()), &client()).await
}

async fn opens(world: &World, tokens: &LoggedIn) -> bool {
    world.sessions().authenticate(&Credential::AccessToken(tokens.access_token.clone()), None).await.is_ok()
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair_of_the_same_session() {
    let (world, first) = logged_in().await;
    world.clock.advance(Duration::from_hours(1));
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    assert_eq!(second.session, first.session);
    assert_ne!(second.refresh_token.expose_secret(), first.refresh_token.expose_secret());
    let claims = AccessClaims { user: world.user(ANN).id, session: first.session, generation: 1 };
    assert_eq!(world.tokens.verify(second.access_token.expose_secret(), world.clock.now()), Ok(claims));
    let third = refresh(&world, &second.refresh_token).await.unwrap();
    assert!(opens(&world, &third).await);
}

#[tokio::test]
async fn a_refresh_counts_as_use_and_prolongs_the_session_up_to_its_end() {
    let (world, mut tokens) = logged_in().await;
    let spans = world.policy.sessions.spans;
    let ends_at = world.session(tokens.session).ends_at;
    let week = Duration::from_hours(168);
    while world.clock.now().after(week) < ends_at {
        world.clock.advance(week);
        tokens = refresh(&world, &tokens.refresh_token).await.unwrap();
        let session = world.session(tokens.session);
        assert_eq!(session.last_seen_at, world.clock.now());
        assert_eq!(session.expires_at, world.clock.now().after(spans.idle).min(ends_at));
    }
    world.clock.set(ends_at);
    assert_fails!(refresh(&world, &tokens.refresh_token).await, RefreshError::InvalidToken);
}

#[tokio::test]
async fn a_session_that_was_not_used_for_long_is_over() {
    let (world, tokens) = logged_in().await;
    world.clock.advance(world.policy.sessions.spans.idle);
    assert_fails!(refresh(&world, &tokens.refresh_token).await, RefreshError::InvalidToken);
    assert_eq!(world.events(AuditKind::RefreshReused), []);
}

/// Shows the access token, as a request does.
async fn use_access_token(world: &World, tokens: &LoggedIn) {
    let seen = seen_with(world, tokens).await;
    assert!(seen.is_worth_noting);
    world.sessions().note_use(&seen, &client()).await.unwrap();
}

/// Ten tabs asked at once.
#[tokio::test]
async fn a_token_that_was_just_replaced_gives_the_same_successor_again() {
    let (world, first) = logged_in().await;
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    use_access_token(&world, &second).await;
    world.clock.set(world.clock.now().after(world.policy.sessions.reuse_window).before(Duration::from_micros(1)));
    for _ in 0..10 {
        let again = refresh(&world, &first.refresh_token).await.unwrap();
        assert_eq!(again.refresh_token.expose_secret(), second.refresh_token.expose_secret());
        assert!(opens(&world, &again).await);
    }
    assert!(refresh(&world, &second.refresh_token).await.is_ok());
}

/// Whoever asks is the one holder: nobody ever showed what the lost answer held.
#[tokio::test]
async fn an_answer_that_got_lost_is_given_again_whatever_the_time() {
    let (world, first) = logged_in().await;
    let lost = refresh(&world, &first.refresh_token).await.unwrap();
    world.clock.advance(Duration::from_mins(30));
    assert!(opens(&world, &first).await, "the old access token is no sign of the new one");
    world.sessions().note_use(&seen_with(&world, &first).await, &client()).await.unwrap();
    world.clock.advance(Duration::from_hours(100));
    let again = refresh(&world, &first.refresh_token).await.unwrap();
    assert_eq!(again.refresh_token.expose_secret(), lost.refresh_token.expose_secret());
    let next = refresh(&world, &again.refresh_token).await.unwrap();
    assert!(opens(&world, &next).await);
    assert_eq!(world.events(AuditKind::RefreshReused), []);
}

async fn seen_with(world: &World, tokens: &LoggedIn) -> Authenticated {
    world.sessions().authenticate(&Credential::AccessToken(tokens.access_token.clone()), None).await.unwrap()
}

/// What the database that was restored does not know is no theft.
#[tokio::test]
async fn a_token_from_after_what_is_stored_ends_nothing_and_alarms_nobody() {
    let (world, first) = logged_in().await;
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    let text = second.refresh_token.expose_secret();
    let unseen = format!("{}{}.2", &text[..43], "x".repeat(43));
    let outcome = world.sessions().refresh(&TokenSecret::new(&unseen), &client()).await;
    assert_fails!(outcome, RefreshError::InvalidToken);
    assert!(world.is_live(first.session));
    assert_eq!((world.events(AuditKind::RefreshReused), world.store.messages()), (vec![], vec![]));
    assert!(refresh(&world, &second.refresh_token).await.is_ok());
}

async fn assert_ended_for_reuse(world: &World, tokens: &LoggedIn) {
    assert!(!world.is_live(tokens.session));
    let [event] = &world.events(AuditKind::RefreshReused)[..] else { panic!("one event") };
    assert_eq!((event.subject, event.outcome), (Some(world.user(ANN).id), AuditOutcome::Failure));
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!(mail.content.subject, MailTemplate::SessionReuse.name());
}

#[tokio::test]
async fn a_token_whose_successor_was_used_ends_the_session_and_its_user_is_told() {
    let (world, first) = logged_in().await;
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    let third = refresh(&world, &second.refresh_token).await.unwrap();
    assert_fails!(refresh(&world, &first.refresh_token).await, RefreshError::InvalidToken);
    assert!(!opens(&world, &third).await);
    assert_fails!(refresh(&world, &third.refresh_token).await, RefreshError::InvalidToken);
    assert_ended_for_reuse(&world, &first).await;
}

#[tokio::test]
async fn a_token_whose_successors_access_token_was_used_ends_the_session() {
    let (world, first) = logged_in().await;
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    use_access_token(&world, &second).await;
    world.clock.advance(world.policy.sessions.reuse_window);
    assert_fails!(refresh(&world, &first.refresh_token).await, RefreshError::InvalidToken);
    assert_ended_for_reuse(&world, &first).await;
}

#[tokio::test]
async fn without_a_window_no_token_is_taken_twice() {
    let mut world = World::new().with_user(ANN).await;
    world.policy.sessions.reuse_window = Duration::ZERO;
    let first = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    refresh(&world, &first.refresh_token).await.unwrap();
    assert_fails!(refresh(&world, &first.refresh_token).await, RefreshError::InvalidToken);
    assert_ended_for_reuse(&world, &first).await;
}

/// What a token shares with all others of its session is no secret to whoever saw one of them.
#[tokio::test]
async fn only_the_whole_of_a_token_is_one() {
    let (world, tokens) = logged_in().await;
    let text = tokens.refresh_token.expose_secret();
    let (shared, own) = text.split_at(43);
    let made_up = "x".repeat(43);
    for wrong in ["", shared, own, &format!("{own}{shared}"), &format!("{made_up}{own}"), "é", &format!("{text}x")] {
        let outcome = world.sessions().refresh(&TokenSecret::new(wrong), &client()).await;
        assert_fails!(outcome, RefreshError::InvalidToken);
    }
    assert!(world.is_live(tokens.session), "a token that was never one ends nothing");
    assert!(refresh(&world, &tokens.refresh_token).await.is_ok());
}

#[tokio::test]
async fn what_opens_a_cookie_session_renews_none_and_the_other_way_round() {
    let (world, tokens) = logged_in().await;
    let opened =
        world.sessions().log_in_by_cookie(log_in(ANN, PASSWORD), &HeldCookies::default(), &client()).await.unwrap();
    let doubled = format!("{0}{0}", opened.secret.expose());
    let outcome = world.sessions().refresh(&TokenSecret::new(&doubled), &client()).await;
    assert_fails!(outcome, RefreshError::InvalidToken);
    for part in [&tokens.refresh_token.expose_secret()[..43], &tokens.refresh_token.expose_secret()[43..]] {
        let credential = Credential::Cookies(vec![TokenSecret::new(part)]);
        assert!(world.sessions().authenticate(&credential, None).await.is_err());
    }
    let credential = Credential::Cookies(vec![opened.secret]);
    assert_eq!(world.sessions().authenticate(&credential, None).await.unwrap().user.email.as_str(), ANN);
}

#[tokio::test]
async fn a_log_out_ends_the_refresh_token_too() {
    let (world, tokens) = logged_in().await;
    world.sessions().log_out(world.user(ANN).id, tokens.session, &client()).await.unwrap();
    assert_fails!(refresh(&world, &tokens.refresh_token).await, RefreshError::InvalidToken);
    assert_eq!(world.events(AuditKind::RefreshReused), []);
}

#[tokio::test]
async fn what_is_not_stored_gives_no_token_and_leaves_the_old_one_in_force() {
    let (world, tokens) = logged_in().await;
    world.store.fail_commits();
    let outcome = refresh(&world, &tokens.refresh_token).await;
    assert_fails!(outcome, RefreshError::Store(StoreError::Unavailable(_)));
    world.store.come_up();
    assert!(refresh(&world, &tokens.refresh_token).await.is_ok());
}

#[tokio::test]
async fn refreshes_from_one_place_are_limited() {
    let world = World::new().limiting(Limit::RefreshPerAddress, 2).with_user(ANN).await;
    let first = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    let third = refresh(&world, &second.refresh_token).await.unwrap();
    let outcome = refresh(&world, &third.refresh_token).await;
    assert_fails!(outcome, RefreshError::Limit(LimitError::Throttled(_)));
    world.clock.advance(Duration::from_hours(12));
    assert!(refresh(&world, &third.refresh_token).await.is_ok(), "the token was not touched");
}

#[tokio::test]
async fn the_notice_of_reuse_names_the_device_that_logged_in() {
    let (world, first) = logged_in().await;
    let second = refresh(&world, &first.refresh_token).await.unwrap();
    refresh(&world, &second.refresh_token).await.unwrap();
    let _ended = refresh(&world, &first.refresh_token).await;
    let messages = world.store.messages();
    let [notice] = &messages[..] else { panic!("one message, not {messages:?}") };
    assert_eq!(notice.facts.get(&Fact::Device).map(String::as_str), Some("Firefox on Linux"));
    assert!(world.store.begin().await.is_ok(), "nothing holds the store");
}
