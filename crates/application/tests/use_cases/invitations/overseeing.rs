//! Listing, resending and revoking invitations.

use ironplate_application::{
    invitations::{ResendError, RevokeError},
    limits::Limit,
    ports::{Clock, Count, InvitationOrder},
};
use ironplate_domain::{AuditDetail, AuditKind, InvitationId, MailTemplate, Role};
use ironplate_testkit::{World, samples::client, secret_in};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, NEW, ROOT, accept, acme, code, link, the};
use crate::{all, assert_fails};

async fn resend(world: &World, by: &str, id: InvitationId) -> Result<(), ResendError> {
    let (actor, acme) = (world.actor_at(ACME, by), world.organization_called(ACME).id);
    world.invitations().resend(actor, acme, id, &client()).await.map(drop)
}

async fn revoke(world: &World, by: &str, id: InvitationId) -> Result<(), RevokeError> {
    let (actor, acme) = (world.actor_at(ACME, by), world.organization_called(ACME).id);
    world.invitations().revoke(actor, acme, id, &client()).await
}

#[tokio::test]
async fn admins_and_owners_see_whom_their_organization_invited_and_who_did() {
    for role in Role::ALL {
        let world = acme().await.with_member(ACME, BOB, role).await.with_organization(EVE, "Eves").await;
        let (sent, _) = world.invite(ANN, ACME, NEW, Role::Owner).await;
        world.invite(EVE, "Eves", NEW, Role::Viewer).await;
        world.clock.advance(world.policy.organizations.invitation_lifetime);
        let (bob, acme) = (world.actor_at(ACME, BOB), world.organization_called(ACME).id);
        let outcome = world.invitations().list(bob, acme, all(InvitationOrder::Newest), &client()).await;
        if role >= Role::Admin {
            let listed = outcome.unwrap();
            assert_eq!((&listed.page.rows[..], listed.page.count), (&[sent.clone()][..], Count::Exactly(1)));
            assert_eq!(listed.inviters[&sent.invited_by].as_str(), ANN);
        } else {
            assert_eq!(code(outcome), "not_enough_privileges");
        }
    }
}

#[tokio::test]
async fn nobody_resends_or_revokes_what_they_could_not_send() {
    for bob in Role::ALL {
        for role in Role::ALL {
            let world = acme().await.with_member(ACME, BOB, bob).await;
            let (sent, _) = world.invite(ANN, ACME, NEW, role).await;
            let (resent, revoked) = (resend(&world, BOB, sent.id).await, revoke(&world, BOB, sent.id).await);
            if bob == Role::Owner || bob == Role::Admin && role < Role::Admin {
                resent.unwrap();
                revoked.unwrap();
                assert_eq!(world.store.invitations(), []);
            } else {
                assert_eq!((code(resent), code(revoked)), ("not_enough_privileges", "not_enough_privileges"));
                assert_eq!(world.store.invitations(), [sent]);
                assert_eq!(world.events(AuditKind::PermissionRefused).len(), 2);
            }
        }
    }
}

#[tokio::test]
async fn an_invitation_that_is_sent_again_has_a_new_link_a_new_end_and_another_sender() {
    let world = acme().await;
    let (sent, old) = world.invite(ANN, ACME, BOB, Role::Member).await;
    world.clock.advance(world.policy.organizations.invitation_lifetime);
    resend(&world, ROOT, sent.id).await.unwrap();
    let [resent] = &world.store.invitations()[..] else { panic!("one invitation") };
    assert_eq!((resent.id, resent.created_at, resent.role), (sent.id, sent.created_at, sent.role));
    assert_eq!(resent.invited_by, world.user(ROOT).id);
    assert_eq!(resent.expires_at, world.clock.now().after(world.policy.organizations.invitation_lifetime));
    let new = secret_in(&world.mail(MailTemplate::Invitation, BOB).await);
    assert_eq!(code(accept(&world, BOB, link(&old)).await), "invitation_not_found");
    accept(&world, BOB, link(&new)).await.unwrap();
    assert_eq!(the(&world, AuditKind::InvitationResent).details[&AuditDetail::Invitation], sent.id.to_string());
}

#[tokio::test]
async fn sending_again_takes_the_permits_of_sending() {
    for limit in [Limit::InvitationsPerAccount, Limit::InvitationsPerOrganization, Limit::InvitationsPerRecipient] {
        let world = acme().await.limiting(limit, 2);
        let (sent, _) = world.invite(ANN, ACME, NEW, Role::Member).await;
        resend(&world, ANN, sent.id).await.unwrap();
        assert_eq!(code(resend(&world, ANN, sent.id).await), "too_many_attempts", "{limit:?}");
    }
}

#[tokio::test]
async fn what_was_revoked_is_worth_nothing() {
    let world = acme().await;
    let (sent, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    revoke(&world, ANN, sent.id).await.unwrap();
    assert_eq!(code(accept(&world, BOB, link(&secret)).await), "invitation_not_found");
    let event = the(&world, AuditKind::InvitationRevoked);
    assert_eq!((event.actor, event.organization), (Some(sent.invited_by), Some(sent.organization)));
    assert_fails!(revoke(&world, ANN, sent.id).await, RevokeError::NotFound);
    assert_fails!(resend(&world, ANN, sent.id).await, ResendError::NotFound);
}

#[tokio::test]
async fn an_invitation_of_another_organization_is_none() {
    let world = acme().await.with_organization(EVE, "Eves").await;
    let (sent, _) = world.invite(EVE, "Eves", NEW, Role::Viewer).await;
    for id in [sent.id, InvitationId(Uuid::nil())] {
        assert_fails!(revoke(&world, ANN, id).await, RevokeError::NotFound);
        assert_fails!(resend(&world, ANN, id).await, ResendError::NotFound);
        assert_eq!(code(revoke(&world, EVE, id).await), "organization_not_found");
        assert_eq!(code(resend(&world, EVE, id).await), "organization_not_found");
    }
    assert_eq!(world.store.invitations(), [sent]);
}

#[tokio::test]
async fn without_mail_nothing_is_sent_again() {
    let world = acme().await;
    let (sent, _) = world.invite(ANN, ACME, NEW, Role::Member).await;
    let world = world.without_mail();
    assert_eq!(code(resend(&world, ANN, sent.id).await), "mail_off");
    revoke(&world, ANN, sent.id).await.unwrap();
}

#[tokio::test]
async fn what_expired_is_removed() {
    let world = acme().await;
    world.invite(ANN, ACME, NEW, Role::Member).await;
    assert_eq!(world.housekeeping().prune().await.unwrap().invitations, 0);
    world.clock.advance(world.policy.organizations.invitation_lifetime);
    assert_eq!(world.housekeeping().prune().await.unwrap().invitations, 1);
    assert_eq!(world.store.invitations(), []);
}
