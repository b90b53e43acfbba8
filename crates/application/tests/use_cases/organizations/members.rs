//! Changing the roles of members, and removing them.

use ironplate_application::{organizations::MemberError, ports::Member};
use ironplate_domain::{Actor, AuditDetail, AuditKind, Fact, MailTemplate, Role, UserId};
use ironplate_testkit::{FakeStore, World, samples::client, user};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, the};
use crate::assert_fails;

/// Ann owns Acme, Bob is in it as one of these, and Eve as the other.
async fn bob_and_eve(bob: Role, eve: Role) -> World {
    acme_with_bob_as(bob).await.with_member(ACME, EVE, eve).await
}

async fn change(world: &World, by: Actor, email: &str, role: Role) -> Result<Member, MemberError> {
    let (acme, user) = (world.organization_called(ACME).id, world.user(email).id);
    world.organizations().change_role(by, acme, user, role, &client()).await
}

async fn remove(world: &World, by: Actor, email: &str) -> Result<(), MemberError> {
    let (acme, user) = (world.organization_called(ACME).id, world.user(email).id);
    world.organizations().remove_member(by, acme, user, &client()).await
}

/// Owners manage everybody, admins those below them, and nobody gives more than they have.
fn manages(bob: Role, role: Role) -> bool {
    bob == Role::Owner || bob == Role::Admin && role < Role::Admin
}

#[tokio::test]
async fn nobody_takes_or_gives_more_than_their_role_does() {
    for bob in Role::ALL {
        for from in Role::ALL {
            for to in Role::ALL {
                let world = bob_and_eve(bob, from).await;
                let outcome = change(&world, world.actor_at(ACME, BOB), EVE, to).await;
                if manages(bob, from) && manages(bob, to) {
                    assert_eq!((outcome.unwrap().role, world.role(ACME, EVE)), (to, Some(to)), "{bob}: {from} -> {to}");
                } else {
                    assert_eq!(code(outcome), "not_enough_privileges", "{bob}: {from} -> {to}");
                    assert_eq!(world.role(ACME, EVE), Some(from));
                    assert_eq!(world.store.audit_events(), [the(&world, AuditKind::PermissionRefused)]);
                }
            }
        }
    }
}

#[tokio::test]
async fn nobody_removes_whom_they_do_not_manage() {
    for bob in Role::ALL {
        for eve in Role::ALL {
            let world = bob_and_eve(bob, eve).await;
            let outcome = remove(&world, world.actor_at(ACME, BOB), EVE).await;
            if manages(bob, eve) {
                outcome.unwrap();
                assert_eq!(world.role(ACME, EVE), None, "{bob} removes {eve}");
            } else {
                assert_eq!(code(outcome), "not_enough_privileges", "{bob} removes {eve}");
                assert_eq!(world.role(ACME, EVE), Some(eve));
                assert_eq!(world.store.audit_events(), [the(&world, AuditKind::PermissionRefused)]);
            }
        }
    }
}

#[tokio::test]
async fn a_new_role_is_recorded_and_the_member_is_told() {
    let world = acme_with_bob_as(Role::Member).await;
    let (ann, bob, acme) = (world.actor_at(ACME, ANN), world.user(BOB), world.organization_called(ACME).id);
    change(&world, ann, BOB, Role::Member).await.unwrap();
    assert_eq!((world.store.audit_events(), world.store.messages()), (vec![], vec![]), "nothing changed");
    change(&world, ann, BOB, Role::Admin).await.unwrap();
    let event = the(&world, AuditKind::RoleChanged);
    assert_eq!((event.actor, event.subject, event.organization), (Some(ann.user), Some(bob.id), Some(acme)));
    assert_eq!(event.details.get(&AuditDetail::Role).map(String::as_str), Some("member -> admin"));
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    assert_eq!((message.template, &message.to, message.user), (MailTemplate::RoleChanged, &bob.email, Some(bob.id)));
    let facts = [Fact::Organization, Fact::Role, Fact::By].map(|fact| message.facts[&fact].as_str());
    assert_eq!(facts, [ACME, "admin", ANN]);
}

#[tokio::test]
async fn a_removal_is_recorded_and_the_member_is_told() {
    let world = acme_with_bob_as(Role::Member).await;
    let (ann, bob, acme) = (world.actor_at(ACME, ANN), world.user(BOB), world.organization_called(ACME).id);
    remove(&world, ann, BOB).await.unwrap();
    let event = the(&world, AuditKind::MemberRemoved);
    assert_eq!((event.actor, event.subject, event.organization), (Some(ann.user), Some(bob.id), Some(acme)));
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    let expected = (MailTemplate::RemovedFromOrganization, &bob.email, Some(bob.id));
    assert_eq!((message.template, &message.to, message.user), expected);
    assert_eq!((message.facts[&Fact::Organization].as_str(), message.facts[&Fact::By].as_str()), (ACME, ANN));
}

#[tokio::test]
async fn whoever_changes_their_own_membership_is_not_told() {
    let world = acme_with_bob_as(Role::Owner).await;
    change(&world, world.actor_at(ACME, BOB), BOB, Role::Admin).await.unwrap();
    assert_eq!((world.role(ACME, BOB), world.store.messages()), (Some(Role::Admin), vec![]));
    let world = acme_with_bob_as(Role::Owner).await;
    remove(&world, world.actor_at(ACME, BOB), BOB).await.unwrap();
    assert_eq!((world.role(ACME, BOB), world.store.messages()), (None, vec![]));
}

#[tokio::test]
async fn without_mail_all_else_works() {
    let world = acme_with_bob_as(Role::Member).await.without_mail();
    change(&world, world.actor_at(ACME, ANN), BOB, Role::Admin).await.unwrap();
    remove(&world, world.actor_at(ACME, ANN), BOB).await.unwrap();
    assert_eq!((world.role(ACME, BOB), world.store.messages()), (None, vec![]));
}

#[tokio::test]
async fn the_last_owner_who_can_log_in_stays() {
    let world = acme_with_bob_as(Role::Admin).await;
    let world =
        world.with(user("off@example.com").inactive()).await.with(user("new@example.com").without_password()).await;
    let world = world.with_member(ACME, "off@example.com", Role::Owner).await;
    let world = world.with_member(ACME, "new@example.com", Role::Owner).await;
    let before = world.store.snapshot();
    for by in [ANN, ROOT] {
        let by = world.actor_at(ACME, by);
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            assert_fails!(change(&world, by, ANN, role).await, MemberError::LastOwner);
        }
        assert_fails!(remove(&world, by, ANN).await, MemberError::LastOwner);
    }
    assert!(world.store.snapshot() == before);
    assert_eq!(world.events(AuditKind::RoleChanged).len(), 6, "each refusal is recorded");
    let ann = world.actor_at(ACME, ANN);
    remove(&world, ann, "off@example.com").await.unwrap();
    change(&world, ann, "new@example.com", Role::Member).await.unwrap();
    change(&world, ann, BOB, Role::Owner).await.unwrap();
    change(&world, ann, ANN, Role::Member).await.unwrap();
}

#[tokio::test]
async fn only_who_can_log_in_is_made_an_owner() {
    let world = acme_with_bob_as(Role::Admin).await;
    let world =
        world.with(user("off@example.com").inactive()).await.with(user("new@example.com").without_password()).await;
    for email in ["off@example.com", "new@example.com"] {
        let world = world.clone().with_member(ACME, email, Role::Member).await;
        let ann = world.actor_at(ACME, ANN);
        assert_fails!(change(&world, ann, email, Role::Owner).await, MemberError::Inactive);
        assert_eq!(world.role(ACME, email), Some(Role::Member));
        change(&world, ann, email, Role::Admin).await.unwrap();
    }
}

#[tokio::test]
async fn who_is_no_member_is_none_to_be_changed() {
    let world = acme_with_bob_as(Role::Admin).await;
    for by in [ANN, BOB, ROOT] {
        let by = world.actor_at(ACME, by);
        assert_fails!(change(&world, by, EVE, Role::Member).await, MemberError::NotFound);
        assert_fails!(remove(&world, by, EVE).await, MemberError::NotFound);
        let (acme, nobody) = (world.organization_called(ACME).id, UserId(Uuid::nil()));
        let outcome = world.organizations().remove_member(by, acme, nobody, &client()).await;
        assert_fails!(outcome, MemberError::NotFound);
    }
}

#[tokio::test]
async fn no_role_reaches_into_another_organization() {
    let world = acme_with_bob_as(Role::Member).await.with_organization(EVE, "Eves").await;
    let world = world.with_member("Eves", BOB, Role::Member).await;
    let (before, eves) = (world.store.snapshot(), world.organization_called("Eves").id);
    let (bob, organizations) = (world.user(BOB).id, world.organizations());
    for by in [world.actor_at(ACME, ANN), world.actor(ANN)] {
        let outcome = organizations.change_role(by, eves, bob, Role::Viewer, &client()).await;
        assert_eq!(code(outcome), "organization_not_found");
        assert_eq!(code(organizations.remove_member(by, eves, bob, &client()).await), "organization_not_found");
        assert_eq!(code(organizations.transfer(by, eves, bob, &client()).await), "organization_not_found");
        assert_eq!(code(organizations.leave(by, eves, &client()).await), "organization_not_found");
        assert_eq!(code(organizations.delete(by, eves, Some("Eves"), &client()).await), "organization_not_found");
    }
    assert!(world.store.snapshot() == before);
}

/// Ann and Bob demote one another, remove one another, or leave, at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_go_at_once_one_stays() {
    for ways in
        [["demote", "demote"], ["remove", "remove"], ["leave", "leave"], ["demote", "leave"], ["remove", "leave"]]
    {
        let world = acme_with_bob_as(Role::Owner).await;
        let acme = world.organization_called(ACME).id;
        let going = [(ANN, BOB), (BOB, ANN)].into_iter().zip(ways).map(|((by, other), way)| {
            let (world, by, other) = (world.clone(), world.actor_at(ACME, by), world.user(other).id);
            tokio::spawn(async move {
                let organizations = world.organizations();
                match way {
                    "demote" => organizations.change_role(by, acme, other, Role::Member, &client()).await.map(drop),
                    "remove" => organizations.remove_member(by, acme, other, &client()).await,
                    _ => organizations.leave(by, acme, &client()).await,
                }
            })
        });
        for one in going.collect::<Vec<_>>() {
            _ = one.await.unwrap();
        }
        let owners = world.store.memberships().into_iter().filter(|one| one.role == Role::Owner).count();
        assert!(owners >= 1, "{ways:?}");
    }
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = acme_with_bob_as(Role::Member).await;
    let (ann, before) = (world.actor_at(ACME, ANN), world.store.snapshot());
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_eq!(code(change(&world, ann, BOB, Role::Admin).await), "unavailable");
        assert_eq!(code(remove(&world, ann, BOB).await), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}
