//! What happened within an organisation, for those who answer for it.

use ironplate_application::{
    Refused,
    organizations::OrganizationError,
    ports::{AuditFilter, AuditRequest, StoreError},
};
use ironplate_domain::{AuditEvent, AuditKind, AuditOutcome, Client, Email, OrganizationId, Role};
use ironplate_testkit::{
    World,
    samples::{client, client_at},
};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, renamed};
use crate::{acting::all_events, assert_fails};

const NONE: OrganizationId = OrganizationId(Uuid::nil());

fn asking(filter: AuditFilter) -> AuditRequest {
    AuditRequest { filter, ..all_events() }
}

/// What somebody is told of an organisation.
async fn told(world: &World, email: &str, filter: AuditFilter) -> Vec<AuditEvent> {
    let (actor, id) = (world.actor_at(ACME, email), world.organization_called(ACME).id);
    world.audit().list_within(actor, id, asking(filter), &client()).await.unwrap().page.events
}

#[tokio::test]
async fn admins_owners_and_superusers_see_it_and_nobody_else_does() {
    for (role, sees) in [(Role::Viewer, false), (Role::Member, false), (Role::Admin, true), (Role::Owner, true)] {
        let world = acme_with_bob_as(role).await;
        let (bob, id) = (world.actor_at(ACME, BOB), world.organization_called(ACME).id);
        let outcome = world.audit().list_within(bob, id, all_events(), &client()).await;
        assert_eq!(outcome.is_ok(), sees, "{role}");
        if let Err(error) = outcome {
            assert!(matches!(error, OrganizationError::Refused(Refused::Denied(_))), "{error:?}");
        }
        assert!(world.audit().list_within(world.actor(ROOT), id, all_events(), &client()).await.is_ok());
    }
}

#[tokio::test]
async fn a_stranger_is_told_nothing_and_superusers_that_there_is_none() {
    let world = acme_with_bob_as(Role::Admin).await;
    for id in [world.organization_called(ACME).id, NONE] {
        let outcome = world.audit().list_within(world.actor_at(ACME, EVE), id, all_events(), &client()).await;
        assert_fails!(outcome, OrganizationError::Refused(Refused::Stranger(_)));
    }
    let outcome = world.audit().list_within(world.actor(ROOT), NONE, all_events(), &client()).await;
    assert_fails!(outcome, OrganizationError::NotFound(_));
}

/// Whoever tried to get in, and whoever was a member once, is an id there, as is a superuser.
#[tokio::test]
async fn members_are_named_and_nobody_else_is() {
    let world = acme_with_bob_as(Role::Admin).await.with_user("gone@example.com").await;
    let world = world.with_member(ACME, "gone@example.com", Role::Member).await;
    let (id, root) = (world.organization_called(ACME).id, world.actor(ROOT));
    let gone = world.actor_at(ACME, "gone@example.com");
    world.organizations().leave(gone, id, &client()).await.unwrap();
    assert!(world.organizations().read(world.actor_at(ACME, EVE), id, &client()).await.is_err());
    world.organizations().change(root, id, renamed("Umbrella"), &client()).await.unwrap();
    let ann = world.actor_at("Umbrella", ANN);
    world.organizations().change_role(ann, id, world.user(BOB).id, Role::Viewer, &client()).await.unwrap();

    for email in [ANN, ROOT] {
        let actor = world.actor_at("Umbrella", email);
        let listing = world.audit().list_within(actor, id, all_events(), &client()).await.unwrap();
        assert_eq!(listing.page.events.len(), 4, "{:?}", listing.page.events);
        let mut named: Vec<_> = listing.people.values().map(Email::as_str).collect();
        named.sort_unstable();
        assert_eq!(named, [ANN, BOB], "to {email}");
    }
}

#[tokio::test]
async fn where_somebody_was_they_alone_are_told() {
    let world = acme_with_bob_as(Role::Admin).await;
    let id = world.organization_called(ACME).id;
    let (ann, bob) = (world.actor_at(ACME, ANN), world.actor_at(ACME, BOB));
    world.organizations().change(ann, id, renamed("Acme 2"), &client_at("203.0.113.1")).await.unwrap();
    world.organizations().change(bob, id, renamed(ACME), &client_at("203.0.113.2")).await.unwrap();
    for (email, theirs) in [(ANN, ann.user), (BOB, bob.user)] {
        for event in told(&world, email, AuditFilter::default()).await {
            let is_theirs = event.actor == Some(theirs);
            assert_eq!(event.client != Client::default(), is_theirs, "{email}: {event:?}");
        }
    }
    let to_root = told(&world, ROOT, AuditFilter::default()).await;
    assert!(to_root.iter().all(|event| event.client == Client::default()), "the log of everything tells them");
}

#[tokio::test]
async fn it_is_filtered_and_whatever_is_asked_for_stays_within_the_organization() {
    let world = acme_with_bob_as(Role::Admin).await.with_organization(ANN, "Other").await;
    let (id, other) = (world.organization_called(ACME).id, world.organization_called("Other").id);
    world.organizations().change(world.actor_at("Other", ANN), other, renamed("Others"), &client()).await.unwrap();
    world.organizations().change(world.actor_at(ACME, BOB), id, renamed(ACME), &client()).await.unwrap();
    assert!(world.organizations().delete(world.actor_at(ACME, BOB), id, Some(ACME), &client()).await.is_err());
    world.organizations().leave(world.actor_at(ACME, BOB), id, &client()).await.unwrap();

    let (all, bob) = (AuditFilter::default, Some(world.user(BOB).id));
    let kinds = async |filter| -> Vec<AuditKind> {
        told(&world, ANN, filter).await.into_iter().map(|event| event.kind).collect()
    };
    let bobs = [AuditKind::MemberLeft, AuditKind::PermissionRefused];
    assert_eq!(kinds(all()).await, bobs, "a name that stays is no change");
    assert_eq!(kinds(AuditFilter { organization: Some(other), ..all() }).await, bobs);
    assert_eq!(kinds(AuditFilter { actor: bob, ..all() }).await, bobs);
    assert_eq!(kinds(AuditFilter { actor: Some(world.user(ANN).id), ..all() }).await, []);
    assert_eq!(kinds(AuditFilter { kind: Some(AuditKind::OrganizationChanged), ..all() }).await, []);
    let failed = AuditFilter { outcome: Some(AuditOutcome::Failure), ..all() };
    assert_eq!(kinds(failed).await, [AuditKind::PermissionRefused]);
}

#[tokio::test]
async fn without_storage_nothing_is_told() {
    let world = acme_with_bob_as(Role::Admin).await;
    let (ann, id) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
    world.store.go_down();
    let outcome = world.audit().list_within(ann, id, all_events(), &client()).await;
    assert_fails!(outcome, OrganizationError::Store(StoreError::Unavailable(_)));
}
