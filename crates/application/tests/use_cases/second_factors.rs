//! What people have beside their passwords.

mod adding;
mod keeping;
mod passkeys;
mod proving;
mod resetting;

use std::time::Duration;

use ironplate_application::{
    Kind, Unproved,
    limits::{LimitError, Throttle},
    ports::StoreError,
    second_factors::{
        AddPasskeyError, BeginFactorError, ConfirmAppError, EnrolAppError, MakeRecoveryCodesError, RemoveAppError,
        RemovePasskeyError, RenameAppError, RenamePasskeyError, ResetSecondFactorsError, UnprovedAddress,
    },
    sessions::ConfirmSessionError,
};
use ironplate_domain::{Actor, AuthenticatorAppId, PasswordAttempt};
use ironplate_testkit::{World, samples::PASSWORD, user};

use crate::faults::errors;

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";

/// Ann, who has just logged in.
async fn world() -> (World, Actor) {
    let world = World::new().with(user(ANN).verified()).await.with_user(BOB).await;
    let session = world.open_session(ANN).await;
    let ann = world.actor(ANN).by(session.id);
    (world, ann)
}

/// What belongs to a first second factor.
fn password() -> PasswordAttempt {
    PasswordAttempt::new(PASSWORD)
}

fn the_app(world: &World) -> AuthenticatorAppId {
    world.store.authenticator_apps()[0].id
}

const THROTTLE: Throttle = Throttle { permits: 9, retry_after: Duration::ZERO, reset_after: Duration::ZERO };

fn throttled() -> LimitError {
    LimitError::Throttled(THROTTLE)
}

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

errors! { |denied|
    Unproved::SessionOver => Kind::Unauthenticated, "invalid_token";
    Unproved::NotRecent => Kind::Forbidden, "recent_authentication_required";
    Unproved::Store(away()) => Kind::Unavailable, "unavailable";
    EnrolAppError::TooMany => Kind::Conflict, "too_many_authenticator_apps";
    EnrolAppError::Begin(BeginFactorError::PasswordRequired) => Kind::Invalid, "password_required";
    BeginFactorError::PasswordRequired => Kind::Invalid, "password_required";
    BeginFactorError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    BeginFactorError::Password(ConfirmSessionError::Incorrect) => Kind::Invalid, "incorrect_password";
    BeginFactorError::Store(away()) => Kind::Unavailable, "unavailable";
    AddPasskeyError::Begin(BeginFactorError::PasswordRequired) => Kind::Invalid, "password_required";
    EnrolAppError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    EnrolAppError::Store(away()) => Kind::Unavailable, "unavailable";
    ConfirmAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    ConfirmAppError::UnprovedAddress(UnprovedAddress) => Kind::Conflict, "email_unverified";
    ConfirmAppError::Incorrect => Kind::Invalid, "incorrect_code";
    ConfirmAppError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    ConfirmAppError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    ConfirmAppError::Store(away()) => Kind::Unavailable, "unavailable";
    RenameAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    RenameAppError::Unproved(Unproved::SessionOver) => Kind::Unauthenticated, "invalid_token";
    RenameAppError::Store(away()) => Kind::Unavailable, "unavailable";
    RemoveAppError::NotFound => Kind::NotFound, "authenticator_app_not_found";
    RemoveAppError::Last => Kind::Conflict, "last_second_factor";
    RemoveAppError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    RemoveAppError::Store(away()) => Kind::Unavailable, "unavailable";
    AddPasskeyError::NotOffered => Kind::Conflict, "passkeys_not_offered";
    AddPasskeyError::TooMany => Kind::Conflict, "too_many_passkeys";
    AddPasskeyError::InvalidChallenge => Kind::Invalid, "invalid_challenge";
    AddPasskeyError::UnprovedAddress(UnprovedAddress) => Kind::Conflict, "email_unverified";
    AddPasskeyError::Unverified => Kind::Invalid, "incorrect_passkey";
    AddPasskeyError::Taken => Kind::Conflict, "passkey_taken";
    AddPasskeyError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    AddPasskeyError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    AddPasskeyError::Store(away()) => Kind::Unavailable, "unavailable";
    RenamePasskeyError::NotFound => Kind::NotFound, "passkey_not_found";
    RenamePasskeyError::Unproved(Unproved::SessionOver) => Kind::Unauthenticated, "invalid_token";
    RenamePasskeyError::Store(away()) => Kind::Unavailable, "unavailable";
    RemovePasskeyError::NotFound => Kind::NotFound, "passkey_not_found";
    RemovePasskeyError::Last => Kind::Conflict, "last_second_factor";
    RemovePasskeyError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    RemovePasskeyError::Store(away()) => Kind::Unavailable, "unavailable";
    MakeRecoveryCodesError::NoSecondFactor => Kind::Conflict, "no_second_factor";
    MakeRecoveryCodesError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    MakeRecoveryCodesError::Store(away()) => Kind::Unavailable, "unavailable";
    ResetSecondFactorsError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    ResetSecondFactorsError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    ResetSecondFactorsError::Oneself => Kind::Forbidden, "superuser_resets_self";
    ResetSecondFactorsError::NotFound => Kind::NotFound, "user_not_found";
    ResetSecondFactorsError::Store(away()) => Kind::Unavailable, "unavailable";
}
