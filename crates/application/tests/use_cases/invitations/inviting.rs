//! Inviting people.

use ironplate_application::{
    invitations::{InvitationStatus, InviteError},
    limits::Limit,
    ports::Clock,
};
use ironplate_domain::{AuditDetail, AuditKind, Fact, MailTemplate, OrganizationId, Role};
use ironplate_testkit::{FakeStore, World, samples::client, user};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, NEW, ROOT, acme, code, invitees, the};
use crate::assert_fails;

/// What became of each address that this member invites.
async fn invite(world: &World, by: &str, emails: &[&str], role: Role) -> Result<Vec<InvitationStatus>, InviteError> {
    let (actor, acme) = (world.actor_at(ACME, by), world.organization_called(ACME).id);
    let results = world.invitations().invite(actor, acme, invitees(emails, role), &client()).await?;
    for result in &results {
        let sent = world.store.invitations().into_iter().find(|one| Some(one.id) == result.id);
        assert_eq!(sent.is_some(), result.status == InvitationStatus::Invited, "{result:?}");
    }
    Ok(results.into_iter().map(|result| result.status).collect())
}

#[tokio::test]
async fn an_invitation_is_stored_mailed_and_recorded() {
    let world = acme().await;
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME));
    let command = invitees(&["New@Example.com"], Role::Admin);
    let results = world.invitations().invite(ann, acme.id, command, &client()).await.unwrap();
    let [sent] = &world.store.invitations()[..] else { panic!("one invitation") };
    assert_eq!((results[0].email.as_str(), results[0].id), ("New@Example.com", Some(sent.id)));
    assert_eq!((sent.organization, sent.invited_by, sent.role), (acme.id, ann.user, Role::Admin));
    assert_eq!(sent.expires_at, world.clock.now().after(world.policy.organizations.invitation_lifetime));
    let [message] = &world.store.messages()[..] else { panic!("one message") };
    assert_eq!((message.template, message.to.as_str()), (MailTemplate::Invitation, "New@example.com"));
    assert_eq!(message.user, None, "nobody was looked up");
    let facts = [Fact::Organization, Fact::Role, Fact::By].map(|fact| message.facts[&fact].as_str());
    assert_eq!(facts, [ACME, "admin", ANN]);
    assert_eq!(message.facts[&Fact::ExpiresAt], sent.expires_at.to_string());
    let event = the(&world, AuditKind::MemberInvited);
    assert_eq!((event.actor, event.subject, event.organization), (Some(ann.user), None, Some(acme.id)));
    assert_eq!(event.details[&AuditDetail::Invitation], sent.id.to_string());
    assert!(event.details.values().all(|detail| !detail.contains('@')), "{event:?}");
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_give() {
    for bob in Role::ALL {
        for role in Role::ALL {
            let world = acme().await.with_member(ACME, BOB, bob).await;
            let outcome = invite(&world, BOB, &[NEW], role).await;
            if bob == Role::Owner || bob == Role::Admin && role < Role::Admin {
                assert_eq!(outcome.unwrap(), [InvitationStatus::Invited], "{bob} invites {role}");
            } else {
                assert_eq!(code(outcome), "not_enough_privileges", "{bob} invites {role}");
                assert_eq!((world.store.invitations(), world.store.messages()), (vec![], vec![]));
                assert_eq!(world.store.audit_events(), [the(&world, AuditKind::PermissionRefused)]);
            }
        }
    }
}

#[tokio::test]
async fn each_address_is_told_of_in_the_order_given_and_once() {
    let world = acme().await.with_member(ACME, BOB, Role::Viewer).await;
    invite(&world, ANN, &["before@example.com"], Role::Member).await.unwrap();
    let emails = [NEW, "no address", "BOB@example.com", "Before@example.com", "NEW@Example.com", "other@example.com"];
    let expected = [
        InvitationStatus::Invited,
        InvitationStatus::Invalid,
        InvitationStatus::AlreadyMember,
        InvitationStatus::AlreadyInvited,
        InvitationStatus::Invited,
    ];
    assert_eq!(invite(&world, ANN, &emails, Role::Admin).await.unwrap(), expected);
    let before = world.store.invitations().into_iter().find(|sent| sent.email.as_str() == "before@example.com");
    assert_eq!(before.unwrap().role, Role::Member, "it stays as it is");
    assert_eq!((world.store.messages().len(), world.events(AuditKind::MemberInvited).len()), (3, 3));
}

#[tokio::test]
async fn an_address_with_an_account_is_answered_as_one_without() {
    let world = acme().await.with(user("off@example.com").inactive()).await;
    let world = world.with(user("unclaimed@example.com").without_password()).await;
    let emails = [NEW, EVE, ROOT, "off@example.com", "unclaimed@example.com"];
    let statuses = invite(&world, ANN, &emails, Role::Member).await.unwrap();
    assert!(statuses.iter().all(|status| *status == InvitationStatus::Invited), "{statuses:?}");
}

#[tokio::test]
async fn an_invitation_that_expired_makes_room_for_another() {
    let world = acme().await;
    invite(&world, ANN, &[NEW], Role::Member).await.unwrap();
    world.clock.advance(world.policy.organizations.invitation_lifetime);
    assert_eq!(invite(&world, ANN, &[NEW], Role::Viewer).await.unwrap(), [InvitationStatus::Invited]);
    assert_eq!(world.store.invitations().len(), 1);
}

#[tokio::test]
async fn whom_an_organization_has_no_room_for_is_not_invited() {
    let mut world = acme().await;
    world.policy.organizations.most_members = 3;
    let statuses = invite(&world, ANN, &[NEW, BOB, EVE, "no address"], Role::Member).await.unwrap();
    let (invited, full) = (InvitationStatus::Invited, InvitationStatus::Full);
    assert_eq!(statuses, [invited, invited, full, InvitationStatus::Invalid]);
    assert_eq!(invite(&world, ANN, &[EVE], Role::Member).await.unwrap(), [full]);
}

#[tokio::test]
async fn one_account_invites_so_many() {
    let world = acme().await.limiting(Limit::InvitationsPerAccount, 2);
    let (invited, refused) = (InvitationStatus::Invited, InvitationStatus::NotAllowedForNow);
    let emails = ["1@example.com", "no address", "2@example.com", "3@example.com", "4@example.com"];
    let statuses = invite(&world, ANN, &emails, Role::Member).await.unwrap();
    assert_eq!(statuses, [invited, InvitationStatus::Invalid, invited, refused, refused]);
    assert_eq!(code(invite(&world, ANN, &["no address", "3@example.com"], Role::Member).await), "too_many_attempts");
    assert_eq!(world.store.invitations().len(), 2);
    assert_eq!(invite(&world, ROOT, &["3@example.com"], Role::Member).await.unwrap(), [invited]);
}

#[tokio::test]
async fn all_members_of_one_organization_together_invite_so_many() {
    let world = acme().await.with_member(ACME, BOB, Role::Admin).await.limiting(Limit::InvitationsPerOrganization, 2);
    invite(&world, ANN, &["1@example.com"], Role::Member).await.unwrap();
    invite(&world, BOB, &["2@example.com"], Role::Member).await.unwrap();
    for by in [ANN, BOB, ROOT] {
        assert_eq!(code(invite(&world, by, &["3@example.com"], Role::Member).await), "too_many_attempts");
    }
    let world = world.with_organization(ANN, "Other").await;
    world.invite(ANN, "Other", "3@example.com", Role::Member).await;
}

/// In any spelling, whoever invites them, and however many others are invited with them.
#[tokio::test]
async fn one_mailbox_is_invited_so_often_by_all_organizations() {
    let world = acme().await.limiting(Limit::InvitationsPerRecipient, 1).with_organization(BOB, "Bobs").await;
    world.invite(BOB, "Bobs", NEW, Role::Member).await;
    let statuses = invite(&world, ANN, &["NEW@example.com", EVE], Role::Member).await.unwrap();
    assert_eq!(statuses, [InvitationStatus::NotAllowedForNow, InvitationStatus::Invited]);
    let alone = invite(&world, ANN, &[NEW], Role::Member).await.unwrap();
    assert_eq!(alone, [InvitationStatus::NotAllowedForNow], "the others are not told of it by a 429");
}

#[tokio::test]
async fn who_is_not_invited_costs_no_permit() {
    let world = acme().await.with_member(ACME, BOB, Role::Viewer).await;
    let world = [Limit::InvitationsPerAccount, Limit::InvitationsPerOrganization, Limit::InvitationsPerRecipient]
        .into_iter()
        .fold(world, |world, limit| world.limiting(limit, 1));
    for _ in 0..3 {
        assert_eq!(invite(&world, ANN, &[BOB], Role::Member).await.unwrap(), [InvitationStatus::AlreadyMember]);
    }
    assert_eq!(invite(&world, ANN, &[NEW], Role::Member).await.unwrap(), [InvitationStatus::Invited]);
    assert_eq!(code(invite(&world, ANN, &[EVE], Role::Member).await), "too_many_attempts");
    // What the inviter's limit refused left the recipient's alone.
    world.with_organization(BOB, "Bobs").await.invite(BOB, "Bobs", EVE, Role::Member).await;
}

#[tokio::test]
async fn without_mail_nobody_is_invited() {
    let world = acme().await.without_mail();
    assert_fails!(invite(&world, ANN, &[NEW], Role::Member).await, InviteError::MailOff);
    assert_eq!(world.store.invitations(), []);
    assert_eq!(the(&world, AuditKind::MemberInvited).details[&AuditDetail::Reason], "mail_off");
    assert_eq!(code(invite(&world, EVE, &[NEW], Role::Member).await), "organization_not_found");
}

#[tokio::test]
async fn a_stranger_is_told_the_same_of_every_organization() {
    let world = acme().await;
    for id in [world.organization_called(ACME).id, OrganizationId(Uuid::nil())] {
        let outcome = world.invitations().invite(world.actor(EVE), id, invitees(&[NEW], Role::Viewer), &client()).await;
        assert_eq!(code(outcome), "organization_not_found");
    }
    assert_eq!(world.store.messages(), []);
    assert_eq!(world.store.audit_events(), world.events(AuditKind::PermissionRefused));
}

#[tokio::test]
async fn who_is_removed_meanwhile_invites_nobody() {
    let world = acme().await.with_member(ACME, BOB, Role::Admin).await;
    world.store.meanwhile({
        let world = world.clone();
        async move {
            let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
            world.organizations().remove_member(ann, acme, world.user(BOB).id, &client()).await.unwrap();
        }
    });
    assert_eq!(code(invite(&world, BOB, &[NEW], Role::Member).await), "organization_not_found");
    assert_eq!(world.store.invitations(), []);
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = acme().await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_eq!(code(invite(&world, ANN, &[NEW], Role::Member).await), "unavailable");
    }
    assert!(world.store.snapshot() == before);
    assert_eq!(world.store.audit_events(), []);
}
