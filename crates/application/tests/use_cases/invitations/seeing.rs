//! Seeing what one is invited to.

use ironplate_application::invitations::{InvitationError, LinkedOffer};
use ironplate_domain::{AuditKind, Role, TokenSecret};
use ironplate_testkit::{World, samples::client, user};

use super::{ACME, ANN, BOB, EVE, NEW, acme};
use crate::assert_fails;

async fn look(world: &World, secret: &TokenSecret, by: Option<&str>) -> Result<LinkedOffer, InvitationError> {
    let by = by.map(|by| world.user(by));
    world.invitations().look(secret, by.as_ref(), &client()).await
}

#[tokio::test]
async fn a_link_shows_what_it_offers_and_for_whom_and_uses_nothing_up() {
    let world = acme().await.with(user("unclaimed@example.com").without_password()).await;
    for (email, has_account) in [(NEW, false), (EVE, true), ("unclaimed@example.com", false)] {
        let (sent, secret) = world.invite(ANN, ACME, email, Role::Admin).await;
        let before = world.store.snapshot();
        for (by, is_yours) in [(None, None), (Some(BOB), Some(false)), (Some(EVE), Some(email == EVE))] {
            let seen = look(&world, &secret, by).await.unwrap();
            assert_eq!((seen.has_account, seen.is_yours), (has_account, is_yours), "{email} {by:?}");
            assert_eq!((&seen.offer.invitation, seen.offer.invited_by.as_str()), (&sent, ANN));
            assert_eq!(seen.offer.organization, world.organization_called(ACME));
        }
        assert!(world.store.snapshot() == before);
    }
    assert_fails!(look(&world, &TokenSecret::new("nonsense"), None).await, InvitationError::NotFound);
    assert_eq!(world.store.audit_events().len(), world.events(AuditKind::MemberInvited).len());
}

#[tokio::test]
async fn whoever_proved_their_address_sees_what_waits_for_it() {
    let world = acme().await.with_organization(EVE, "Eves").await;
    let (acmes, _) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let (eves, _) = world.invite(EVE, "Eves", "BOB@example.com", Role::Viewer).await;
    world.invite(ANN, ACME, NEW, Role::Member).await;
    let offers = world.invitations().received(&world.user(BOB)).await.unwrap();
    let seen: Vec<_> = offers
        .iter()
        .map(|offer| (offer.invitation.clone(), offer.organization.name.as_str(), offer.invited_by.as_str()))
        .collect();
    assert_eq!(seen, [(acmes, ACME, ANN), (eves, "Eves", EVE)]);
    world.clock.advance(world.policy.organizations.invitation_lifetime);
    assert_eq!(world.invitations().received(&world.user(BOB)).await.unwrap(), []);
}
