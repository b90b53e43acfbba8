//! Organisations that ask their members for a second factor.

use std::time::Duration;

use ironplate_application::{Unproved, organizations::ChangeOrganizationError, ports::MemberOrder};
use ironplate_domain::{Actor, AuditDetail, AuditKind, Fact, MailTemplate, Organization, OrganizationChanges, Role};
use ironplate_testkit::{World, samples::client};

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, the};
use crate::{all, assert_fails};

pub(crate) async fn require(world: &World, by: Actor, requires: bool) -> Result<Organization, ChangeOrganizationError> {
    let changes = OrganizationChanges { requires_second_factor: Some(requires), ..OrganizationChanges::default() };
    world.organizations().change(by, world.organization_called(ACME).id, changes, &client()).await
}

/// Ann, who owns it and has an app, asks for one; Bob has none.
pub(crate) async fn requiring(role: Role) -> World {
    let world = acme_with_bob_as(role).await;
    world.add_app(ANN).await;
    require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    world
}

#[tokio::test]
async fn owners_ask_for_one_and_members_are_told() {
    let world = acme_with_bob_as(Role::Member).await;
    world.add_app(ANN).await;
    let changed = require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    assert!(changed.requires_second_factor && world.organization_called(ACME).requires_second_factor);
    let event = the(&world, AuditKind::OrganizationChanged);
    assert_eq!(event.details[&AuditDetail::Fields], "requires_second_factor");
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    assert_eq!((message.template, message.to.as_str()), (MailTemplate::SecondFactorRequired, BOB));
    assert_eq!(message.facts[&Fact::Organization], ACME);
    // Nothing more is asked of anybody.
    require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    require(&world, world.actor_at(ACME, ANN), false).await.unwrap();
    assert_eq!(world.store.messages().len(), 1);
    // Or whoever owns it could send them mail without end.
    require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    assert_eq!(world.store.messages().len(), 1);
    world.clock.advance(Duration::from_hours(24));
    require(&world, world.actor_at(ACME, ANN), false).await.unwrap();
    require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    assert_eq!(world.store.messages().len(), 2);
}

#[tokio::test]
async fn what_is_not_done_takes_no_mail_away() {
    let world = acme_with_bob_as(Role::Member).await;
    assert_fails!(require(&world, world.actor_at(ACME, ANN), true).await, ChangeOrganizationError::NoSecondFactor);
    assert_eq!(code(require(&world, world.actor(EVE), true).await), "organization_not_found");
    world.add_app(ANN).await;
    require(&world, world.actor_at(ACME, ANN), true).await.unwrap();
    assert_eq!(world.store.messages().len(), 1);
}

#[tokio::test]
async fn nobody_asks_others_for_what_they_lack() {
    let world = acme_with_bob_as(Role::Member).await;
    assert_fails!(require(&world, world.actor_at(ACME, ANN), true).await, ChangeOrganizationError::NoSecondFactor);
    assert!(!world.organization_called(ACME).requires_second_factor);
}

#[tokio::test]
async fn only_owners_and_superusers_say_so() {
    for role in [Role::Viewer, Role::Member, Role::Admin] {
        let world = acme_with_bob_as(role).await;
        world.add_app(BOB).await;
        assert_eq!(code(require(&world, world.actor_at(ACME, BOB), true).await), "not_enough_privileges");
    }
    let world = acme_with_bob_as(Role::Owner).await;
    world.add_app(BOB).await;
    require(&world, world.actor_at(ACME, BOB), true).await.unwrap();
    world.add_app(ROOT).await;
    require(&world, world.actor_at(ACME, ROOT), false).await.unwrap();
}

/// Whoever stole an owner's session would have the others in without.
#[tokio::test]
async fn a_recent_proof_is_asked_for() {
    let world = requiring(Role::Member).await;
    let session = world.open_session(ANN).await;
    world.clock.advance(Duration::from_mins(16));
    let ann = world.actor_at(ACME, ANN).by(session.id);
    let refused = require(&world, ann, false).await;
    assert_fails!(refused, ChangeOrganizationError::Unproved(Unproved::NotRecent));
    let same = require(&world, ann, true).await;
    same.unwrap();
}

#[tokio::test]
async fn who_has_none_does_nothing_there_whatever_their_role() {
    for role in Role::ALL {
        let world = requiring(role).await;
        let acme = world.organization_called(ACME).id;
        let bob = world.actor_at(ACME, BOB);
        let organizations = world.organizations();
        let before = world.store.snapshot();
        let page = all(MemberOrder::Newest);
        let refused = [
            code(organizations.read(bob, acme, &client()).await),
            code(organizations.list_members(bob, acme, None, page, &client()).await),
            code(organizations.delete(bob, acme, Some(ACME), &client()).await),
        ];
        assert_eq!(refused, ["organization_requires_second_factor"; 3], "{role}");
        assert!(world.store.snapshot() == before, "{role}");
        let events = world.events(AuditKind::PermissionRefused);
        assert_eq!(events.len(), 3, "each is recorded");
        world.add_app(BOB).await;
        organizations
            .list_members(world.actor_at(ACME, BOB), acme, None, all(MemberOrder::Newest), &client())
            .await
            .unwrap();
    }
}

/// The first page is one's own then.
#[tokio::test]
async fn nothing_of_it_is_seen_at_a_glance() {
    let world = requiring(Role::Member).await;
    let seen = world.application().overviews.look(world.actor_at(ACME, BOB)).await.unwrap();
    assert_eq!(seen.members, None);
    assert_eq!(world.application().overviews.look(world.actor_at(ACME, ANN)).await.unwrap().members, Some(2));
}

#[tokio::test]
async fn strangers_are_told_nothing_of_it() {
    let world = requiring(Role::Member).await;
    let acme = world.organization_called(ACME).id;
    assert_eq!(code(world.organizations().read(world.actor(EVE), acme, &client()).await), "organization_not_found");
    // Superusers are none of its members.
    world.organizations().read(world.actor(ROOT), acme, &client()).await.unwrap();
}
