//! Leaving organisations.

use std::time::Duration;

use ironplate_application::{
    organizations::MemberError,
    ports::{Clock, Secrets, Store},
};
use ironplate_domain::{AuditKind, Invitation, InvitationId, OrganizationChanges, Role};
use ironplate_testkit::{
    World,
    samples::{client, email},
};

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, the};
use crate::assert_fails;

async fn leave(world: &World, who: &str) -> Result<(), MemberError> {
    world.organizations().leave(world.actor_at(ACME, who), world.organization_called(ACME).id, &client()).await
}

#[tokio::test]
async fn members_of_all_roles_leave() {
    for role in Role::ALL {
        let world = acme_with_bob_as(role).await;
        leave(&world, BOB).await.unwrap();
        assert_eq!((world.role(ACME, BOB), world.store.messages()), (None, vec![]));
        let event = the(&world, AuditKind::MemberLeft);
        let (bob, acme) = (Some(world.user(BOB).id), Some(world.organization_called(ACME).id));
        assert_eq!((event.actor, event.subject, event.organization), (bob, bob, acme));
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = acme_with_bob_as(Role::Admin).await;
    assert_fails!(leave(&world, ANN).await, MemberError::LastOwner);
    assert_eq!(world.role(ACME, ANN), Some(Role::Owner));
    assert_eq!(the(&world, AuditKind::MemberLeft).outcome.name(), "failure");
}

/// What they are told by mail when they join: that they can leave at any time.
#[tokio::test]
async fn those_leave_whom_the_organization_bars() {
    let world = acme_with_bob_as(Role::Member).await;
    world.add_app(ANN).await;
    let asks = OrganizationChanges { requires_second_factor: Some(true), ..OrganizationChanges::default() };
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
    world.organizations().change(ann, acme, asks, &client()).await.unwrap();
    assert!(world.actor_at(ACME, BOB).is_barred_from(acme));
    leave(&world, BOB).await.unwrap();
    assert_eq!(world.role(ACME, BOB), None);
}

#[tokio::test]
async fn who_is_no_member_leaves_nothing() {
    let world = acme_with_bob_as(Role::Admin).await;
    assert_eq!(code(leave(&world, EVE).await), "organization_not_found");
    assert_fails!(leave(&world, ROOT).await, MemberError::NotFound);
}

/// Or an admin who is about to go invites an address of their own.
#[tokio::test]
async fn invitations_that_somebody_sent_go_with_them() {
    for is_removed in [false, true] {
        let world = acme_with_bob_as(Role::Admin).await;
        let kept = invitation(&world, ANN, "kept@example.com").await;
        invitation(&world, BOB, "gone@example.com").await;
        if is_removed {
            let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
            world.organizations().remove_member(ann, acme, world.user(BOB).id, &client()).await.unwrap();
        } else {
            leave(&world, BOB).await.unwrap();
        }
        assert_eq!(world.store.invitations(), [kept]);
    }
}

async fn invitation(world: &World, by: &str, to: &str) -> Invitation {
    let (id, email) = (InvitationId(world.secrets.id()), email(to));
    let (organization, invited_by) = (world.organization_called(ACME).id, world.user(by).id);
    let (digest, created_at) = (world.secrets.token().1, world.clock.now());
    let expires_at = created_at.after(Duration::from_hours(1));
    let invitation =
        Invitation { id, organization, email, role: Role::Member, invited_by, digest, created_at, expires_at };
    let mut work = world.store.begin().await.unwrap();
    assert!(work.invitations().add(&invitation, created_at).await.unwrap());
    work.commit().await.unwrap();
    invitation
}
