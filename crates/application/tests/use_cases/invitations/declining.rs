//! Declining an invitation.

use ironplate_application::invitations::{InvitationError, InvitationKey};
use ironplate_domain::{AuditDetail, AuditKind, Role};
use ironplate_testkit::samples::client;

use super::{ACME, ANN, BOB, EVE, NEW, accept, acme, link, the};
use crate::assert_fails;

#[tokio::test]
async fn whoever_has_the_link_declines_also_without_an_account() {
    let world = acme().await;
    for by in [None, Some(EVE), Some(BOB)] {
        let (sent, secret) = world.invite(ANN, ACME, NEW, Role::Member).await;
        let by = by.map(|by| world.actor(by));
        world.invitations().decline(by, link(&secret), &client()).await.unwrap();
        assert_eq!(world.store.invitations(), []);
        let event = world.events(AuditKind::InvitationDeclined).pop().unwrap();
        assert_eq!((event.actor, event.organization), (by.map(|by| by.user), Some(sent.organization)));
        assert_eq!(event.details[&AuditDetail::Invitation], sent.id.to_string());
        assert_fails!(world.invitations().decline(by, link(&secret), &client()).await, InvitationError::NotFound);
    }
}

#[tokio::test]
async fn by_its_id_nobody_declines_but_who_proved_its_address() {
    let world = acme().await;
    let (bobs, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let (eves, _) = world.invite(ANN, ACME, EVE, Role::Member).await;
    let decline = async |by: Option<&str>, id| {
        let by = by.map(|by| world.actor(by));
        world.invitations().decline(by, InvitationKey::Account(id), &client()).await
    };
    for (by, id) in [(None, bobs.id), (Some(EVE), bobs.id), (Some(ANN), bobs.id), (Some(EVE), eves.id)] {
        assert_fails!(decline(by, id).await, InvitationError::NotFound);
    }
    assert_eq!(world.store.invitations().len(), 2);
    decline(Some(BOB), bobs.id).await.unwrap();
    assert_eq!(world.store.invitations(), [eves]);
    assert_fails!(accept(&world, BOB, link(&secret)).await, InvitationError::NotFound);
    assert_eq!(world.events(AuditKind::InvitationDeclined).len(), 5, "refusals as well");
    assert_eq!(world.store.memberships().len(), 1);
    assert_eq!(the(&world, AuditKind::MemberJoined).details[&AuditDetail::Reason], "invitation_not_found");
}
