//! From an access token to the user behind it.

use ironplate_testkit::samples::{PASSWORD, client};
use std::{sync::Arc, time::Duration};

use ironplate_application::{
    Ports,
    organizations::SoleOwned,
    ports::{AccessTokens, AtHand, InvalidToken, MockAccessTokens, Store, StoreError},
    sessions::{AuthenticateError, Credential, HeldCookies, Sessions},
};
use ironplate_domain::{OrganizationId, Role, Session, SessionId, UserChanges};
use ironplate_testkit::{FakeTokens, World, user};
use uuid::Uuid;

use crate::{assert_fails, bearer, log_in};

#[tokio::test]
async fn a_token_stands_for_the_user_as_they_are_now() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    let found = world.sessions().authenticate(&bearer(&token), None).await.unwrap();
    assert_eq!((found.user, found.session), (world.user("ann@example.com"), session.clone()));

    let mut work = world.store.begin().await.unwrap();
    let promoted = UserChanges { is_superuser: Some(true), ..UserChanges::default() };
    work.users().update(session.user, &promoted).await.unwrap();
    work.commit().await.unwrap();
    assert!(world.sessions().authenticate(&bearer(&token), None).await.unwrap().user.is_superuser);
}

#[tokio::test]
async fn who_names_an_organization_comes_with_what_they_are_in_it_now() {
    let world = World::new().with_user("ann@example.com").await;
    world.organization("Acme", &[("ann@example.com", Role::Admin)]).await;
    let (acme, other) = (world.organization_called("Acme"), world.organization("Other", &[]).await);
    let session = world.open_session("ann@example.com").await;
    let log_in = log_in("ann@example.com", PASSWORD);
    let opened = world.sessions().log_in_by_cookie(log_in, &HeldCookies::default(), &client()).await.unwrap();
    for credential in [bearer(&world.token_for(&session)), Credential::Cookies(vec![opened.secret])] {
        let at = async |id| world.sessions().authenticate(&credential, id).await.unwrap().at;
        let at_hand = AtHand { organization: acme.clone(), role: Role::Admin, is_barred: false };
        assert_eq!(at(Some(acme.id)).await, Some(at_hand));
        assert_eq!(at(None).await, None);
        for strange in [other, OrganizationId(Uuid::nil())] {
            assert_eq!(at(Some(strange)).await, None);
        }
    }
    let mut work = world.store.begin().await.unwrap();
    work.memberships().remove(acme.id, session.user).await.unwrap();
    work.commit().await.unwrap();
    let found = world.sessions().authenticate(&bearer(&world.token_for(&session)), Some(acme.id)).await.unwrap();
    assert_eq!(found.at, None, "the next request of a removed member is a stranger's");
}

#[tokio::test]
async fn a_token_that_is_not_ours_reaches_no_storage() {
    let world = World::new();
    let mut tokens = MockAccessTokens::new();
    tokens.expect_verify().returning(|_, _| Err(InvalidToken));
    let sessions = Sessions::new(&world.core(&Ports { tokens: Arc::new(tokens), ..world.ports() }));
    world.store.go_down();
    assert_fails!(sessions.authenticate(&bearer("forged"), None).await, AuthenticateError::InvalidToken);
    assert_fails!(world.sessions().authenticate(&bearer(""), None).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_token_holds_until_it_expires() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    world.clock.advance(world.tokens.lifetime().saturating_sub(Duration::from_micros(1)));
    assert!(world.sessions().authenticate(&bearer(&token), None).await.is_ok());
    world.clock.advance(Duration::from_micros(1));
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_session_that_expired_is_over_whatever_its_token_says() {
    let world = World::new().with_user("ann@example.com").await;
    let session = world.open_session("ann@example.com").await;
    let world = World { tokens: FakeTokens::lasting(Duration::from_hours(100)), ..world };
    let token = world.token_for(&session);
    world.clock.set(session.expires_at);
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_token_of_no_session_or_of_somebody_elses_is_refused() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let (anns, bobs) = (world.open_session("ann@example.com").await, world.open_session("bob@example.com").await);
    let unknown = world.token_for(&Session { id: SessionId(Uuid::nil()), ..anns.clone() });
    assert_fails!(world.sessions().authenticate(&bearer(&unknown), None).await, AuthenticateError::InvalidToken);
    let foreign = world.token_for(&Session { id: bobs.id, ..anns });
    assert_fails!(world.sessions().authenticate(&bearer(&foreign), None).await, AuthenticateError::InvalidToken);
}

#[tokio::test]
async fn a_deleted_user_is_not_found() {
    let world = World::new().with_user("ann@example.com").await;
    let token = world.token_for(&world.open_session("ann@example.com").await);
    world.accounts().delete_account(world.actor("ann@example.com"), SoleOwned::Keep, &client()).await.unwrap();
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::UserNotFound);
}

#[tokio::test]
async fn an_inactive_user_is_told_so() {
    let world = World::new().with(user("ann@example.com").inactive()).await;
    let session = world.open_session("ann@example.com").await;
    let token = world.token_for(&session);
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::Inactive);
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    assert_fails!(world.sessions().authenticate(&bearer(&token), None).await, AuthenticateError::Inactive);
}

#[tokio::test]
async fn without_storage_nobody_is_recognised() {
    let world = World::new().with_user("ann@example.com").await;
    let token = world.token_for(&world.open_session("ann@example.com").await);
    world.store.go_down();
    let outcome = world.sessions().authenticate(&bearer(&token), None).await;
    assert_fails!(outcome, AuthenticateError::Store(StoreError::Unavailable(_)));
}
