//! Changing what organisations are called.

use ironplate_application::organizations::ChangeOrganizationError;
use ironplate_domain::{AuditDetail, AuditKind, Organization, OrganizationChanges, OrganizationId, Role};
use ironplate_testkit::{
    FakeStore,
    samples::{client, slug, text},
};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, renamed, the};
use crate::assert_fails;

fn moved(to: &str) -> OrganizationChanges {
    OrganizationChanges { slug: Some(slug(to)), ..OrganizationChanges::default() }
}

#[tokio::test]
async fn admins_owners_and_superusers_change_it_in_what_is_named() {
    for (role, email, may) in [
        (Role::Viewer, BOB, false),
        (Role::Member, BOB, false),
        (Role::Admin, BOB, true),
        (Role::Owner, BOB, true),
        (Role::Viewer, ROOT, true),
    ] {
        let world = acme_with_bob_as(role).await;
        let (actor, acme) = (world.actor_at(ACME, email), world.organization_called(ACME));
        let outcome = world.organizations().change(actor, acme.id, renamed("Umbrella"), &client()).await;
        if may {
            let expected = Organization { name: text("Umbrella"), ..acme };
            assert_eq!(outcome.unwrap(), expected);
            assert_eq!(world.organization_called("Umbrella"), expected);
        } else {
            assert_eq!(code(outcome), "not_enough_privileges", "{role}");
            assert_eq!(world.organization_called(ACME), acme);
            assert_eq!(the(&world, AuditKind::PermissionRefused).organization, Some(acme.id));
        }
    }
}

#[tokio::test]
async fn a_change_is_recorded_with_its_fields_and_what_changes_nothing_is_not() {
    let world = acme_with_bob_as(Role::Admin).await;
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME));
    for nothing in [renamed(ACME), moved(acme.slug.as_str()), OrganizationChanges::default()] {
        assert_eq!(world.organizations().change(ann, acme.id, nothing, &client()).await.unwrap(), acme);
    }
    assert_eq!(world.store.audit_events(), []);
    let changes =
        OrganizationChanges { name: Some(text("New")), slug: Some(slug("new-one")), ..OrganizationChanges::default() };
    world.organizations().change(ann, acme.id, changes, &client()).await.unwrap();
    let event = the(&world, AuditKind::OrganizationChanged);
    assert_eq!((event.actor, event.subject, event.organization), (Some(ann.user), None, Some(acme.id)));
    assert_eq!(event.details.get(&AuditDetail::Fields).map(String::as_str), Some("name slug"));
}

#[tokio::test]
async fn a_slug_is_taken_in_any_spelling() {
    let world = acme_with_bob_as(Role::Admin).await.with_organization(EVE, "Eves").await;
    let (ann, acme, taken) =
        (world.actor_at(ACME, ANN), world.organization_called(ACME), world.organization_called("Eves").slug);
    let outcome = world.organizations().change(ann, acme.id, moved(&taken.as_str().to_uppercase()), &client()).await;
    assert_fails!(outcome, ChangeOrganizationError::SlugTaken);
    assert_eq!(world.organization_called(ACME), acme);
}

/// By what they are at that moment, whatever they were when the request was recognised.
#[tokio::test]
async fn who_is_demoted_or_removed_meanwhile_changes_nothing() {
    for is_removed in [false, true] {
        let world = acme_with_bob_as(Role::Admin).await;
        let (ann, bob, acme) = (world.actor_at(ACME, ANN), world.actor_at(ACME, BOB), world.organization_called(ACME));
        world.store.meanwhile({
            let world = world.clone();
            async move {
                if is_removed {
                    world.organizations().remove_member(ann, acme.id, bob.user, &client()).await.unwrap();
                } else {
                    world.organizations().change_role(ann, acme.id, bob.user, Role::Member, &client()).await.unwrap();
                }
            }
        });
        let outcome = world.organizations().change(bob, acme.id, renamed("Mine"), &client()).await;
        assert_eq!(code(outcome), if is_removed { "organization_not_found" } else { "not_enough_privileges" });
        assert_eq!(world.organization_called(ACME), acme);
        assert_eq!(the(&world, AuditKind::PermissionRefused).actor, Some(bob.user));
        assert_eq!(world.events(AuditKind::OrganizationChanged), []);
    }
}

#[tokio::test]
async fn superusers_are_told_that_there_is_none() {
    let world = acme_with_bob_as(Role::Admin).await;
    let none = OrganizationId(Uuid::nil());
    let outcome = world.organizations().change(world.actor(ROOT), none, renamed("x"), &client()).await;
    assert_eq!(code(outcome), "organization_not_found");
    assert_eq!(world.store.audit_events(), []);
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = acme_with_bob_as(Role::Admin).await;
    let (ann, acme, before) = (world.actor_at(ACME, ANN), world.organization_called(ACME), world.store.snapshot());
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.organizations().change(ann, acme.id, renamed("Umbrella"), &client()).await;
        assert_eq!(code(outcome), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}
