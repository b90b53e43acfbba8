//! From an access token to the user behind it.

use ironplate_testkit::samples::client;
use std::{sync::Arc, time::Duration};

use ironplate_application::{
    Ports,
    ports::{AccessTokens, InvalidToken, MockAccessTokens, Store, StoreError},
    sessions::{AuthenticateError, Sessions},
};
use ironplate_domain::{Session, SessionId, UserChanges};
use ironplate_testkit::{FakeTokens, World, user};
use uuid::Uuid;

use crate::{assert_fails, bearer};

#[tokio::test]
async fn a_token_stands_for_the_user_as_they_are_now() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    let found = world.sessions().authenticate(&bearer(&token)).await.unwrap();
    assert_eq!((found.user, found.session), (world.user("ann@example.com"), session.clone()));

    let mut work = world.store.begin().await.unwrap();
    let promoted = UserChanges { is_superuser: Some(true), ..UserChanges::default() };
    work.users().update(session.user, &promoted).await.unwrap();
    work.commit().await.unwrap();
    assert!(world.sessions().authenticate(&bearer(&token)).await.unwrap().user.is_superuser);
}

#[tokio::test]
async fn a_token_that_is_not_ours_reaches_no_storage() {
    let world = World::new();
    let mut tokens = MockAccessTokens::new();
    tokens.expect_verify().returning(|_, _| Err(InvalidToken));
    let sessions = Sessions::new(&world.core(&Ports { tokens: Arc::new(tokens), ..world.ports() }));
    world.store.go_down();
    assert_fails!(sessions.authenticate(&bearer("forged")).await, AuthenticateError::InvalidToken);
    assert_fails!(world.sessions().authenticate(&bearer("")).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_token_holds_until_it_expires() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    world.clock.advance(world.tokens.lifetime().saturating_sub(Duration::from_micros(1)));
    assert!(world.sessions().authenticate(&bearer(&token)).await.is_ok());
    world.clock.advance(Duration::from_micros(1));
    assert_fails!(world.sessions().authenticate(&bearer(&token)).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_session_that_expired_is_over_whatever_its_token_says() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let world = World { tokens: FakeTokens::lasting(Duration::from_hours(100)), ..world };
    let token = world.token_for(&session);
    world.clock.set(session.expires_at);
    assert_fails!(world.sessions().authenticate(&bearer(&token)).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_token_of_no_session_or_of_somebody_elses_is_refused() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let (anns, bobs) = (world.open_session("ann@example.com").await, world.open_session("bob@example.com").await);
    let unknown = world.token_for(&Session { id: SessionId(Uuid::nil()), ..anns.clone() });
    assert_fails!(world.sessions().authenticate(&bearer(&unknown)).await, AuthenticateError::InvalidToken);
    let foreign = world.token_for(&Session { id: bobs.id, ..anns });
    assert_fails!(world.sessions().authenticate(&bearer(&foreign)).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_deleted_user_is_not_found() {
    let world = World::new().with_user("ann@example.com").await;
    let token = world.token_for(&world.open_session("ann@example.com").await);
    world.accounts().delete_account(world.actor("ann@example.com"), &client()).await.unwrap();
    assert_fails!(world.sessions().authenticate(&bearer(&token)).await, AuthenticateError::UserNotFound);
}

#[tokio::test]
async fn an_inactive_user_is_told_so() {
    let world = World::new().with(user("ann@example.com").inactive()).await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    assert_fails!(world.sessions().authenticate(&bearer(&token)).await, AuthenticateError::Inactive);
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    assert_fails!(world.sessions().authenticate(&bearer(&token)).await, AuthenticateError::Inactive);
}

#[tokio::test]
async fn without_storage_nobody_is_recognised() {
    let world = World::new().with_user("ann@example.com").await;
    let token = world.token_for(&world.open_session("ann@example.com").await);
    world.store.go_down();
    let outcome = world.sessions().authenticate(&bearer(&token)).await;
    assert_fails!(outcome, AuthenticateError::Store(StoreError::Unavailable(_)));
}
