//! What becomes of organisations when the account of somebody in them goes or is switched off.

use ironplate_application::{
    Operator,
    accounts::DeleteAccountError,
    organizations::SoleOwned,
    users::{DeleteUserError, UpdateUser, UpdateUserError},
};
use ironplate_domain::{AuditDetail, AuditKind, AuditOutcome, MailTemplate, Role, SessionId};
use ironplate_testkit::{World, samples::client, user};
use uuid::Uuid;

use super::{ACME, ANN, BOB, EVE, ROOT, acme_with_bob_as, the};
use crate::assert_fails;

const NO_SESSION: SessionId = SessionId(Uuid::nil());

fn off() -> UpdateUser {
    UpdateUser { is_active: Some(false), ..UpdateUser::default() }
}

fn operator() -> Operator {
    Operator { login: Some("ops".to_owned()), client: client(), ..Operator::default() }
}

#[tokio::test]
async fn the_only_owner_of_an_organization_is_neither_deleted_nor_deactivated() {
    let world = acme_with_bob_as(Role::Admin).await.with_organization(ANN, "Umbrella").await;
    let world = world.with(user("off@example.com").inactive()).await;
    let world = world.with_member(ACME, "off@example.com", Role::Owner).await;
    let (before, ann, root) = (world.store.snapshot(), world.user(ANN).id, world.actor(ROOT));

    let outcome = world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        error.to_string(),
        "You are the only owner of Umbrella and Acme. Make somebody else an owner, or delete them with your account \
         (`with_organizations=true`)"
    );
    assert!(matches!(error, DeleteAccountError::SoleOwner(_)));
    let told = world.accounts().sole_owned(world.actor(ANN)).await.unwrap();
    assert_eq!(told, ["Umbrella", ACME].map(|name| world.organization_called(name)));
    assert_eq!(world.accounts().sole_owned(world.actor(BOB)).await.unwrap(), []);
    let outcome = world.users().delete(root, ann, SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteUserError::SoleOwner(_));
    let outcome = world.users().by_operator(&operator()).delete(ann, SoleOwned::Keep).await;
    assert_fails!(outcome, DeleteUserError::SoleOwner(_));
    let outcome = world.users().update(root, NO_SESSION, ann, off(), &client()).await;
    assert_fails!(outcome, UpdateUserError::SoleOwner(_));
    let outcome = world.users().by_operator(&operator()).update(ann, off()).await;
    assert_fails!(outcome, UpdateUserError::SoleOwner(_));

    assert!(world.store.snapshot() == before);
    let events = world.store.audit_events();
    assert!(events.len() == 5 && events.iter().all(|event| event.outcome == AuditOutcome::Failure), "{events:?}");
    assert!(events.iter().all(|event| event.details[&AuditDetail::Reason] == "sole_owner"));
}

#[tokio::test]
async fn beside_another_owner_one_is_deleted_or_deactivated() {
    let world = acme_with_bob_as(Role::Owner).await;
    let (root, bob) = (world.actor(ROOT), world.user(BOB).id);
    world.users().update(root, NO_SESSION, bob, off(), &client()).await.unwrap();
    // Whoever is off is no owner who counts.
    let outcome = world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, DeleteAccountError::SoleOwner(_));
    world.users().update(root, NO_SESSION, bob, off(), &client()).await.unwrap();
    world.users().delete(root, bob, SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.role(ACME, ANN), Some(Role::Owner));
}

#[tokio::test]
async fn what_one_is_only_a_member_of_stands_in_nobodys_way_and_is_left() {
    for role in Role::ALL {
        let world = acme_with_bob_as(role).await.with_organization(EVE, "Eves").await;
        let world = world.with_member("Eves", BOB, Role::Viewer).await;
        let bob = world.actor(BOB);
        world.accounts().delete_account(bob, SoleOwned::Keep, &client()).await.unwrap();
        assert_eq!(world.store.memberships().len(), 2);
        let mut left: Vec<_> = world.events(AuditKind::MemberLeft);
        assert!(left.iter().all(|event| (event.actor, event.subject) == (Some(bob.user), Some(bob.user))));
        left.sort_by_key(|event| event.organization);
        let mut expected = [ACME, "Eves"].map(|name| Some(world.organization_called(name).id));
        expected.sort_unstable();
        assert_eq!(left.iter().map(|event| event.organization).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn with_their_organizations_the_only_owner_is_deleted() {
    for by in ["themselves", "a superuser", "the operator"] {
        let world = acme_with_bob_as(Role::Admin).await.with_organization(EVE, "Eves").await;
        let world = world.with_member("Eves", ANN, Role::Owner).await;
        let (ann, root, acme) = (world.actor(ANN), world.actor(ROOT), world.organization_called(ACME).id);
        match by {
            "themselves" => world.accounts().delete_account(ann, SoleOwned::Delete, &client()).await.unwrap(),
            "a superuser" => world.users().delete(root, ann.user, SoleOwned::Delete, &client()).await.unwrap(),
            _ => world.users().by_operator(&operator()).delete(ann.user, SoleOwned::Delete).await.unwrap(),
        }
        assert_eq!(world.find_user(ANN), None);
        assert_eq!(world.store.organizations(), [world.organization_called("Eves")]);
        let deleted = the(&world, AuditKind::OrganizationDeleted);
        let actor = match by {
            "themselves" => Some(ann.user),
            "a superuser" => Some(root.user),
            _ => None,
        };
        assert_eq!((deleted.actor, deleted.organization), (actor, Some(acme)), "{by}");
        let login = deleted.details.get(&AuditDetail::Operator).map(String::as_str);
        assert_eq!(login, (by == "the operator").then_some("ops"));
        assert_eq!(the(&world, AuditKind::MemberLeft).organization, Some(world.organization_called("Eves").id));
        let told = |template| {
            let messages = world.store.messages().into_iter().filter(|message| message.template == template);
            messages.map(|message| message.to.to_string()).collect::<Vec<_>>()
        };
        assert!(told(MailTemplate::OrganizationDeleted).contains(&BOB.to_owned()), "{by}");
        assert_eq!(told(MailTemplate::OrganizationDeleted).contains(&ANN.to_owned()), by != "themselves");
        assert_eq!(told(MailTemplate::AccountDeleted), [ANN]);
    }
}

#[tokio::test]
async fn so_many_organizations_are_told_by_name() {
    let mut world = World::new().with_user(ANN).await;
    for n in 0..13 {
        world = world.with_organization(ANN, &format!("Number-{n:02}")).await;
    }
    let outcome = world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await;
    let told = outcome.unwrap_err().to_string();
    assert!(told.contains(" and 3 more. "), "{told}");
    assert_eq!(told.matches("Number").count(), 10, "{told}");
}

#[tokio::test]
async fn an_administrator_sees_which_organizations_somebody_keeps_alive() {
    let world = acme_with_bob_as(Role::Owner).await.with_organization(BOB, "Bobs").await;
    let details = world.users().look(world.actor(ROOT), world.user(BOB).id, &client()).await.unwrap();
    let mut names: Vec<_> = details.organizations.iter().map(|own| own.organization.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [ACME, "Bobs"]);
    assert_eq!(details.sole_owned, [world.organization_called("Bobs")]);
}

/// A superuser makes Bob an owner and Ann goes; Bob is deleted at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_promotion_and_a_deletion_leave_an_owner() {
    for _ in 0..20 {
        let world = acme_with_bob_as(Role::Admin).await;
        let (ann, bob, acme) = (world.actor_at(ACME, ANN), world.actor(BOB), world.organization_called(ACME).id);
        let hand_over = tokio::spawn({
            let world = world.clone();
            async move { world.organizations().transfer(ann, acme, bob.user, &client()).await.map(drop) }
        });
        let go = tokio::spawn({
            let world = world.clone();
            async move { world.accounts().delete_account(bob, SoleOwned::Keep, &client()).await }
        });
        let (handed_over, gone) = (hand_over.await.unwrap(), go.await.unwrap());
        let owners: Vec<_> = world.store.memberships().into_iter().filter(|one| one.role == Role::Owner).collect();
        assert_eq!(owners.len(), 1, "{handed_over:?}, {gone:?}");
        assert!(world.store.users().iter().any(|user| user.id == owners[0].user));
    }
}
