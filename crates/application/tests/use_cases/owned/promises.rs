//! Who may do what to a row, what becomes of it, and what is recorded. Ann and Bob have a row each, and Root is a superuser.

use std::{collections::BTreeSet, fmt::Debug, sync::Arc};

use ironplate_application::{
    Fault, Kind, OwnedService, OwnerName,
    organizations::SoleOwned,
    ports::{Count, OwnedRow, PageRequest},
};
use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Changes, OrganizationId, OrganizationRole, Role,
};
use ironplate_testkit::{FakeStore, World, samples::client};

use uuid::Uuid;

use super::{MadeByUsers, Promised};
use crate::all;

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const ROOT: &str = "root@example.com";

struct Scene<R> {
    world: World,
    rows: Arc<OwnedService<R>>,
    ann: Actor,
    bob: Actor,
    root: Actor,
    anns: R,
    bobs: R,
}

impl<R: Promised> Scene<R> {
    async fn new() -> Self {
        let world = World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await;
        let (ann, bob, root) = (world.actor(ANN), world.actor(BOB), world.actor(ROOT));
        let (anns, bobs) = (world.add(ANN, "ann's").await, world.add(BOB, "bob's").await);
        let rows = Arc::new(OwnedService::new(&world.application().core));
        Self { world, rows, ann, bob, root, anns, bobs }
    }
}

pub(crate) async fn it_belongs_to_whoever_makes_it<R: MadeByUsers>() {
    let Scene { world, ann, .. } = Scene::<R>::new().await;
    let made = R::create(&world, ann).await.unwrap();
    assert_eq!(made.owner(), ann.user.into());
    assert_eq!(world.stored(&made).await, Some(made));
}

pub(crate) async fn whoever_was_deleted_makes_none<R: MadeByUsers>() {
    let Scene { world, ann, bobs, .. } = Scene::<R>::new().await;
    world.accounts().delete_account(ann, SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(R::create(&world, ann).await, Err(Kind::NotFound.coded("user_not_found")));
    assert_eq!(world.store.owned::<R>(), [bobs]);
}

pub(crate) async fn it_is_read_by_its_owner_and_by_superusers<R: Promised>() {
    let Scene { rows, ann, root, anns, .. } = Scene::<R>::new().await;
    for actor in [ann, root] {
        assert_eq!(rows.read(actor, id(&anns), &client()).await.unwrap(), anns);
    }
}

/// Also by those who might not see it if it were there.
pub(crate) async fn one_that_is_not_there_is_found_by_nobody<R: Promised>() {
    let Scene { world, rows, ann, bob, root, anns, .. } = Scene::<R>::new().await;
    rows.delete(ann, id(&anns), &client()).await.unwrap();
    let before = world.store.snapshot();
    for actor in [ann, bob, root] {
        assert_not_found(rows.read(actor, id(&anns), &client()).await);
        assert_not_found(rows.update(actor, id(&anns), R::changes_to("b"), &client()).await);
        assert_not_found(rows.delete(actor, id(&anns), &client()).await);
    }
    assert!(world.store.snapshot() == before);
}

/// Between the moment at which it was found and that at which it is changed.
pub(crate) async fn one_that_goes_meanwhile_is_not_found<R: Promised>() {
    let Scene { world, rows, ann, bob, anns, bobs, .. } = Scene::<R>::new().await;
    world.store.meanwhile(removal(rows.clone(), ann, id(&anns)));
    assert_not_found(rows.update(ann, id(&anns), R::changes_to("b"), &client()).await);
    world.store.meanwhile(removal(rows.clone(), bob, id(&bobs)));
    assert_not_found(rows.delete(bob, id(&bobs), &client()).await);
    assert_eq!(world.events(R::DELETED).len(), 2, "each was deleted once");
}

pub(crate) async fn users_list_their_own_and_superusers_everybodys<R: Promised>() {
    let Scene { rows, ann, root, anns, bobs, .. } = Scene::<R>::new().await;
    let order = <R as OwnedRow>::Order::default();
    let mine = rows.list(ann, all(order)).await.unwrap();
    assert_eq!((mine.rows, mine.count), (vec![anns.clone()], Count::Exactly(1)));
    let found = rows.list(root, PageRequest { search: Some("NN'S".to_owned()), ..all(order) }).await.unwrap();
    assert_eq!((found.rows, found.count), (vec![anns], Count::Exactly(1)));
    let everybodys = rows.list(root, all(order)).await.unwrap();
    assert_eq!(everybodys.count, Count::Exactly(2));
    assert!(everybodys.rows.contains(&bobs));
    let last = rows.list(root, PageRequest { skip: 1, limit: 1, ..all(order) }).await.unwrap();
    assert_eq!((&last.rows[..], last.count, last.more), (&everybodys.rows[1..], Count::Exactly(2), false));
}

/// Whose list it is, is said by whoever asks for it; of everybody's it is told whose each is.
pub(crate) async fn those_of_one_owner_are_listed_and_everybodys_with_their_owners<R: Promised>() {
    let Scene { world, rows, ann, bob, root, anns, bobs } = Scene::<R>::new().await;
    let acme = world.organization("Acme", &[(BOB, Role::Viewer)]).await;
    let acmes: R = world.add_to(acme, "acme's").await;
    let bob_there = bob.within(Some(OrganizationRole { organization: acme, role: Role::Viewer, is_barred: false }));
    let list = |actor, of| {
        let rows = rows.clone();
        async move { rows.list_with_owners(actor, of, all(<R as OwnedRow>::Order::default()), &client()).await }
    };
    for (actor, owner, row) in [
        (ann, ann.user.into(), &anns),
        (bob_there, bob.user.into(), &bobs),
        (bob_there, acme.into(), &acmes),
        (root, acme.into(), &acmes),
        (root, ann.user.into(), &anns),
    ] {
        let found = list(actor, Some(owner)).await.unwrap();
        assert_eq!((&found.page.rows[..], found.owners.len()), (std::slice::from_ref(row), 0));
    }
    assert_eq!(list(root, Some(root.user.into())).await.unwrap().page.rows, [], "a superuser has few of their own");
    let everybodys = list(root, None).await.unwrap();
    let names = [(ann.user.into(), ANN), (bob.user.into(), BOB), (acme.into(), "Acme")];
    let told = everybodys.owners.iter().map(|(owner, name)| (*owner, name.as_str())).collect::<BTreeSet<_>>();
    assert_eq!((everybodys.page.count, told), (Count::Exactly(3), BTreeSet::from(names)));
    for (actor, of) in [(bob_there, None), (ann, Some(bob.user.into()))] {
        assert!(matches!(list(actor, of).await.unwrap_err().class().kind, Kind::Denied(_)));
    }
    assert_not_found(list(ann, Some(acme.into())).await);
    assert_not_found(list(root, Some(OrganizationId(Uuid::nil()).into())).await);
}

/// To whoever may do what they say, and with what they are where it is.
pub(crate) async fn it_is_looked_at_with_whose_it_is<R: Promised>() {
    let Scene { world, rows, ann, bob, root, anns, .. } = Scene::<R>::new().await;
    let acme = world.organization("Acme", &[(BOB, Role::Viewer)]).await;
    let acmes: R = world.add_to(acme, "acme's").await;
    let name = |name: Option<OwnerName>| name.map(|name| name.as_str().to_owned());
    for (actor, row, owner, role) in [
        (ann, &anns, None, None),
        (root, &anns, Some(ANN), None),
        (bob, &acmes, Some("Acme"), Some(Role::Viewer)),
        (root, &acmes, Some("Acme"), None),
    ] {
        let seen = rows.look(actor, id(row), Action::Read, &client()).await.unwrap();
        assert_eq!((&seen.row, name(seen.owner).as_deref(), seen.at.map(|at| at.role)), (row, owner, role));
    }
    for action in [Action::Update, Action::Delete] {
        rows.look(root, id(&acmes), action, &client()).await.unwrap();
        let refused = rows.look(bob, id(&acmes), action, &client()).await.unwrap_err();
        assert!(matches!(refused.class().kind, Kind::Denied(_)));
    }
    assert_eq!(world.events(AuditKind::PermissionRefused).len(), 2);
    assert_not_found(rows.look(ann, id(&acmes), Action::Read, &client()).await);
}

pub(crate) async fn it_is_changed_in_what_is_named_and_nothing_else<R: Promised>() {
    let Scene { world, rows, ann, root, mut anns, bobs, .. } = Scene::<R>::new().await;
    for (actor, changes) in [(ann, R::changes_to("b")), (root, R::changes_to("c")), (ann, Default::default())] {
        changes.clone().apply_to(&mut anns);
        assert_eq!(rows.update(actor, id(&anns), changes, &client()).await.unwrap(), anns);
        assert_eq!(world.stored(&anns).await.as_ref(), Some(&anns));
    }
    assert_eq!(world.stored(&bobs).await, Some(bobs));
}

/// By its owner, or by a superuser.
pub(crate) async fn it_is_deleted_once<R: Promised>() {
    let Scene { world, rows, ann, root, anns, bobs, .. } = Scene::<R>::new().await;
    for (actor, row) in [(ann, &anns), (root, &bobs)] {
        rows.delete(actor, id(row), &client()).await.unwrap();
        assert_not_found(rows.delete(actor, id(row), &client()).await);
    }
    assert_eq!(world.store.owned::<R>(), []);
}

pub(crate) async fn of_many_who_delete_it_one_succeeds<R: Promised>() {
    let Scene { rows, ann, anns, .. } = Scene::<R>::new().await;
    let id = id(&anns);
    let rivals: Vec<_> = (0..16)
        .map(|_| {
            let rows = rows.clone();
            tokio::spawn(async move { rows.delete(ann, id, &client()).await.map_err(|error| error.class()) })
        })
        .collect();
    let mut succeeded = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(()) => succeeded += 1,
            Err(refused) => assert_eq!(refused.kind, Kind::NotFound),
        }
    }
    assert_eq!(succeeded, 1);
}

pub(crate) async fn none_is_made_that_is_not_stored<R: MadeByUsers>() {
    let Scene { world, ann, .. } = Scene::<R>::new().await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_eq!(R::create(&world, ann).await.unwrap_err().kind, Kind::Unavailable);
    }
    assert!(world.store.snapshot() == before);
}

pub(crate) async fn what_is_not_stored_never_happened<R: Promised>() {
    let Scene { world, rows, ann, anns, .. } = Scene::<R>::new().await;
    let before = world.store.snapshot();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_unavailable(rows.update(ann, id(&anns), R::changes_to("b"), &client()).await);
        assert_unavailable(rows.delete(ann, id(&anns), &client()).await);
    }
    assert!(world.store.snapshot() == before);
    assert_eq!(world.store.audit_events(), []);
}

pub(crate) async fn without_storage_nothing_is_seen<R: Promised>() {
    let Scene { world, rows, ann, anns, .. } = Scene::<R>::new().await;
    world.store.go_down();
    assert_unavailable(rows.read(ann, id(&anns), &client()).await);
    assert_unavailable(rows.look(ann, id(&anns), Action::Read, &client()).await);
    let order = <R as OwnedRow>::Order::default();
    assert_unavailable(rows.list(ann, all(order)).await);
    assert_unavailable(rows.list_with_owners(ann, Some(ann.user.into()), all(order), &client()).await);
}

/// With its fields; but not what changes nothing, and not what owners do.
pub(crate) async fn what_superusers_change_is_recorded<R: Promised>() {
    let Scene { world, rows, ann, root, anns, .. } = Scene::<R>::new().await;
    rows.update(ann, id(&anns), R::changes_to("b"), &client()).await.unwrap();
    rows.update(root, id(&anns), R::changes_to("b"), &client()).await.unwrap();
    assert_eq!(world.store.audit_events(), []);
    rows.update(root, id(&anns), R::changes_to("c"), &client()).await.unwrap();
    let event = the(&world, R::CHANGED);
    assert_eq!(event.kind.name(), format!("{}.changed", R::DETAIL.name()));
    assert_eq!((event.actor, event.subject), (Some(root.user), Some(ann.user)));
    assert_eq!(event.details.get(&R::DETAIL), Some(&id(&anns).to_string()));
    assert_eq!(event.details.get(&AuditDetail::Fields), Some(&R::changes_to("c").fields().join(" ")));
}

/// Nothing else tells afterwards that it was there.
pub(crate) async fn a_deletion_is_recorded_whoever_does_it<R: Promised>() {
    for by_superuser in [false, true] {
        let Scene { world, rows, ann, root, anns, .. } = Scene::<R>::new().await;
        let actor = if by_superuser { root } else { ann };
        rows.delete(actor, id(&anns), &client()).await.unwrap();
        let event = the(&world, R::DELETED);
        assert_eq!(event.kind.name(), format!("{}.deleted", R::DETAIL.name()));
        assert_eq!((event.actor, event.subject), (Some(actor.user), Some(ann.user)));
        assert_eq!(event.details.get(&R::DETAIL), Some(&id(&anns).to_string()));
    }
}

pub(crate) async fn a_denial_is_recorded_with_what_was_tried<R: Promised>() {
    let Scene { world, rows, ann, bob, bobs, .. } = Scene::<R>::new().await;
    rows.update(ann, id(&bobs), Default::default(), &client()).await.unwrap_err();
    let event = the(&world, AuditKind::PermissionRefused);
    assert_eq!((event.actor, event.subject), (Some(ann.user), Some(bob.user)));
    let detail = |detail| event.details.get(&detail).map(String::as_str);
    assert_eq!(
        (detail(AuditDetail::Action), detail(AuditDetail::Resource)),
        (Some("update"), Some(R::OF(bob.user.into()).name()))
    );
}

/// Also where the actor has a role in another one.
pub(crate) async fn one_of_an_organization_is_not_there_for_strangers<R: Promised>() {
    let Scene { world, rows, ann, bob, .. } = Scene::<R>::new().await;
    let acme = world.organization("Acme", &[(BOB, Role::Owner)]).await;
    let _other = world.organization("Other", &[(ANN, Role::Owner)]).await;
    let row: R = world.add_to(acme, "acme's").await;
    let before = world.store.snapshot();
    assert_not_found(rows.read(ann, id(&row), &client()).await);
    assert_not_found(rows.update(ann, id(&row), R::changes_to("b"), &client()).await);
    assert_not_found(rows.delete(ann, id(&row), &client()).await);
    assert!(world.store.snapshot() == before);
    assert_eq!(world.store.audit_events(), [], "whoever tries learns nothing, and nobody is told");
    let mine = rows.list(ann, all(<R as OwnedRow>::Order::default())).await.unwrap();
    assert!(!mine.rows.contains(&row));
    assert_eq!(rows.read(bob, id(&row), &client()).await.unwrap(), row);
}

/// Viewers look, all others work with it; what is refused to a member is a denial.
pub(crate) async fn one_of_an_organization_is_what_roles_make_of_it<R: Promised>() {
    for role in Role::ALL {
        let Scene { world, rows, bob, .. } = Scene::<R>::new().await;
        let acme = world.organization("Acme", &[(BOB, role)]).await;
        let row: R = world.add_to(acme, "acme's").await;
        assert_eq!(rows.read(bob, id(&row), &client()).await.unwrap(), row);
        let changed = rows.update(bob, id(&row), R::changes_to("b"), &client()).await;
        let deleted = rows.delete(bob, id(&row), &client()).await;
        if role == Role::Viewer {
            assert!(matches!(changed.unwrap_err().class().kind, Kind::Denied(_)));
            assert!(matches!(deleted.unwrap_err().class().kind, Kind::Denied(_)));
            assert_eq!(world.stored(&row).await, Some(row));
            assert_eq!(world.events(AuditKind::PermissionRefused).len(), 2);
            continue;
        }
        assert_eq!(changed.unwrap().owner(), acme.into());
        deleted.unwrap();
        assert_eq!(world.stored(&row).await, None);
        assert_eq!(world.events(R::CHANGED), [], "it is the organisation's own business");
        let event = the(&world, R::DELETED);
        assert_eq!((event.actor, event.subject), (Some(bob.user), None));
    }
}

pub(crate) async fn an_organization_s_are_listed_for_its_members_alone<R: Promised>() {
    for role in Role::ALL {
        let Scene { world, rows, ann, bob, root, .. } = Scene::<R>::new().await;
        let acme = world.organization("Acme", &[(BOB, role)]).await;
        let row: R = world.add_to(acme, "acme's").await;
        let _elsewhere: R = world.add_to(world.organization("Other", &[(BOB, role)]).await, "other's").await;
        let page = || all(<R as OwnedRow>::Order::default());
        for actor in [bob.within(Some(OrganizationRole { organization: acme, role, is_barred: false })), root] {
            assert_eq!(rows.list_of(actor, acme, page(), &client()).await.unwrap().rows, std::slice::from_ref(&row));
        }
        assert_not_found(rows.list_of(ann, acme, page(), &client()).await);
        assert_not_found(rows.list_of(root, OrganizationId(Uuid::nil()), page(), &client()).await);
    }
}

/// Unless they are a member who may.
pub(crate) async fn what_superusers_do_to_an_organization_s_is_recorded<R: Promised>() {
    for (role, recorded) in [(None, 1), (Some(Role::Viewer), 1), (Some(Role::Member), 0)] {
        let Scene { world, rows, root, .. } = Scene::<R>::new().await;
        let members: Vec<_> = role.map(|role| (ROOT, role)).into_iter().collect();
        let acme = world.organization("Acme", &members).await;
        let row: R = world.add_to(acme, "acme's").await;
        rows.update(root, id(&row), R::changes_to("c"), &client()).await.unwrap();
        assert_eq!(world.events(R::CHANGED).len(), recorded, "{role:?}");
        rows.delete(root, id(&row), &client()).await.unwrap();
        assert_eq!(world.events(R::DELETED).len(), 1);
    }
}

/// However many there are.
pub(crate) async fn an_export_holds_what_is_the_user_s_and_nothing_else<R: Promised>() {
    let Scene { world, ann, anns, .. } = Scene::<R>::new().await;
    let mut expected = vec![anns];
    for n in 0..500 {
        expected.push(world.add(ANN, &format!("more {n}")).await);
    }
    let (mut export, mut exported) = (world.accounts().export(ann, &client()).await.unwrap(), Vec::new());
    while let Some(part) = export.next().await.unwrap() {
        exported.extend(R::exported(part));
    }
    assert_eq!(exported, expected);
}

fn id<R: Promised>(row: &R) -> R::Id {
    OwnedRow::id(row)
}

/// The one event of this kind.
fn the(world: &World, kind: AuditKind) -> AuditEvent {
    let events = world.events(kind);
    let [event] = &events[..] else { panic!("one {}, not {events:?}", kind.name()) };
    assert_eq!(event.client, client());
    event.clone()
}

async fn removal<R: Promised>(rows: Arc<OwnedService<R>>, actor: Actor, id: R::Id) {
    rows.delete(actor, id, &client()).await.unwrap();
}

fn assert_not_found<T: Debug>(outcome: Result<T, impl Fault>) {
    assert_eq!(outcome.unwrap_err().class().kind, Kind::NotFound);
}

fn assert_unavailable<T: Debug>(outcome: Result<T, impl Fault>) {
    assert_eq!(outcome.unwrap_err().class().kind, Kind::Unavailable);
}
