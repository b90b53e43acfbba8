//! Making organisations.

use ironplate_application::{
    OrganizationCreation,
    limits::{Limit, LimitError},
    organizations::{CreateOrganization, CreateOrganizationError, SoleOwned},
    ports::{Clock, OwnOrganization, StoreError},
};
use ironplate_domain::{AuditKind, Organization, Role};
use ironplate_testkit::{
    FakeStore, World,
    samples::{client, slug, text},
    user,
};

use super::{ACME, ANN, BOB, ROOT, new, the};
use crate::assert_fails;

async fn create(world: &World, email: &str, name: &str) -> Result<OwnOrganization, CreateOrganizationError> {
    world.organizations().create(world.actor(email), new(name), &client()).await
}

#[tokio::test]
async fn whoever_makes_an_organization_owns_it() {
    let world = World::new().with_user(ANN).await;
    let ann = world.user(ANN).id;
    let made = create(&world, ANN, "Acme & Söhne").await.unwrap();
    let id = made.organization.id;
    let (name, created_at) = (text("Acme & Söhne"), world.clock.now());
    let expected = Organization {
        id,
        name,
        slug: slug("acme-sohne"),
        requires_second_factor: false,
        created_by: Some(ann),
        created_at,
    };
    assert_eq!(made, OwnOrganization { organization: expected.clone(), role: Role::Owner, joined_at: created_at });
    assert_eq!(world.store.organizations(), [expected]);
    assert_eq!(world.role("Acme & Söhne", ANN), Some(Role::Owner));
    let event = the(&world, AuditKind::OrganizationCreated);
    assert_eq!((event.actor, event.subject, event.organization), (Some(ann), Some(ann), Some(id)));
}

#[tokio::test]
async fn a_slug_is_the_given_one_or_like_the_name_or_made_up() {
    let world = World::new().with_user(ANN).await;
    let command = CreateOrganization { slug: Some(slug("Other")), ..new(ACME) };
    let given = world.organizations().create(world.actor(ANN), command, &client()).await.unwrap();
    assert_eq!(given.organization.slug.as_str(), "other");
    assert_eq!(create(&world, ANN, ACME).await.unwrap().organization.slug.as_str(), "acme");
    let made_up = create(&world, ANN, "牛乳").await.unwrap().organization.slug;
    assert!(made_up.as_str().starts_with("org-"), "{made_up}");
    assert_ne!(create(&world, ANN, "牛乳").await.unwrap().organization.slug, made_up);
}

#[tokio::test]
async fn a_slug_is_taken_in_any_spelling_whoever_has_it() {
    let world = World::new().with_user(ANN).await.with_user(BOB).await;
    create(&world, ANN, ACME).await.unwrap();
    let (before, bob) = (world.store.snapshot(), world.actor(BOB));
    assert_fails!(create(&world, BOB, "ACME").await, CreateOrganizationError::SlugTaken(_));
    let command = CreateOrganization { slug: Some(slug("AcMe")), ..new("Mine") };
    let outcome = world.organizations().create(bob, command, &client()).await;
    assert_fails!(outcome, CreateOrganizationError::SlugTaken(_));
    assert!(world.store.snapshot() == before);
}

#[tokio::test]
async fn the_operator_says_who_makes_organizations() {
    for (creation, by_users, by_superusers) in [
        (OrganizationCreation::Everyone, true, true),
        (OrganizationCreation::Superusers, false, true),
        (OrganizationCreation::Off, false, false),
    ] {
        let mut world = World::new().with_user(ANN).await.with_superuser(ROOT).await;
        world.policy.organizations.creation = creation;
        for (email, is_made) in [(ANN, by_users), (ROOT, by_superusers)] {
            match create(&world, email, if email == ANN { "Anns" } else { "Roots" }).await {
                Ok(_) => assert!(is_made, "{creation:?}, {email}"),
                outcome => {
                    assert!(!is_made, "{creation:?}, {email}");
                    assert_fails!(outcome, CreateOrganizationError::Closed);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_user_owns_so_many_organizations_and_makes_no_more() {
    let mut world = World::new().with_user(ANN).await.with_user(BOB).await;
    world.policy.organizations.most_per_user = 2;
    let world = world.with_organization(BOB, "Bobs").await.with_member("Bobs", ANN, Role::Admin).await;
    create(&world, ANN, "One").await.unwrap();
    create(&world, ANN, "Two").await.unwrap();
    assert_fails!(create(&world, ANN, "Three").await, CreateOrganizationError::TooMany(2));
    create(&world, BOB, "Four").await.unwrap();
    assert_eq!(world.store.organizations().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_no_more_are_made_than_a_user_may_own() {
    let mut world = World::new().with_user(ANN).await;
    world.policy.organizations.most_per_user = 3;
    let attempts = (0..9).map(|n| {
        let world = world.clone();
        tokio::spawn(async move { create(&world, ANN, &format!("Number {n}")).await.is_ok() })
    });
    let mut made = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        made += usize::from(attempt.await.unwrap());
    }
    assert_eq!((made, world.store.organizations().len()), (3, 3));
}

#[tokio::test]
async fn whoever_tries_too_often_waits() {
    let world = World::new().with_user(ANN).await.limiting(Limit::OrganizationsPerAccount, 1);
    create(&world, ANN, "One").await.unwrap();
    let outcome = create(&world, ANN, "Two").await;
    assert_fails!(outcome, CreateOrganizationError::Limit(LimitError::Throttled(_)));
}

/// Or an organisation would be left without anybody who can act for it.
#[tokio::test]
async fn whoever_is_deactivated_logged_out_or_deleted_meanwhile_makes_none() {
    let world = World::new().with(user(ANN).inactive()).await;
    assert_fails!(create(&world, ANN, ACME).await, CreateOrganizationError::SessionOver);

    let world = World::new().with_user(BOB).await;
    let session = world.open_session(BOB).await;
    let bob = world.actor(BOB).by(session.id);
    world.sessions().revoke_all(bob, bob.user, None, &client()).await.unwrap();
    let outcome = world.organizations().create(bob, new(ACME), &client()).await;
    assert_fails!(outcome, CreateOrganizationError::SessionOver);

    let bob = world.actor(BOB);
    world.accounts().delete_account(bob, SoleOwned::Keep, &client()).await.unwrap();
    let outcome = world.organizations().create(bob, new(ACME), &client()).await;
    assert_fails!(outcome, CreateOrganizationError::SessionOver);
    assert_eq!(world.store.organizations(), []);
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let world = World::new().with_user(ANN).await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.organizations().create(world.actor(ANN), new(ACME), &client()).await;
        assert_fails!(outcome, CreateOrganizationError::Store(StoreError::Unavailable(_)));
    }
    assert!(world.store.snapshot() == before);
    assert_eq!(world.store.audit_events(), []);
}
