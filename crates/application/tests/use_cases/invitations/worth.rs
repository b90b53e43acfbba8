//! An invitation is worth what whoever sent it may still give.

use ironplate_application::{invitations::InvitationKey, organizations::SoleOwned, users::UpdateUser};
use ironplate_domain::{Role, SessionId};
use ironplate_testkit::{World, samples::client};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, NEW, ROOT, accept, acme, code, link, sign_up};

/// What becomes of Eve, who invited people.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Removed,
    Left,
    Demoted,
    Deactivated,
    Deleted,
}

impl Fate {
    async fn meet(self, world: &World) {
        let (ann, eve, acme) = (world.actor_at(ACME, ANN), world.user(EVE).id, world.organization_called(ACME).id);
        let (organizations, users) = (world.organizations(), world.users());
        let deactivation = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
        let (root, session) = (world.actor(ROOT), SessionId(Uuid::nil()));
        match self {
            Self::Removed => organizations.remove_member(ann, acme, eve, &client()).await.unwrap(),
            Self::Left => organizations.leave(world.actor_at(ACME, EVE), acme, &client()).await.unwrap(),
            Self::Demoted => {
                organizations.change_role(ann, acme, eve, Role::Member, &client()).await.unwrap();
            }
            Self::Deactivated => {
                users.update(root, session, eve, deactivation, &client()).await.unwrap();
            }
            Self::Deleted => users.delete(root, eve, SoleOwned::Keep, &client()).await.unwrap(),
        }
    }
}

#[tokio::test]
async fn what_somebody_sent_is_worth_nothing_once_they_may_not_give_it() {
    for fate in [Fate::Removed, Fate::Left, Fate::Demoted, Fate::Deactivated, Fate::Deleted] {
        let world = acme().await.with_member(ACME, EVE, Role::Admin).await;
        let (bobs, secret) = world.invite(EVE, ACME, BOB, Role::Member).await;
        let (_, news) = world.invite(EVE, ACME, NEW, Role::Member).await;
        fate.meet(&world).await;
        let outcomes = [
            code(accept(&world, BOB, link(&secret)).await),
            code(accept(&world, BOB, InvitationKey::Account(bobs.id)).await),
            code(world.invitations().look(&secret, None, &client()).await),
            code(sign_up(&world, &news).await),
        ];
        assert_eq!(outcomes, ["invitation_not_found"; 4], "{fate:?}");
        assert_eq!(world.invitations().received(&world.user(BOB)).await.unwrap(), [], "{fate:?}");
        assert_eq!((world.role(ACME, BOB), world.find_user(NEW)), (None, None), "{fate:?}");
    }
}

/// Of an owner who is an admin now, what admins give is left.
#[tokio::test]
async fn what_they_may_still_give_is_worth_it() {
    let world = acme().await.with_member(ACME, EVE, Role::Owner).await;
    let (_, bobs) = world.invite(EVE, ACME, BOB, Role::Member).await;
    let (_, news) = world.invite(EVE, ACME, NEW, Role::Owner).await;
    let (ann, eve, acme) = (world.actor_at(ACME, ANN), world.user(EVE).id, world.organization_called(ACME).id);
    world.organizations().change_role(ann, acme, eve, Role::Admin, &client()).await.unwrap();
    accept(&world, BOB, link(&bobs)).await.unwrap();
    assert_eq!(code(sign_up(&world, &news).await), "invitation_not_found");
}

#[tokio::test]
async fn with_its_organization_an_invitation_is_gone() {
    let world = acme().await;
    let (bobs, secret) = world.invite(ANN, ACME, BOB, Role::Member).await;
    let (ann, acme) = (world.actor_at(ACME, ANN), bobs.organization);
    world.organizations().delete(ann, acme, Some(ACME), &client()).await.unwrap();
    for key in [link(&secret), InvitationKey::Account(bobs.id)] {
        assert_eq!(code(accept(&world, BOB, key).await), "invitation_not_found");
    }
}

/// It is the one who sent it last who has to be able to.
#[tokio::test]
async fn sent_again_by_somebody_else_it_is_theirs() {
    let world = acme().await.with_member(ACME, EVE, Role::Admin).await;
    let (bobs, _) = world.invite(EVE, ACME, BOB, Role::Member).await;
    Fate::Demoted.meet(&world).await;
    let ann = world.actor_at(ACME, ANN);
    world.invitations().resend(ann, bobs.organization, bobs.id, &client()).await.unwrap();
    accept(&world, BOB, InvitationKey::Account(bobs.id)).await.unwrap();
}
