//! «Label» that organisations own: making them[% if moves %], and moving «plural» from one owner to another[% endif %].

use «product»_application::{
    Fault,
    [%- if most or moves %]
    «nouns»::{[% if most %]Create«Type»Error, [% endif %][% if moves %]Move«Type»Error[% endif %]},
    [%- endif %]
    organizations::SoleOwned,
};
use «product»_domain::{[% if moves %]AuditDetail, [% endif %]AuditKind, «Type», Organization, OrganizationId, Owner, Role[% if refers %], User[% endif %]};
use «product»_testkit::{FakeStore, World, samples::client};
use uuid::Uuid;

use super::{ANN, «noun»};
use crate::{acting::[% if refers %]{Target, acts}[% else %]acts[% endif %][% if most %], assert_fails[% endif %]};

[% if refers -%]
/// An organisation that has what «plural» refer to.
pub(crate) struct Prepared(Organization);

impl Target for Prepared {
    async fn of(owner: User, world: &World) -> Self {
        let organization = Organization::of(owner, world).await;
        world.prepare::<«Type»>(organization.id).await;
        Self(organization)
    }
}

acts! { |world, actor, to: Prepared|
    changes «nouns».create_in(actor, to.0.id, «noun»(to.0.id, "new"), &client());
}
[%- else -%]
acts! { |world, actor, to: Organization|
    changes «nouns».create_in(actor, to.id, «noun»("new"), &client());
}
[%- endif %]

const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const ROOT: &str = "root@example.com";
const NONE: OrganizationId = OrganizationId(Uuid::nil());

/// Ann owns Acme, and Bob is in it as this. Eve owns another one.
async fn world(bob: Role) -> (World, OrganizationId) {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_user(EVE).await.with_superuser(ROOT).await;
    let acme = world.organization("Acme", &[(ANN, Role::Owner), (BOB, bob)]).await;
    world.organization("Other", &[(EVE, Role::Owner)]).await;
    [%- if refers %]
    world.prepare::<«Type»>(acme).await;
    [%- if by_users %]
    world.prepare::<«Type»>(world.user(BOB).id).await;
    [%- endif %]
    [%- endif %]
    (world, acme)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, impl Fault>) -> &'static str {
    outcome.expect_err("a refusal").class().code
}

[% if moves -%]
async fn move_to(world: &World, by: &str, «noun»: &«Type», to: Option<OrganizationId>) -> Result<«Type», Move«Type»Error> {
    world.application().«nouns».move_to(world.actor(by), «noun».id, to, &client()).await
}

[% endif -%]
/// Though the organisation is not at hand, since it is named in a body.
#[tokio::test]
async fn members_who_may_work_make_«nouns»_of_an_organization() {
    for role in Role::ALL {
        let (world, acme) = world(role).await;
        let outcome = world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"a"), &client()).await;
        if role == Role::Viewer {
            assert_eq!(code(outcome), "not_enough_privileges");
            assert_eq!(world.store.owned::<«Type»>(), []);
        } else {
            let made = outcome.unwrap();
            assert_eq!((made.owner, &world.store.owned::<«Type»>()[..]), (Owner::Organization(acme), &[made.clone()][..]));
        }
    }
}

#[tokio::test]
async fn strangers_make_none_and_learn_nothing() {
    let (world, acme) = world(Role::Member).await;
    for organization in [acme, NONE] {
        let outcome = world.application().«nouns».create_in(world.actor(EVE), organization, «noun»([% if refers %]organization, [% endif %]"a"), &client()).await;
        assert_eq!(code(outcome), "organization_not_found");
    }
    let refused = world.events(AuditKind::PermissionRefused);
    assert_eq!(refused.iter().map(|event| event.organization).collect::<Vec<_>>(), [Some(acme), Some(NONE)]);
    let outcome = world.application().«nouns».create_in(world.actor(ROOT), NONE, «noun»([% if refers %]NONE, [% endif %]"a"), &client()).await;
    assert_eq!(code(outcome), "organization_not_found");
    world.application().«nouns».create_in(world.actor(ROOT), acme, «noun»([% if refers %]acme, [% endif %]"a"), &client()).await.unwrap();
}

[% if most -%]
#[tokio::test]
async fn an_organization_has_so_many_«nouns»_and_no_more() {
    let (mut world, acme) = world(Role::Member).await;
    world.policy.most_«nouns»_of_organization = 1;
    let ann = world.actor(ANN);
    let first = world.application().«nouns».create_in(ann, acme, «noun»([% if refers %]acme, [% endif %]"first"), &client()).await.unwrap();
    let outcome = world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"second"), &client()).await;
    assert_fails!(outcome, Create«Type»Error::OrganizationFull(1));
    [%- if moves %]
    let own = world.application().«nouns».create(ann, «noun»("own")).await.unwrap();
    assert_eq!(code(move_to(&world, ANN, &own, Some(acme)).await), "too_many_«nouns»");
    [%- endif %]
    world.application().«nouns».delete(ann, first.id, &client()).await.unwrap();
    [%- if moves %]
    move_to(&world, ANN, &own, Some(acme)).await.unwrap();
    [%- else %]
    world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"second"), &client()).await.unwrap();
    [%- endif %]
}

[% endif -%]
[% if moves -%]
#[tokio::test]
async fn «a»_«noun»_goes_to_an_organization_and_back() {
    for role in [Role::Member, Role::Admin, Role::Owner] {
        let (world, acme) = world(role).await;
        let bob = world.user(BOB).id;
        let «noun» = world.application().«nouns».create(world.actor(BOB), «noun»("a")).await.unwrap();
        let moved = move_to(&world, BOB, &«noun», Some(acme)).await.unwrap();
        assert_eq!(moved, «Type» { owner: acme.into(), ..«noun».clone() });
        assert_eq!(world.store.owned::<«Type»>(), std::slice::from_ref(&moved));
        assert_eq!(move_to(&world, BOB, &moved, None).await.unwrap(), «noun»);
        let events = world.events(AuditKind::«Type»Moved);
        let told = events.iter().map(|event| (event.actor, event.subject, event.organization));
        assert_eq!(told.collect::<Vec<_>>(), [(Some(bob), Some(bob), Some(acme)); 2]);
        let ways = events.iter().map(|event| event.details[&AuditDetail::Owner].clone()).collect::<Vec<_>>();
        assert_eq!(ways, [format!("user {bob} -> organization {acme}"), format!("organization {acme} -> user {bob}")]);
    }
}

/// Both are told: one has lost something, the other has it now.
#[tokio::test]
async fn a_move_between_organizations_is_recorded_in_both() {
    let (world, acme) = world(Role::Member).await;
    let other = world.organization_called("Other").id;
    let world = world.with_member("Other", BOB, Role::Member).await;
    let «noun» = world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"a"), &client()).await.unwrap();
    assert_eq!(move_to(&world, BOB, &«noun», Some(other)).await.unwrap().owner, other.into());
    let within: Vec<_> = world.events(AuditKind::«Type»Moved).iter().map(|event| event.organization).collect();
    assert_eq!(within, [Some(acme), Some(other)]);
}

#[tokio::test]
async fn nobody_moves_what_they_may_not_delete_or_to_where_they_may_not_create() {
    let (world, acme) = world(Role::Viewer).await;
    let other = world.organization_called("Other").id;
    let of_acme = world.application().«nouns».create_in(world.actor(ANN), acme, «noun»([% if refers %]acme, [% endif %]"acme's"), &client()).await.unwrap();
    let anns = world.application().«nouns».create(world.actor(ANN), «noun»("ann's")).await.unwrap();
    let bobs = world.application().«nouns».create(world.actor(BOB), «noun»("bob's")).await.unwrap();
    let before = world.store.snapshot();
    for (by, «noun», to, code_of_it) in [
        (BOB, &of_acme, None, "not_enough_permissions"),
        (BOB, &of_acme, Some(acme), "not_enough_permissions"),
        (BOB, &anns, None, "not_enough_permissions"),
        (BOB, &bobs, Some(acme), "not_enough_privileges"),
        (BOB, &bobs, Some(other), "organization_not_found"),
        (BOB, &bobs, Some(NONE), "organization_not_found"),
        (EVE, &of_acme, None, "«noun»_not_found"),
        (EVE, &of_acme, Some(other), "«noun»_not_found"),
        (ROOT, &anns, Some(NONE), "organization_not_found"),
    ] {
        assert_eq!(code(move_to(&world, by, «noun», to).await), code_of_it, "{by}: {«noun»:?} to {to:?}");
    }
    assert!(world.store.snapshot() == before);
    move_to(&world, ROOT, &anns, Some(other)).await.unwrap();
}

#[tokio::test]
async fn who_is_removed_meanwhile_moves_nothing() {
    let (world, acme) = world(Role::Member).await;
    let «noun» = world.application().«nouns».create(world.actor(BOB), «noun»("a")).await.unwrap();
    let (ann, bob) = (world.actor_at("Acme", ANN), world.user(BOB).id);
    world.store.meanwhile({
        let world = world.clone();
        async move { world.organizations().remove_member(ann, acme, bob, &client()).await.unwrap() }
    });
    assert_eq!(code(move_to(&world, BOB, &«noun», Some(acme)).await), "organization_not_found");
    assert_eq!(world.store.owned::<«Type»>(), [«noun»]);
}

#[tokio::test]
async fn what_changes_nothing_is_not_recorded() {
    let (world, acme) = world(Role::Member).await;
    let own = world.application().«nouns».create(world.actor(BOB), «noun»("own")).await.unwrap();
    assert_eq!(move_to(&world, BOB, &own, None).await.unwrap(), own);
    let of_acme = world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"acme's"), &client()).await.unwrap();
    assert_eq!(move_to(&world, BOB, &of_acme, Some(acme)).await.unwrap(), of_acme);
    assert_eq!(world.store.audit_events(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_move_it_one_does() {
    let (world, acme) = world(Role::Member).await;
    let «noun» = world.application().«nouns».create(world.actor(BOB), «noun»("a")).await.unwrap();
    let attempts = (0..8).map(|_| {
        let (world, «noun») = (world.clone(), «noun».clone());
        tokio::spawn(async move { move_to(&world, BOB, &«noun», Some(acme)).await.is_ok() })
    });
    for attempt in attempts.collect::<Vec<_>>() {
        attempt.await.unwrap();
    }
    assert_eq!(world.events(AuditKind::«Type»Moved).len(), 1);
}

[% endif -%]
#[tokio::test]
async fn what_is_an_organizations_stays_when_its_maker_goes_and_goes_with_the_organization() {
    let (world, acme) = world(Role::Member).await;
    world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"a"), &client()).await.unwrap();
    world.accounts().delete_account(world.actor(BOB), SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(world.store.owned::<«Type»>().len(), 1);
    let ann = world.actor_at("Acme", ANN);
    let deleted = world.organizations().delete(ann, acme, Some("Acme"), &client()).await.unwrap();
    assert_eq!((deleted.owned["«nouns»"], world.store.owned::<«Type»>()), (1, vec![]));
}

#[tokio::test]
async fn what_is_not_stored_never_happened() {
    let (world, acme) = world(Role::Member).await;
    [%- if moves %]
    let made = world.application().«nouns».create(world.actor(BOB), «noun»("a")).await.unwrap();
    [%- elif by_users %]
    world.application().«nouns».create(world.actor(BOB), «noun»([% if refers %]world.user(BOB).id, [% endif %]"a")).await.unwrap();
    [%- else %]
    world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"a"), &client()).await.unwrap();
    [%- endif %]
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        [%- if moves %]
        assert_eq!(code(move_to(&world, BOB, &made, Some(acme)).await), "unavailable");
        [%- endif %]
        let outcome = world.application().«nouns».create_in(world.actor(BOB), acme, «noun»([% if refers %]acme, [% endif %]"b"), &client()).await;
        assert_eq!(code(outcome), "unavailable");
    }
    assert!(world.store.snapshot() == before);
}
