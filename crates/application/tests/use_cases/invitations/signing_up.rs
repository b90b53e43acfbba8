//! Signing up by the link of an invitation.

use ironplate_application::{
    RegistrationMode,
    accounts::SignUp,
    invitations::{InvitationError, InvitationKey, InvitedSignUp, InvitedSignUpError, NewMember},
    limits::Limit,
};
use ironplate_domain::{AuditKind, MailTemplate, Role};
use ironplate_testkit::{
    FakeStore, World,
    samples::{PASSWORD, client, email, password},
    user,
};

use super::{ACME, ANN, BOB, EVE, NEW, accept, acme, code, link, sign_up, the};
use crate::{
    assert_fails, opens,
    recovery::{recovery_mail, reset},
};

#[tokio::test]
async fn the_link_makes_a_verified_account_and_a_member_whoever_may_sign_up_otherwise() {
    for mode in [RegistrationMode::Open, RegistrationMode::VerifyFirst, RegistrationMode::Closed] {
        for sends_mail in [true, false] {
            let mut world = acme().await.registering(mode);
            let (sent, secret) = world.invite(ANN, ACME, "New@example.com", Role::Admin).await;
            world.policy.sends_mail = sends_mail;
            let NewMember { user, joined } = sign_up(&world, &secret).await.unwrap();
            assert_eq!((&user, joined.organization.id), (&world.user(NEW), sent.organization));
            assert!(user.is_active && user.is_verified && !user.is_superuser);
            assert_eq!((user.email.as_str(), user.full_name.unwrap().as_str()), ("New@example.com", "New"));
            assert!(opens(&world, NEW, "the owner's").await);
            assert_eq!((world.role(ACME, NEW), world.store.invitations()), (Some(Role::Admin), vec![]));
            assert_eq!(the(&world, AuditKind::SignUp).subject, Some(user.id));
            assert_eq!(the(&world, AuditKind::MemberJoined).organization, Some(sent.organization));
            let templates: Vec<_> = world.deliver_mail().await.into_iter().map(|mail| mail.content.subject).collect();
            let joined = sends_mail.then_some(MailTemplate::JoinedOrganization.name());
            assert_eq!(templates, Vec::from_iter(joined), "there is nothing to verify");
            assert_eq!(code(sign_up(&world, &secret).await), "invitation_not_found");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_make_one_account() {
    let world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    let attempts = (0..16).map(|_| {
        let (world, secret) = (world.clone(), secret.clone());
        tokio::spawn(async move { sign_up(&world, &secret).await })
    });
    let mut made = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            outcome => assert!(["email_taken", "invitation_not_found"].contains(&code(outcome))),
        }
    }
    assert_eq!((made, world.store.memberships().len()), (1, 2));
}

/// Nobody proved anything of it so far. It is claimed as by the link in its own mail.
#[tokio::test]
async fn an_account_that_nobody_claimed_is_claimed_with_the_rights_and_the_name_it_has() {
    let world = acme().await.with(user(NEW).without_password().superuser().named("Nell")).await;
    let before = world.user(NEW);
    let own_link = recovery_mail(&world, NEW).await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Viewer).await;
    let NewMember { user, .. } = sign_up(&world, &secret).await.unwrap();
    assert_eq!((user.id, user.is_superuser, &user.full_name), (before.id, true, &before.full_name));
    assert!(user.is_verified && opens(&world, NEW, "the owner's").await);
    assert!(reset(&world, &own_link, "another one").await.is_err(), "its other links are worth nothing");
    assert_eq!(world.role(ACME, NEW), Some(Role::Viewer));
}

#[tokio::test]
async fn an_account_that_was_signed_up_for_is_claimed_with_the_name_that_is_chosen_now() {
    let world = acme().await.registering(RegistrationMode::VerifyFirst);
    let command = SignUp { email: email(NEW), password: password("typed before"), full_name: None };
    world.accounts().sign_up(command, &client()).await.unwrap();
    world.deliver_mail().await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    assert_eq!(sign_up(&world, &secret).await.unwrap().user.full_name.unwrap().as_str(), "New");
    assert_eq!(world.housekeeping().prune().await.unwrap().unclaimed, 0);
}

#[tokio::test]
async fn an_account_that_is_there_is_not_taken_over() {
    let world = acme().await.with(user("verified@example.com").without_password().verified()).await;
    for address in [BOB, EVE, "verified@example.com"] {
        let (sent, secret) = world.invite(ANN, ACME, address, Role::Member).await;
        let before = world.store.snapshot();
        assert_fails!(sign_up(&world, &secret).await, InvitedSignUpError::EmailTaken);
        assert!(world.store.snapshot() == before, "{address}");
        assert!(!opens(&world, address, "the owner's").await);
        assert!(world.store.invitations().contains(&sent));
    }
}

/// It may be another mailbox elsewhere.
#[tokio::test]
async fn an_unclaimed_account_of_another_spelling_is_not_claimed() {
    let world = acme().await.with(user("new@example.com").without_password()).await;
    let (_, secret) = world.invite(ANN, ACME, "NEW@example.com", Role::Member).await;
    assert_fails!(sign_up(&world, &secret).await, InvitedSignUpError::EmailTaken);
}

#[tokio::test]
async fn an_account_that_was_switched_off_before_it_was_claimed_stays_off() {
    let world = acme().await.with(user(NEW).without_password().inactive()).await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    assert_fails!(sign_up(&world, &secret).await, InvitedSignUpError::Inactive);
    assert_eq!(world.role(ACME, NEW), None);
}

/// Whoever signed up with an address that is not theirs, where that is possible, gains nothing by what its owner is invited to; and
/// the owner gets in.
#[tokio::test]
async fn a_stranger_with_the_address_sees_and_takes_nothing() {
    let world = acme().await.with(user(NEW)).await;
    let session = world.open_session(NEW).await;
    let (sent, secret) = world.invite(ANN, ACME, NEW, Role::Owner).await;
    assert_eq!(world.invitations().received(&world.user(NEW)).await.unwrap(), []);
    assert_eq!(code(accept(&world, NEW, InvitationKey::Account(sent.id)).await), "invitation_not_found");
    assert!(world.invitations().look(&secret, None, &client()).await.unwrap().has_account);
    assert_eq!(code(sign_up(&world, &secret).await), "email_taken");

    let mail = recovery_mail(&world, NEW).await;
    reset(&world, &mail, "the owner's").await.unwrap();
    assert!(!world.is_live(session.id) && !opens(&world, NEW, PASSWORD).await);
    accept(&world, NEW, link(&secret)).await.unwrap();
    assert_eq!(world.role(ACME, NEW), Some(Role::Owner));
}

#[tokio::test]
async fn a_full_organization_makes_no_account() {
    let mut world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    world.policy.organizations.most_members = 1;
    let full = InvitedSignUpError::Invitation(InvitationError::TooManyMembers(1));
    assert_eq!(sign_up(&world, &secret).await.unwrap_err().to_string(), full.to_string());
    assert_eq!((world.find_user(NEW), world.store.invitations().len()), (None, 1));
}

#[tokio::test]
async fn a_weak_password_leaves_the_invitation_as_it_is() {
    let world = acme().await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    for weak in ["weak as water", "New@example.com, new@example.com"] {
        let command = InvitedSignUp { token: secret.clone(), password: password(weak), full_name: None };
        assert_eq!(code(world.invitations().sign_up(command, &client()).await), "weak_password");
    }
    assert_eq!(world.find_user(NEW), None);
    sign_up(&world, &secret).await.unwrap();
}

#[tokio::test]
async fn it_takes_the_permits_of_a_sign_up() {
    let world = acme().await.limiting(Limit::SignUpPerAddress, 1);
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    let command = SignUp { email: email("other@example.com"), password: password("another one"), full_name: None };
    world.accounts().sign_up(command, &client()).await.unwrap();
    assert_eq!(code(sign_up(&world, &secret).await), "too_many_attempts");
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world: World = acme().await;
    let (_, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_eq!(code(sign_up(&world, &secret).await), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}
