//! Seeing organisations and their members.

use ironplate_application::{
    Refused,
    organizations::{ListOrganizationsError, MemberError, OrganizationError},
    ports::{Count, MemberOrder, OrganizationOrder, OwnOrder, StoreError},
};
use ironplate_domain::{AuditDetail, AuditKind, OrganizationId, Role};
use ironplate_testkit::samples::client;
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, the};
use crate::{all, assert_fails};

const NONE: OrganizationId = OrganizationId(Uuid::nil());

#[tokio::test]
async fn members_of_all_roles_and_superusers_see_it_and_its_members() {
    for role in Role::ALL {
        let world = acme_with_bob_as(role).await;
        let acme = world.organization_called(ACME);
        for email in [BOB, ROOT] {
            let actor = world.actor_at(ACME, email);
            assert_eq!(world.organizations().read(actor, acme.id, &client()).await.unwrap(), acme);
            let page = all(MemberOrder::Email);
            let members = world.organizations().list_members(actor, acme.id, None, page, &client()).await;
            let members = members.unwrap().rows;
            let roles: Vec<_> = members.iter().map(|member| (member.email.as_str(), member.role)).collect();
            assert_eq!(roles, [(ANN, Role::Owner), (BOB, role)]);
        }
    }
}

#[tokio::test]
async fn members_are_listed_by_role() {
    let world = acme_with_bob_as(Role::Viewer).await;
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
    let page = || all(MemberOrder::Newest);
    let viewers = world.organizations().list_members(ann, acme, Some(Role::Viewer), page(), &client()).await.unwrap();
    assert_eq!((viewers.rows.len(), viewers.rows[0].id, viewers.count), (1, world.user(BOB).id, Count::Exactly(1)));
    let admins = world.organizations().list_members(ann, acme, Some(Role::Admin), page(), &client()).await.unwrap();
    assert_eq!(admins.count, Count::Exactly(0));
}

#[tokio::test]
async fn one_member_is_seen_by_the_others_and_nobody_else_is_one() {
    for role in Role::ALL {
        let world = acme_with_bob_as(role).await.with_organization(EVE, "Eves").await;
        let acme = world.organization_called(ACME).id;
        let look = async |by, of| {
            world.organizations().read_member(world.actor_at(ACME, by), acme, world.user(of).id, &client()).await
        };
        for email in [ANN, BOB, ROOT] {
            let member = look(email, BOB).await.unwrap();
            assert_eq!((member.email.as_str(), member.role), (BOB, role));
            assert_fails!(look(email, EVE).await, MemberError::NotFound);
        }
        let strange = look(EVE, BOB).await;
        assert_fails!(strange, MemberError::Organization(OrganizationError::Refused(Refused::Stranger(_))));
        let nowhere = world.organizations().read_member(world.actor(ROOT), NONE, world.user(BOB).id, &client()).await;
        assert_fails!(nowhere, MemberError::Organization(OrganizationError::NotFound(_)));
    }
}

/// One that is there, one that is none, and one that knew them once.
#[tokio::test]
async fn a_stranger_is_told_the_same_of_every_organization_and_it_is_recorded_there() {
    let world = acme_with_bob_as(Role::Admin).await.with_organization(BOB, "Bobs").await;
    let bob = world.actor_at(ACME, BOB);
    world.organizations().leave(bob, world.organization_called(ACME).id, &client()).await.unwrap();
    for (email, id) in [
        (EVE, world.organization_called(ACME).id),
        (EVE, NONE),
        (BOB, world.organization_called(ACME).id),
        (ANN, world.organization_called("Bobs").id),
    ] {
        let before = world.events(AuditKind::PermissionRefused).len();
        let actor = world.actor_at(ACME, email);
        let outcome = world.organizations().read(actor, id, &client()).await;
        assert_fails!(outcome, OrganizationError::Refused(Refused::Stranger(_)));
        let outcome = world.organizations().list_members(actor, id, None, all(MemberOrder::Newest), &client()).await;
        assert_fails!(outcome, OrganizationError::Refused(Refused::Stranger(_)));
        let events = world.events(AuditKind::PermissionRefused);
        assert_eq!(events.len(), before + 2);
        let told = |event: &ironplate_domain::AuditEvent| (event.actor, event.subject, event.organization);
        assert!(events[before..].iter().all(|event| told(event) == (Some(actor.user), None, Some(id))));
    }
}

#[tokio::test]
async fn superusers_are_told_that_there_is_none() {
    let world = acme_with_bob_as(Role::Member).await;
    let root = world.actor(ROOT);
    assert_fails!(world.organizations().read(root, NONE, &client()).await, OrganizationError::NotFound(_));
    let outcome = world.organizations().list_members(root, NONE, None, all(MemberOrder::Newest), &client()).await;
    assert_fails!(outcome, OrganizationError::NotFound(_));
    assert_eq!(world.store.audit_events(), []);
}

#[tokio::test]
async fn users_list_their_own_and_superusers_everybodys() {
    let world = acme_with_bob_as(Role::Viewer).await.with_organization(EVE, "Eves").await;
    for (email, expected) in [(ANN, Some((ACME, Role::Owner))), (BOB, Some((ACME, Role::Viewer))), (ROOT, None)] {
        let own = world.organizations().list_own(world.actor(email), all(OwnOrder::Newest)).await.unwrap().rows;
        let own: Vec<_> = own.iter().map(|own| (own.organization.name.as_str(), own.role)).collect();
        assert_eq!(own, Vec::from_iter(expected), "{email}");
    }
    let everybodys = world.organizations().list_all(world.actor(ROOT), all(OrganizationOrder::Name), &client()).await;
    let names: Vec<_> = everybodys.unwrap().rows.into_iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, [ACME, "Eves"]);
    let (ann, page) = (world.actor_at(ACME, ANN), all(OrganizationOrder::Name));
    let denied = world.organizations().list_all(ann, page, &client()).await;
    assert_fails!(denied, ListOrganizationsError::Denied(_));
    let event = the(&world, AuditKind::PermissionRefused);
    assert_eq!(event.details.get(&AuditDetail::Resource).map(String::as_str), Some("organizations"));
}

#[tokio::test]
async fn without_storage_nothing_is_seen() {
    let world = acme_with_bob_as(Role::Admin).await;
    let (ann, root, acme) = (world.actor_at(ACME, ANN), world.actor(ROOT), world.organization_called(ACME).id);
    world.store.go_down();
    let outcome = world.organizations().read(ann, acme, &client()).await;
    assert_fails!(outcome, OrganizationError::Store(StoreError::Unavailable(_)));
    let outcome = world.organizations().list_members(ann, acme, None, all(MemberOrder::Newest), &client()).await;
    assert_fails!(outcome, OrganizationError::Store(StoreError::Unavailable(_)));
    let outcome = world.organizations().read_member(ann, acme, ann.user, &client()).await;
    assert_fails!(outcome, MemberError::Store(StoreError::Unavailable(_)));
    let outcome = world.organizations().list_all(root, all(OrganizationOrder::Newest), &client()).await;
    assert_fails!(outcome, ListOrganizationsError::Store(StoreError::Unavailable(_)));
    assert_fails!(world.organizations().list_own(ann, all(OwnOrder::Newest)).await, StoreError::Unavailable(_));
}
