//! Organisations: making, changing and deleting them, and who is in them as what.

mod auditing;
mod changing;
mod creating;
mod deleting;
mod handing_over;
mod leaving;
mod members;
pub(crate) mod requiring;
mod seeing;
mod succession;

use std::{fmt::Debug, time::Duration};

use ironplate_application::{
    Fault, Kind, Missing, Unproved,
    limits::{LimitError, Throttle},
    organizations::{
        ChangeOrganizationError, CreateOrganization, CreateOrganizationError, DeleteOrganizationError,
        ListOrganizationsError, MemberError, OrganizationError, OrganizationSize,
    },
    ports::{Constraint, MemberOrder, OrganizationOrder, StoreError},
};
use ironplate_domain::{AuditEvent, AuditKind, Organization, OrganizationChanges, Role, User, UserId};
use ironplate_testkit::{
    World,
    samples::{client, slug, text},
};

use crate::{
    acting::{Target, acts, all_events},
    all,
    faults::errors,
};

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BOB: &str = "bob@example.com";
pub(crate) const EVE: &str = "eve@example.com";
pub(crate) const ROOT: &str = "root@example.com";
pub(crate) const ACME: &str = "Acme";

/// Ann owns Acme, Bob is in it as this, and Eve is not.
pub(crate) async fn acme_with_bob_as(role: Role) -> World {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_user(EVE).await;
    let world = world.with_superuser(ROOT).await;
    world.with_organization(ANN, ACME).await.with_member(ACME, BOB, role).await
}

fn new(name: &str) -> CreateOrganization {
    CreateOrganization { name: text(name), slug: None }
}

/// The one event of this kind.
fn the(world: &World, kind: AuditKind) -> AuditEvent {
    let events = world.events(kind);
    let [event] = &events[..] else { panic!("one {}, not {events:?}", kind.name()) };
    assert_eq!(event.client, client());
    event.clone()
}

/// By which code it was refused.
pub(crate) fn code<T: Debug>(outcome: Result<T, impl Fault>) -> &'static str {
    outcome.expect_err("a refusal").class().code
}

/// An organisation, and a member of it who owns nothing.
struct Staffed {
    organization: Organization,
    member: UserId,
}

impl Target for Staffed {
    async fn of(owner: User, world: &World) -> Self {
        let world = world.clone().with_user(EVE).await.with_organization(owner.email.canonical(), ACME).await;
        world.clone().with_member(ACME, EVE, Role::Member).await;
        Self { organization: world.organization_called(ACME), member: world.user(EVE).id }
    }
}

acts! { |world, actor, to: Staffed|
    reads organizations.read(actor, to.organization.id, &client());
    reads organizations.list_all(actor, all(OrganizationOrder::Newest), &client());
    reads organizations.list_members(actor, to.organization.id, None, all(MemberOrder::Newest), &client());
    reads organizations.read_member(actor, to.organization.id, to.member, &client());
    reads organizations.size(actor, to.organization.id, &client());
    changes organizations.change(actor, to.organization.id, renamed("Umbrella"), &client());
    changes organizations.delete(actor, to.organization.id, Some(ACME), &client());
    changes organizations.change_role(actor, to.organization.id, to.member, Role::Admin, &client());
    changes organizations.remove_member(actor, to.organization.id, to.member, &client());
    changes organizations.transfer(actor, to.organization.id, to.member, &client());
    reads audit.list_within(actor, to.organization.id, all_events(), &client());
}

fn renamed(name: &str) -> OrganizationChanges {
    OrganizationChanges { name: Some(text(name)), ..OrganizationChanges::default() }
}

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

fn size() -> OrganizationSize {
    OrganizationSize { members: 1, invitations: 0, owned: [("items", 2)].into() }
}

const THROTTLE: Throttle = Throttle { permits: 9, retry_after: Duration::ZERO, reset_after: Duration::ZERO };

errors! { |denied|
    OrganizationError::Refused(denied.into()) => Kind::Denied(denied), "not_enough_privileges";
    OrganizationError::NotFound(Missing) => Kind::NotFound, "organization_not_found";
    OrganizationError::Store(away()) => Kind::Unavailable, "unavailable";
    ListOrganizationsError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    ListOrganizationsError::Store(away()) => Kind::Unavailable, "unavailable";
    CreateOrganizationError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    CreateOrganizationError::Closed => Kind::Forbidden, "organization_creation_closed";
    CreateOrganizationError::SlugTaken(slug("acme")) => Kind::Conflict, "slug_taken";
    CreateOrganizationError::TooMany(1) => Kind::Conflict, "too_many_organizations";
    CreateOrganizationError::SessionOver => Kind::Unauthenticated, "invalid_token";
    CreateOrganizationError::Limit(LimitError::Throttled(THROTTLE)) => Kind::Throttled(THROTTLE), "too_many_attempts";
    CreateOrganizationError::Store(away()) => Kind::Unavailable, "unavailable";
    ChangeOrganizationError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    ChangeOrganizationError::NoSecondFactor => Kind::Conflict, "no_second_factor";
    ChangeOrganizationError::Organization(OrganizationError::NotFound(Missing)) => Kind::NotFound, "organization_not_found";
    ChangeOrganizationError::Limit(LimitError::Throttled(THROTTLE)) => Kind::Throttled(THROTTLE), "too_many_attempts";
    ChangeOrganizationError::SlugTaken => Kind::Conflict, "slug_taken";
    ChangeOrganizationError::Store(away()) => Kind::Unavailable, "unavailable";
    ChangeOrganizationError::from(StoreError::Conflict(Constraint::OrganizationSlug)) => Kind::Conflict, "slug_taken";
    ChangeOrganizationError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Internal, "internal_error";
    DeleteOrganizationError::Organization(OrganizationError::NotFound(Missing)) => Kind::NotFound, "organization_not_found";
    DeleteOrganizationError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    DeleteOrganizationError::NameRequired(text(ACME), size()) => Kind::Invalid, "name_required";
    DeleteOrganizationError::Store(away()) => Kind::Unavailable, "unavailable";
    MemberError::Organization(OrganizationError::NotFound(Missing)) => Kind::NotFound, "organization_not_found";
    MemberError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    MemberError::NotFound => Kind::NotFound, "member_not_found";
    MemberError::LastOwner => Kind::Conflict, "last_owner";
    MemberError::Limit(LimitError::Throttled(THROTTLE)) => Kind::Throttled(THROTTLE), "too_many_attempts";
    MemberError::Inactive => Kind::Conflict, "inactive_member";
    MemberError::Store(away()) => Kind::Unavailable, "unavailable";
}
