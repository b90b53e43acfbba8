//! A session ends.

use ironplate_testkit::samples::client;
use std::time::Duration;

use ironplate_application::{
    ports::{Clock, StoreError},
    sessions::AuthenticateError,
};
use ironplate_domain::{SessionId, UserId};
use ironplate_testkit::World;
use uuid::Uuid;

use crate::{assert_fails, bearer};

#[tokio::test]
async fn logging_out_ends_this_session_and_no_other() {
    let world = World::new().with_user("ann@example.com").await;
    let (this, other) = (world.open_session("ann@example.com").await, world.open_session("ann@example.com").await);
    let token = world.token_for(&this);
    world.clock.advance(Duration::from_mins(1));
    world.sessions().log_out(this.user, this.id, &client()).await.unwrap();
    assert_eq!(world.session(this.id).revoked_at, Some(world.clock.now()));
    assert!(world.is_live(other.id));
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn logging_out_twice_or_of_nothing_is_fine() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    let before = world.store.sessions();
    world.clock.advance(Duration::from_mins(1));
    assert!(world.sessions().log_out(session.user, session.id, &client()).await.is_ok());
    assert!(world.sessions().log_out(UserId(Uuid::nil()), SessionId(Uuid::nil()), &client()).await.is_ok());
    assert_eq!(world.store.sessions(), before);
}

#[tokio::test]
async fn a_log_out_that_is_not_stored_is_reported() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    world.store.fail_commits();
    assert_fails!(world.sessions().log_out(session.user, session.id, &client()).await, StoreError::Unavailable(_));
    world.store.go_down();
    assert_fails!(world.sessions().log_out(session.user, session.id, &client()).await, StoreError::Unavailable(_));
    assert!(world.is_live(session.id));
}
