//! Deleting organisations.

use ironplate_application::organizations::{DeleteOrganizationError, OrganizationSize};
use ironplate_domain::{AuditKind, AuditOutcome, Fact, MailTemplate, OrganizationId, Role};
use ironplate_testkit::{FakeStore, World, samples::client};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, the};
use crate::assert_fails;

async fn delete(world: &World, by: &str, name: Option<&str>) -> Result<OrganizationSize, DeleteOrganizationError> {
    world.organizations().delete(world.actor_at(ACME, by), world.organization_called(ACME).id, name, &client()).await
}

#[tokio::test]
async fn owners_and_superusers_delete_it_with_all_that_it_has() {
    for (role, by, may) in [
        (Role::Viewer, BOB, false),
        (Role::Member, BOB, false),
        (Role::Admin, BOB, false),
        (Role::Owner, BOB, true),
        (Role::Viewer, ROOT, true),
    ] {
        let world = acme_with_bob_as(role).await.with_organization(EVE, "Eves").await;
        let (actor, acme) = (world.actor_at(ACME, by), world.organization_called(ACME).id);
        let outcome = delete(&world, by, Some(ACME)).await;
        if !may {
            assert_eq!(code(outcome), "not_enough_privileges", "{role}");
            assert_eq!(world.store.organizations().len(), 2);
            continue;
        }
        let OrganizationSize { members, invitations, owned } = outcome.unwrap();
        assert_eq!((members, invitations), (2, 0));
        assert!(owned.values().all(|count| *count == 0), "{owned:?}");
        assert_eq!(world.store.organizations(), [world.organization_called("Eves")]);
        assert_eq!(world.store.memberships().len(), 1);
        let event = the(&world, AuditKind::OrganizationDeleted);
        assert_eq!((event.actor, event.subject, event.organization), (Some(actor.user), None, Some(acme)));
    }
}

#[tokio::test]
async fn nothing_is_deleted_without_its_name() {
    let world = acme_with_bob_as(Role::Admin).await;
    let (before, acme) = (world.store.snapshot(), world.organization_called(ACME).id);
    let size = world.organizations().size(world.actor_at(ACME, ANN), acme, &client()).await.unwrap().to_string();
    assert!(size.starts_with("2 members") && size.contains("0 invitations"), "{size}");
    for name in [None, Some(""), Some("acme"), Some("Acme Inc")] {
        let told = delete(&world, ANN, name).await.unwrap_err().to_string();
        assert_eq!(told, format!("This deletes Acme with {size} for good. To go on, send its name as `name`"));
    }
    assert!(world.store.snapshot() == before);
    assert!(world.events(AuditKind::OrganizationDeleted).iter().all(|event| event.outcome == AuditOutcome::Failure));
    delete(&world, ANN, Some(" Acme\n")).await.unwrap();
}

#[tokio::test]
async fn whoever_may_delete_it_is_told_how_much_that_is() {
    for (role, by, may) in [(Role::Admin, BOB, false), (Role::Owner, BOB, true), (Role::Viewer, ROOT, true)] {
        let world = acme_with_bob_as(role).await;
        let acme = world.organization_called(ACME).id;
        let outcome = world.organizations().size(world.actor_at(ACME, by), acme, &client()).await;
        if may {
            let OrganizationSize { members, invitations, .. } = outcome.unwrap();
            assert_eq!((members, invitations), (2, 0));
        } else {
            assert_eq!(code(outcome), "not_enough_privileges");
        }
        let strange = world.organizations().size(world.actor_at(ACME, EVE), acme, &client()).await;
        assert_eq!(code(strange), "organization_not_found");
        let none = world.organizations().size(world.actor(ROOT), OrganizationId(Uuid::nil()), &client()).await;
        assert_eq!(code(none), "organization_not_found");
        world.store.go_down();
        assert_eq!(code(world.organizations().size(world.actor_at(ACME, ANN), acme, &client()).await), "unavailable");
    }
}

/// But for whoever did it; and about nobody's account, which may be gone when it is sent.
#[tokio::test]
async fn its_members_are_told() {
    let world = acme_with_bob_as(Role::Viewer).await.with_member(ACME, EVE, Role::Admin).await;
    delete(&world, ANN, Some(ACME)).await.unwrap();
    let messages = world.store.messages();
    let mut to: Vec<_> = messages.iter().map(|message| message.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [BOB, EVE]);
    for message in &messages {
        assert_eq!((message.template, message.user), (MailTemplate::OrganizationDeleted, None));
        assert_eq!((message.facts[&Fact::Organization].as_str(), message.facts[&Fact::By].as_str()), (ACME, ANN));
    }
}

#[tokio::test]
async fn all_of_many_members_are_told() {
    let mut world = acme_with_bob_as(Role::Viewer).await;
    for n in 0..1_100 {
        let email = format!("{n}@example.com");
        world = world.with_user(&email).await.with_member(ACME, &email, Role::Viewer).await;
    }
    assert_eq!(delete(&world, ANN, Some(ACME)).await.unwrap().members, 1_102);
    assert_eq!(world.store.messages().len(), 1_101);
}

#[tokio::test]
async fn of_two_who_delete_it_one_does() {
    let world = acme_with_bob_as(Role::Owner).await;
    let (bob, acme) = (world.actor_at(ACME, BOB), world.organization_called(ACME).id);
    delete(&world, ANN, Some(ACME)).await.unwrap();
    assert_eq!(code(world.organizations().delete(bob, acme, Some(ACME), &client()).await), "organization_not_found");
    let root = world.actor(ROOT);
    assert_eq!(code(world.organizations().delete(root, acme, Some(ACME), &client()).await), "organization_not_found");
    let none = OrganizationId(Uuid::nil());
    assert_eq!(code(world.organizations().delete(root, none, Some(ACME), &client()).await), "organization_not_found");
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = acme_with_bob_as(Role::Owner).await;
    let before = world.store.snapshot();
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.organizations().delete(ann, acme, Some(ACME), &client()).await;
        assert_eq!(code(outcome), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}

#[tokio::test]
async fn a_wrong_name_is_a_failure_of_its_own() {
    let world = acme_with_bob_as(Role::Owner).await;
    assert_fails!(delete(&world, ANN, Some("x")).await, DeleteOrganizationError::NameRequired(..));
}
