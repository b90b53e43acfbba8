//! Whoever must have a second factor and has none does nothing else before.

use std::time::Duration;

use ironplate_application::{
    SecondFactorPolicy,
    second_factors::RemoveAppError,
    sessions::{AuthenticateError, Reach},
    users::UpdateUser,
};
use ironplate_domain::Session;
use ironplate_testkit::{World, samples::client};

use crate::{assert_fails, bearer};

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";

/// Ann and Root are logged in since before the operator decided this.
async fn world(policy: SecondFactorPolicy) -> (World, Session, Session) {
    let mut world = World::new().with_user(ANN).await.with_superuser(ROOT).await;
    let (ann, root) = (world.open_session(ANN).await, world.open_session(ROOT).await);
    world.policy.second_factor = policy;
    (world, ann, root)
}

async fn authenticate(world: &World, session: &Session, reach: Reach) -> Result<(), AuthenticateError> {
    world.sessions().authenticate_for(reach, &bearer(&world.token_for(session)), None).await.map(drop)
}

#[tokio::test]
async fn whoever_must_have_one_is_held_to_it_in_sessions_that_are_open() {
    for (policy, ann_must, root_must) in [
        (SecondFactorPolicy::Optional, false, false),
        (SecondFactorPolicy::Superusers, false, true),
        (SecondFactorPolicy::Everybody, true, true),
    ] {
        let (world, ann, root) = world(policy).await;
        for (session, must) in [(&ann, ann_must), (&root, root_must)] {
            match authenticate(&world, session, Reach::Everything).await {
                Ok(()) => assert!(!must, "{policy:?}"),
                Err(AuthenticateError::EnrolmentRequired(at)) => {
                    assert!(must && at.ends_with("/dashboard/settings/security"), "{policy:?}: {at}");
                }
                Err(error) => panic!("{error:?}"),
            }
            authenticate(&world, session, Reach::Enrolment).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_app_that_counts_ends_it() {
    let (world, ann, root) = world(SecondFactorPolicy::Everybody).await;
    world.add_app(ANN).await;
    authenticate(&world, &ann, Reach::Everything).await.unwrap();
    assert_fails!(authenticate(&world, &root, Reach::Everything).await, AuthenticateError::EnrolmentRequired(_));
}

/// Who is made a superuser while they are logged in, too.
#[tokio::test]
async fn it_counts_what_somebody_is_at_this_moment() {
    let (world, ann, _) = world(SecondFactorPolicy::Superusers).await;
    authenticate(&world, &ann, Reach::Everything).await.unwrap();
    let root = world.actor(ROOT);
    let rank = UpdateUser { is_superuser: Some(true), ..UpdateUser::default() };
    world.users().update(root, ann.id, ann.user, rank, &client()).await.unwrap();
    assert_fails!(authenticate(&world, &ann, Reach::Everything).await, AuthenticateError::EnrolmentRequired(_));
}

#[tokio::test]
async fn a_session_that_is_over_is_over_first() {
    let (world, ann, _) = world(SecondFactorPolicy::Everybody).await;
    world.clock.advance(Duration::from_hours(24 * 365));
    assert_fails!(
        world.sessions().authenticate(&bearer(&world.token_for(&ann)), None).await,
        AuthenticateError::InvalidToken
    );
}

#[tokio::test]
async fn the_last_one_stays_with_whoever_must_have_one() {
    for (policy, stays) in [(SecondFactorPolicy::Everybody, true), (SecondFactorPolicy::Superusers, false)] {
        let (world, ann, _) = world(policy).await;
        world.add_app(ANN).await;
        let (actor, app) = (world.actor(ANN).by(ann.id), world.store.authenticator_apps()[0].id);
        let outcome = world.second_factors().remove(actor, app, &client()).await;
        if stays {
            assert_fails!(outcome, RemoveAppError::Last);
            world.add_app(ANN).await;
            world.second_factors().remove(actor, app, &client()).await.unwrap();
        } else {
            outcome.unwrap();
        }
    }
}
