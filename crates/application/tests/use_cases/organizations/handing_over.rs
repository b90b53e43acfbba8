//! Handing organisations over.

use ironplate_application::{organizations::MemberError, ports::Member};
use ironplate_domain::{AuditDetail, AuditKind, Fact, MailTemplate, Message, Role};
use ironplate_testkit::{World, samples::client, user};

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, code, the};
use crate::assert_fails;

async fn transfer(world: &World, by: &str, to: &str) -> Result<Member, MemberError> {
    let (by, acme, to) = (world.actor_at(ACME, by), world.organization_called(ACME).id, world.user(to).id);
    world.organizations().transfer(by, acme, to, &client()).await
}

#[tokio::test]
async fn the_new_owner_takes_the_place_of_the_former_one() {
    for role in Role::ALL {
        let world = acme_with_bob_as(role).await;
        assert_eq!(transfer(&world, ANN, BOB).await.unwrap().role, Role::Owner);
        assert_eq!((world.role(ACME, ANN), world.role(ACME, BOB)), (Some(Role::Admin), Some(Role::Owner)));
        let event = the(&world, AuditKind::OwnershipMoved);
        let (ann, bob, acme) = (world.user(ANN).id, world.user(BOB).id, world.organization_called(ACME).id);
        assert_eq!((event.actor, event.subject, event.organization), (Some(ann), Some(bob), Some(acme)));
        assert_eq!(event.details[&AuditDetail::Role], format!("{role} -> owner"));
    }
}

#[tokio::test]
async fn both_are_told() {
    let world = acme_with_bob_as(Role::Member).await;
    transfer(&world, ANN, BOB).await.unwrap();
    let mut messages = world.store.messages();
    messages.sort_by_key(|message| message.to.as_str().to_owned());
    let [to_ann, to_bob] = &messages[..] else { panic!("two messages") };
    let fact = |message: &Message, fact| message.facts.get(&fact).cloned();
    for (message, to, role) in [(to_ann, ANN, "admin"), (to_bob, BOB, "owner")] {
        assert_eq!((message.template, message.user), (MailTemplate::OwnershipMoved, Some(world.user(to).id)));
        assert_eq!(message.to.as_str(), to);
        assert_eq!(fact(message, Fact::Role).as_deref(), Some(role));
        assert_eq!(fact(message, Fact::Organization).as_deref(), Some(ACME));
        assert_eq!(fact(message, Fact::By).as_deref(), Some(ANN));
    }
    assert_eq!(fact(to_ann, Fact::NewOwner).as_deref(), Some(BOB));
}

/// They own nothing that they could give away.
#[tokio::test]
async fn a_superuser_only_appoints() {
    let world = acme_with_bob_as(Role::Member).await;
    transfer(&world, ROOT, BOB).await.unwrap();
    assert_eq!((world.role(ACME, ANN), world.role(ACME, BOB)), (Some(Role::Owner), Some(Role::Owner)));
    assert_eq!(world.role(ACME, ROOT), None);
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    assert_eq!(message.to.as_str(), BOB);
}

#[tokio::test]
async fn what_changes_nothing_is_not_recorded() {
    let world = acme_with_bob_as(Role::Owner).await;
    transfer(&world, ANN, ANN).await.unwrap();
    transfer(&world, ROOT, BOB).await.unwrap();
    assert_eq!((world.store.audit_events(), world.store.messages()), (vec![], vec![]));
    assert_eq!((world.role(ACME, ANN), world.role(ACME, BOB)), (Some(Role::Owner), Some(Role::Owner)));
}

#[tokio::test]
async fn only_owners_and_superusers_hand_over() {
    for role in [Role::Viewer, Role::Member, Role::Admin] {
        let world = acme_with_bob_as(role).await;
        assert_eq!(code(transfer(&world, BOB, BOB).await), "not_enough_privileges");
        assert_eq!(code(transfer(&world, EVE, BOB).await), "organization_not_found");
        assert_eq!((world.role(ACME, ANN), world.role(ACME, BOB)), (Some(Role::Owner), Some(role)));
    }
}

/// Even if they are called an owner already: whoever hands over to them is one no longer.
#[tokio::test]
async fn who_cannot_log_in_or_is_no_member_is_not_handed_anything() {
    let world = acme_with_bob_as(Role::Admin).await.with(user("off@example.com").inactive()).await;
    assert_fails!(transfer(&world, ANN, EVE).await, MemberError::NotFound);
    for role in [Role::Member, Role::Owner] {
        let world = acme_with_bob_as(Role::Admin).await.with(user("off@example.com").inactive()).await;
        let world = world.with_member(ACME, "off@example.com", role).await;
        assert_fails!(transfer(&world, ANN, "off@example.com").await, MemberError::Inactive);
        assert_eq!(world.role(ACME, ANN), Some(Role::Owner));
    }
    assert_eq!(world.role(ACME, ANN), Some(Role::Owner));
}
