//! Accepting an invitation with the account that one has.

use ironplate_application::{
    accounts::ChangeProfile,
    invitations::{InvitationError, InvitationKey},
    limits::Limit,
};
use ironplate_domain::{AuditDetail, AuditKind, Fact, InvitationId, MailTemplate, Role, TokenSecret};
use ironplate_testkit::{
    FakeStore,
    samples::{client, email},
    user,
};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, NEW, accept, acme, code, link, the};
use crate::assert_fails;

#[tokio::test]
async fn whoever_accepts_is_a_member_of_that_role_and_told_so() {
    for role in Role::ALL {
        for by_link in [true, false] {
            let world = acme().await;
            let (sent, secret) = world.invite(ANN, ACME, BOB, role).await;
            let key = if by_link { link(&secret) } else { InvitationKey::Account(sent.id) };
            let own = accept(&world, BOB, key).await.unwrap();
            assert_eq!((own.organization.id, own.role), (sent.organization, role));
            assert_eq!((world.role(ACME, BOB), world.store.invitations()), (Some(role), vec![]));
            let (bob, event) = (world.user(BOB), the(&world, AuditKind::MemberJoined));
            assert_eq!((event.actor, event.subject), (Some(bob.id), Some(bob.id)));
            assert_eq!(event.organization, Some(sent.organization));
            assert_eq!(event.details[&AuditDetail::Role], role.name());
            let message = world.store.messages().pop().unwrap();
            assert_eq!((message.template, message.user), (MailTemplate::JoinedOrganization, Some(bob.id)));
            assert_eq!([Fact::Organization, Fact::Role].map(|fact| &*message.facts[&fact]), [ACME, role.name()]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_is_taken_once() {
    let world = acme().await;
    let (sent, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let attempts = (0..16).map(|n| {
        let key = if n % 2 == 0 { link(&secret) } else { InvitationKey::Account(sent.id) };
        let world = world.clone();
        tokio::spawn(async move { accept(&world, BOB, key).await })
    });
    let mut taken = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => taken += 1,
            outcome => assert_eq!(code(outcome), "invitation_not_found"),
        }
    }
    assert_eq!((taken, world.events(AuditKind::EmailVerified).len()), (1, 0));
}

#[tokio::test]
async fn no_other_account_takes_it() {
    let world = acme().await.with_superuser("root2@example.com").await;
    let (sent, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let before = world.store.snapshot();
    for other in [EVE, ANN, "root2@example.com"] {
        assert_fails!(accept(&world, other, link(&secret)).await, InvitationError::ForAnotherAccount);
        assert_fails!(accept(&world, other, InvitationKey::Account(sent.id)).await, InvitationError::NotFound);
    }
    assert!(world.store.snapshot() == before);
    accept(&world, BOB, link(&secret)).await.unwrap();
}

/// Whoever made an account with an address that is not theirs. The link went to who has the mailbox.
#[tokio::test]
async fn an_account_whose_address_is_not_proved_takes_nothing_but_by_the_link() {
    let world = acme().await;
    let (sent, secret) = world.invite(ANN, ACME, EVE, Role::Member).await;
    assert_eq!(world.invitations().received(&world.user(EVE)).await.unwrap(), []);
    assert_fails!(accept(&world, EVE, InvitationKey::Account(sent.id)).await, InvitationError::NotFound);
    assert!(!world.user(EVE).is_verified);
    accept(&world, EVE, link(&secret)).await.unwrap();
    assert!(world.user(EVE).is_verified, "the link went to the address");
    the(&world, AuditKind::EmailVerified);
}

/// It may be another mailbox elsewhere.
#[tokio::test]
async fn a_link_to_another_spelling_proves_nothing() {
    let world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, "EVE@example.com", Role::Member).await;
    accept(&world, EVE, link(&secret)).await.unwrap();
    assert!(!world.user(EVE).is_verified);
}

#[tokio::test]
async fn what_waits_for_a_former_address_does_not_follow_the_account() {
    let mut world = acme().await;
    world.policy.confirm_email_change = false;
    let (sent, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let session = world.open_session(BOB).await;
    let command = ChangeProfile { email: Some(email(NEW)), ..ChangeProfile::default() };
    world.accounts().change_profile(world.actor(BOB).by(session.id), session.id, command, &client()).await.unwrap();
    assert_fails!(accept(&world, NEW, link(&secret)).await, InvitationError::ForAnotherAccount);
    assert_fails!(accept(&world, NEW, InvitationKey::Account(sent.id)).await, InvitationError::NotFound);
    let (sent, _) = world.invite(ANN, ACME, NEW, Role::Member).await;
    assert_fails!(accept(&world, NEW, InvitationKey::Account(sent.id)).await, InvitationError::NotFound);
}

#[tokio::test]
async fn an_invitation_never_changes_a_role() {
    let world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, BOB, Role::Admin).await;
    let world = world.with_member(ACME, BOB, Role::Viewer).await;
    let own = accept(&world, BOB, link(&secret)).await.unwrap();
    assert_eq!((own.role, world.role(ACME, BOB)), (Role::Viewer, Some(Role::Viewer)));
    assert_eq!(world.store.invitations(), []);
    assert!(world.store.messages().iter().all(|message| message.template != MailTemplate::JoinedOrganization));
}

#[tokio::test]
async fn an_organization_has_no_more_members_than_it_may() {
    let mut world = acme().await;
    let (_, bobs) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let (_, eves) = world.invite(ANN, ACME, EVE, Role::Member).await;
    world.policy.organizations.most_members = 2;
    accept(&world, BOB, link(&bobs)).await.unwrap();
    assert_fails!(accept(&world, EVE, link(&eves)).await, InvitationError::TooManyMembers(2));
    assert_eq!((world.role(ACME, EVE), world.store.invitations().len()), (None, 1));
    let (ann, acme) = (world.actor_at(ACME, ANN), world.organization_called(ACME).id);
    world.organizations().remove_member(ann, acme, world.user(BOB).id, &client()).await.unwrap();
    accept(&world, EVE, link(&eves)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_accept_at_once_are_not_too_many() {
    let mut world = acme().await;
    let emails: Vec<String> = (0..16).map(|n| format!("{n}@example.com")).collect();
    let mut secrets = Vec::new();
    for email in &emails {
        world = world.with_user(email).await;
        secrets.push(world.invite(ANN, ACME, email, Role::Member).await.1);
    }
    world.policy.organizations.most_members = 4;
    let attempts = emails.iter().zip(secrets).map(|(email, secret)| {
        let (world, email) = (world.clone(), email.clone());
        tokio::spawn(async move { accept(&world, &email, link(&secret)).await.is_ok() })
    });
    let mut joined = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        joined += usize::from(attempt.await.unwrap());
    }
    assert_eq!((joined, world.store.memberships().len()), (3, 4));
}

#[tokio::test]
async fn what_is_no_link_any_more_and_what_never_was_are_told_alike() {
    let world = acme().await;
    let (sent, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    for key in [link(&TokenSecret::new("nonsense")), InvitationKey::Account(InvitationId(Uuid::nil()))] {
        assert_fails!(accept(&world, BOB, key).await, InvitationError::NotFound);
    }
    world.clock.advance(world.policy.organizations.invitation_lifetime);
    for key in [link(&secret), InvitationKey::Account(sent.id)] {
        assert_fails!(accept(&world, BOB, key).await, InvitationError::NotFound);
    }
    assert_eq!(world.events(AuditKind::MemberJoined).len(), 4, "each refusal is recorded");
}

#[tokio::test]
async fn whoever_is_logged_out_or_deactivated_meanwhile_joins_nothing() {
    let world = acme().await.with(user("off@example.com").verified().inactive()).await;
    let (sent, secret) = world.invite(ANN, ACME, "off@example.com", Role::Member).await;
    for key in [link(&secret), InvitationKey::Account(sent.id)] {
        assert_fails!(accept(&world, "off@example.com", key).await, InvitationError::SessionOver);
    }
    let (bobs, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    world.sessions().revoke_all(bob, bob.user, None, &client()).await.unwrap();
    let outcome = world.invitations().accept(bob, link(&secret), &client()).await;
    assert_fails!(outcome, InvitationError::SessionOver);
    let outcome = world.invitations().decline(Some(bob), InvitationKey::Account(bobs.id), &client()).await;
    assert_fails!(outcome, InvitationError::SessionOver);
    assert_eq!(world.store.invitations().len(), 2);
}

#[tokio::test]
async fn whoever_follows_too_many_links_waits() {
    let world = acme().await.limiting(Limit::InvitationsPerAddress, 3);
    let (_, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let nonsense = TokenSecret::new("nonsense");
    assert_eq!(code(world.invitations().look(&nonsense, None, &client()).await), "invitation_not_found");
    assert_eq!(code(world.invitations().decline(None, link(&nonsense), &client()).await), "invitation_not_found");
    assert_eq!(code(super::sign_up(&world, &nonsense).await), "invitation_not_found");
    assert_eq!(code(accept(&world, BOB, link(&secret)).await), "too_many_attempts");
    assert_eq!(code(super::sign_up(&world, &secret).await), "too_many_attempts");
    assert_eq!(code(world.invitations().look(&secret, None, &client()).await), "too_many_attempts");
    assert_eq!(code(world.invitations().decline(None, link(&secret), &client()).await), "too_many_attempts");
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, EVE, Role::Member).await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_eq!(code(accept(&world, EVE, link(&secret)).await), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}
