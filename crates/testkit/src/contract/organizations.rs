//! Organisations come, change and go.

use std::sync::Arc;

use ironplate_application::ports::{
    Constraint, Count, OrganizationOrder, Page, PageRequest, Repositories, Store, StoreResult,
};
use ironplate_domain::{
    Organization, OrganizationChanges, OrganizationId, OrganizationName, Owner, Role, StoredText, Timestamp, UserId,
};
use uuid::Uuid;

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    locks::assert_waits,
    race::{RIVALS, assert_one_succeeds_and_the_others_conflict, race},
    resource::Resource,
    rows::Row,
    searches::with,
    subject::{Subject, all, alone, assert_conflict, assert_internal, seen},
};
use crate::samples::slug;

checks! { organizations of Organization: resource;
    a_slug_belongs_to_one_organization_in_any_spelling,
    an_organization_is_found_in_every_way,
    an_organization_is_found_by_any_part_of_its_slug,
    a_locked_organization_stays_as_it_is_until_the_unit_ends,
    what_somebody_owns_is_locked_in_the_order_of_ids,
    an_organization_outlives_who_made_it,
    deleting_an_organization_takes_all_of_it,
    a_unit_that_failed_refuses_every_call_about_organizations,
}

/// Any text: what a name must not have is looked at before it comes here.
fn name(text: &str) -> OrganizationName {
    OrganizationName::from_stored(text.to_owned()).expect("a stored text is trusted")
}

/// Stores the organisation of this id, unless it is there.
pub(super) async fn founded(work: &mut dyn Repositories, id: OrganizationId) -> StoreResult<()> {
    if work.organizations().find(id).await?.is_some() {
        return Ok(());
    }
    let (slug, created_at) = (slug("founded"), moment(0));
    let founded =
        Organization { id, name: name("Founded"), slug, requires_second_factor: false, created_by: None, created_at };
    work.organizations().insert(&founded).await
}

impl Row for Organization {
    const OWNER: Option<Constraint> = None;

    fn sample(subject: &Subject, _: Owner, text: &str) -> Self {
        Self { name: name(text), ..subject.new_organization("sample") }
    }

    fn extremes(subject: &Subject, _: Owner) -> Vec<Self> {
        let rich = Self {
            name: name(&"😀".repeat(OrganizationName::MAX)),
            slug: slug(&format!("{}z", "x9-".repeat(13))),
            created_at: Timestamp::from_micros(-1),
            ..subject.new_organization("rich")
        };
        let short = Self { name: name("Ä"), slug: slug("x9"), ..subject.new_organization("short") };
        vec![rich, Self { created_at: Timestamp::MAX, ..short }]
    }

    through! { organizations; insert, find }
}

impl Listed for Organization {
    type Order = OrganizationOrder;

    fn at_place(self, place: i64) -> Self {
        Self { created_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<OrganizationOrder>,
    ) -> StoreResult<Page<Self>> {
        from.organizations().list(page).await
    }
}

impl Resource for Organization {
    type Changes = OrganizationChanges;

    const SEARCHED: &'static [fn(&mut Self, &str)] = &[|organization, text| organization.name = name(text)];

    fn id(&mut self) -> &mut Uuid {
        &mut self.id.0
    }

    fn changes() -> Vec<OrganizationChanges> {
        vec![
            OrganizationChanges { name: Some(name("Änderung")), ..OrganizationChanges::default() },
            OrganizationChanges { slug: Some(slug("changed")), ..OrganizationChanges::default() },
            OrganizationChanges { requires_second_factor: Some(true), ..OrganizationChanges::default() },
            OrganizationChanges {
                name: Some(name("B")),
                slug: Some(slug("changed-again")),
                requires_second_factor: Some(false),
            },
        ]
    }

    fn changes_to(text: &str) -> OrganizationChanges {
        OrganizationChanges { name: Some(name(text)), ..OrganizationChanges::default() }
    }

    through! { organizations; update, delete }
}

/// Whoever asks for it, also many at once; one that is free again is anybody's.
async fn a_slug_belongs_to_one_organization_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let spellings = ["Acme-1", "ACME-1", "acme-1"].into_iter().cycle();
    let outcomes = race(spellings.take(RIVALS).map(|spelling| {
        let subject = subject.clone();
        let rival = Organization { slug: slug(spelling), ..subject.new_organization("Acme") };
        async move { alone!(subject, organizations().insert(&rival)) }
    }));
    assert_one_succeeds_and_the_others_conflict(&outcomes.await, Constraint::OrganizationSlug);

    let acme = seen!(subject, organizations().list(&all(OrganizationOrder::Newest))).rows.remove(0);
    let other = subject.organization("Other").await;
    let changes = |text| OrganizationChanges { slug: Some(slug(text)), ..OrganizationChanges::default() };
    assert_conflict!(alone!(subject, organizations().update(other.id, &changes("ACME-1"))), OrganizationSlug);
    assert_eq!(subject.find(&other).await.as_ref(), Some(&other));
    assert!(subject.update(&acme, &changes("acme-1")).await.is_some(), "its own it keeps");
    subject.update(&acme, &changes("acme-2")).await;
    assert_eq!(subject.update(&other, &changes("Acme-1")).await.expect("it").slug, slug("acme-1"));
}

/// By its id, alone, among others and under a lock.
async fn an_organization_is_found_in_every_way(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    subject.organization("Third").await;
    let nothing = OrganizationId(Uuid::nil());
    let mut found = seen!(subject, organizations().find_many(&[other.id, nothing, acme.id]));
    found.sort_by_key(|organization| organization.id);
    assert_eq!(found, [acme.clone(), other]);
    assert_eq!(seen!(subject, organizations().find_many(&[])), []);
    assert_eq!(alone!(subject, organizations().lock(acme.id)).expect("an answer"), Some(acme));
    assert_eq!(alone!(subject, organizations().lock(nothing)).expect("an answer"), None);
}

/// In any case.
async fn an_organization_is_found_by_any_part_of_its_slug(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let acme = Organization { slug: slug("acme-2"), ..subject.new_organization("A") };
    let other = Organization { slug: slug("other"), ..subject.new_organization("B") };
    subject.store(&[&acme, &other]).await;
    for search in ["me-2", "ACME"] {
        let found = seen!(subject, organizations().list(&with::<Organization>(search)));
        assert_eq!((found.rows, found.count), (vec![acme.clone()], Count::Exactly(1)), "{search}");
    }
}

fn renamed() -> OrganizationChanges {
    OrganizationChanges { name: Some(name("Renamed")), ..OrganizationChanges::default() }
}

/// Locks it in a unit of its own.
fn lock(
    subject: &Arc<Subject>,
    id: OrganizationId,
) -> impl Future<Output = StoreResult<Option<Organization>>> + Send + use<> {
    let subject = subject.clone();
    async move { alone!(subject, organizations().lock(id)) }
}

/// Somebody else's lock waits, and then sees what was committed.
async fn a_locked_organization_stays_as_it_is_until_the_unit_ends(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let acme = subject.organization("Acme").await;
    let mut work = subject.begin().await;
    assert_eq!(work.organizations().lock(acme.id).await.expect("an answer").as_ref(), Some(&acme));
    assert_waits(work, lock(&subject, acme.id)).await;
    let mut work = subject.begin().await;
    work.organizations().update(acme.id, &renamed()).await.expect("an answer");
    assert_eq!(assert_waits(work, lock(&subject, acme.id)).await.expect("acme").name, name("Renamed"));
}

/// And no others: those of which somebody is a member otherwise, or somebody else is an owner.
async fn what_somebody_owns_is_locked_in_the_order_of_ids(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let mut owned = Vec::new();
    for name in ["1", "2", "3"] {
        owned.push(subject.organization(name).await);
    }
    for organization in owned.iter().rev() {
        subject.join(organization, &ann, Role::Owner).await;
    }
    subject.join(&owned[0], &bob, Role::Owner).await;
    let (administered, bobs) = (subject.organization("4").await, subject.organization("5").await);
    subject.join(&administered, &ann, Role::Admin).await;
    subject.join(&bobs, &bob, Role::Owner).await;
    let ids: Vec<OrganizationId> = owned.iter().map(|organization| organization.id).collect();
    let mut work = subject.begin().await;
    assert_eq!(work.organizations().lock_owned_by(ann.id).await.expect("ids"), ids);
    let nobody = UserId(Uuid::nil());
    assert_eq!(work.organizations().lock_owned_by(nobody).await.expect("ids"), []);
    assert_waits(work, lock(&subject, ids[2])).await;
}

/// Which nobody can tell from it any more.
async fn an_organization_outlives_who_made_it(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let anns = Organization { created_by: Some(ann.id), ..subject.new_organization("Ann's") };
    let bobs = Organization { created_by: Some(bob.id), ..subject.new_organization("Bob's") };
    subject.store(&[&anns, &bobs]).await;
    assert_eq!(subject.find(&anns).await.as_ref(), Some(&anns));
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(subject.find(&anns).await, Some(Organization { created_by: None, ..anns }));
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Memberships and invitations, and of no other; the users stay.
async fn deleting_an_organization_takes_all_of_it(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Viewer, "bob@example.com").await;
    let kept = subject.join(&other, &ann, Role::Owner).await;
    let invited = subject.invitation(&acme, &ann, "cid@example.com").await;
    let invited_elsewhere = subject.invitation(&other, &ann, "cid@example.com").await;
    assert!(alone!(subject, organizations().delete(acme.id)).expect("an answer"));
    for user in [ann.id, bob.id] {
        assert_eq!(seen!(subject, memberships().find(acme.id, user)), None);
    }
    assert_eq!(seen!(subject, invitations().find(invited.id)), None);
    assert_eq!(seen!(subject, memberships().find(other.id, ann.id)), Some(kept));
    assert_eq!(seen!(subject, invitations().find(invited_elsewhere.id)), Some(invited_elsewhere));
    assert_eq!(subject.find(&ann).await, Some(ann));
    assert_eq!(subject.find(&bob).await, Some(bob));
    subject.store(&[&acme]).await;
    assert_eq!(seen!(subject, memberships().count_of(acme.id)), 0, "they have waited for it to come back");
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_organizations(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.organizations().insert(&subject.new_organization("B")).await);
    assert_internal!(work.organizations().find(acme.id).await);
    assert_internal!(work.organizations().find_many(&[acme.id]).await);
    assert_internal!(work.organizations().lock(acme.id).await);
    assert_internal!(work.organizations().lock_owned_by(ann.id).await);
    assert_internal!(work.organizations().update(acme.id, &OrganizationChanges::default()).await);
    assert_internal!(work.organizations().delete(acme.id).await);
    assert_internal!(work.organizations().list(&all(OrganizationOrder::Newest)).await);
}
