//! Invitations: sending them, and what becomes of them.

mod accepting;
mod declining;
mod inviting;
mod overseeing;
mod seeing;
mod signing_up;
mod worth;

use std::{fmt::Debug, time::Duration};

use ironplate_application::{
    Fault, Kind, Missing, NewPasswordError, Unproved,
    invitations::{
        InvitationError, InvitationKey, Invite, InviteError, InvitedSignUp, InvitedSignUpError, NewMember, ResendError,
        RevokeError,
    },
    limits::{LimitError, Throttle},
    organizations::OrganizationError,
    ports::{Constraint, HashingError, InvitationOrder, OwnOrganization, StoreError},
};
use ironplate_domain::{AuditEvent, AuditKind, Invitation, OrganizationId, Role, TokenSecret, User};
use ironplate_testkit::{
    World,
    samples::{self, client},
    user,
};

use crate::{
    acting::{Target, acts},
    all,
    faults::errors,
};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const NEW: &str = "new@example.com";
const ROOT: &str = "root@example.com";
const ACME: &str = "Acme";

/// Ann owns Acme. Bob's address is proved, and Eve's is not.
async fn acme() -> World {
    let world = World::new().with_user(ANN).await.with(user(BOB).verified()).await.with_user(EVE).await;
    world.with_superuser(ROOT).await.with_organization(ANN, ACME).await
}

fn invitees(emails: &[&str], role: Role) -> Invite {
    Invite { emails: emails.iter().map(|email| (*email).to_owned()).collect(), role }
}

fn link(secret: &TokenSecret) -> InvitationKey {
    InvitationKey::Link(secret.clone())
}

/// Accepts by this key, as the user of this address.
async fn accept(world: &World, email: &str, key: InvitationKey) -> Result<OwnOrganization, InvitationError> {
    world.invitations().accept(world.actor(email), key, &client()).await
}

async fn sign_up(world: &World, secret: &TokenSecret) -> Result<NewMember, InvitedSignUpError> {
    let password = samples::password("the owner's");
    let command = InvitedSignUp { token: secret.clone(), password, full_name: Some(samples::full_name("New")) };
    world.invitations().sign_up(command, &client()).await
}

/// The one event of this kind.
fn the(world: &World, kind: AuditKind) -> AuditEvent {
    let events = world.events(kind);
    let [event] = &events[..] else { panic!("one {}, not {events:?}", kind.name()) };
    assert_eq!(event.client, client());
    event.clone()
}

/// By which code it was refused.
fn code<T: Debug>(outcome: Result<T, impl Fault>) -> &'static str {
    outcome.expect_err("a refusal").class().code
}

/// An organisation, and an invitation that its owner sent.
struct Inviting {
    organization: OrganizationId,
    sent: Invitation,
}

impl Target for Inviting {
    async fn of(owner: User, world: &World) -> Self {
        let world = world.clone().with_organization(owner.email.canonical(), ACME).await;
        let (sent, _) = world.invite(owner.email.canonical(), ACME, BOB, Role::Member).await;
        Self { organization: sent.organization, sent }
    }
}

acts! { |world, actor, to: Inviting|
    reads invitations.list(actor, to.organization, all(InvitationOrder::Newest), &client());
    changes invitations.invite(actor, to.organization, invitees(&[NEW], Role::Admin), &client());
    changes invitations.resend(actor, to.organization, to.sent.id, &client());
    changes invitations.revoke(actor, to.organization, to.sent.id, &client());
}

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

fn nowhere() -> OrganizationError {
    OrganizationError::NotFound(Missing)
}

fn throttled() -> LimitError {
    LimitError::Throttled(THROTTLE)
}

const THROTTLE: Throttle = Throttle { permits: 9, retry_after: Duration::ZERO, reset_after: Duration::ZERO };

errors! { |denied|
    InviteError::Organization(OrganizationError::Refused(denied.into())) => Kind::Denied(denied), "not_enough_privileges";
    InviteError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    InviteError::MailOff => Kind::Conflict, "mail_off";
    InviteError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    InviteError::Store(away()) => Kind::Unavailable, "unavailable";
    ResendError::Invite(InviteError::MailOff) => Kind::Conflict, "mail_off";
    ResendError::NotFound => Kind::NotFound, "invitation_not_found";
    ResendError::from(nowhere()) => Kind::NotFound, "organization_not_found";
    ResendError::from(away()) => Kind::Unavailable, "unavailable";
    RevokeError::Organization(nowhere()) => Kind::NotFound, "organization_not_found";
    RevokeError::NotFound => Kind::NotFound, "invitation_not_found";
    RevokeError::Store(away()) => Kind::Unavailable, "unavailable";
    InvitationError::NotFound => Kind::NotFound, "invitation_not_found";
    InvitationError::ForAnotherAccount => Kind::Forbidden, "invitation_for_another_account";
    InvitationError::TooManyMembers(1) => Kind::Conflict, "too_many_members";
    InvitationError::SessionOver => Kind::Unauthenticated, "invalid_token";
    InvitationError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    InvitationError::Store(away()) => Kind::Unavailable, "unavailable";
    InvitedSignUpError::Invitation(InvitationError::NotFound) => Kind::NotFound, "invitation_not_found";
    InvitedSignUpError::EmailTaken => Kind::Invalid, "email_taken";
    InvitedSignUpError::Inactive => Kind::Invalid, "inactive_user";
    InvitedSignUpError::Password(NewPasswordError::Hashing(HashingError::Busy)) => Kind::Unavailable, "busy";
    InvitedSignUpError::from(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    InvitedSignUpError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Invalid, "email_taken";
    InvitedSignUpError::from(away()) => Kind::Unavailable, "unavailable";
}
