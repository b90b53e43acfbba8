//! What people have beside their passwords.

mod adding;
mod keeping;
mod proving;

use ironplate_application::{
    Kind, Unproved,
    ports::StoreError,
    second_factors::{ConfirmAppError, EnrolAppError, MakeRecoveryCodesError, RemoveAppError, RenameAppError},
};
use ironplate_domain::{Actor, AuthenticatorAppId};
use ironplate_testkit::World;

use crate::faults::errors;

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";

/// Ann, who has just logged in.
async fn world() -> (World, Actor) {
    let world = World::new().with_user(ANN).await.with_user(BOB).await;
    let session = world.open_session(ANN).await;
    let ann = world.actor(ANN).by(session.id);
    (world, ann)
}

fn the_app(world: &World) -> AuthenticatorAppId {
    world.store.authenticator_apps()[0].id
}

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

errors! { |_denied|
    Unproved::SessionOver => Kind::Unauthenticated, "invalid_token";
    Unproved::NotRecent => Kind::Forbidden, "recent_authentication_required";
    Unproved::Store(away()) => Kind::Unavailable, "unavailable";
    EnrolAppError::TooMany => Kind::Conflict, "too_many_authenticator_apps";
    EnrolAppError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    EnrolAppError::Store(away()) => Kind::Unavailable, "unavailable";
    ConfirmAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    ConfirmAppError::Incorrect => Kind::Invalid, "incorrect_code";
    ConfirmAppError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    ConfirmAppError::Store(away()) => Kind::Unavailable, "unavailable";
    RenameAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    RenameAppError::Unproved(Unproved::SessionOver) => Kind::Unauthenticated, "invalid_token";
    RenameAppError::Store(away()) => Kind::Unavailable, "unavailable";
    RemoveAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    RemoveAppError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    RemoveAppError::Store(away()) => Kind::Unavailable, "unavailable";
    MakeRecoveryCodesError::NoSecondFactor => Kind::Conflict, "no_second_factor";
    MakeRecoveryCodesError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    MakeRecoveryCodesError::Store(away()) => Kind::Unavailable, "unavailable";
}
