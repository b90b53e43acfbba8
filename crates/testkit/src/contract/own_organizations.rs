//! Lists of the organisations that somebody is in.

use std::sync::Arc;

use ironplate_application::ports::{
    Constraint, Count, ListOrder, OwnOrder, OwnOrganization, Page, PageRequest, Repositories, Store, StoreResult,
};
use ironplate_domain::{Membership, Organization, Owner, Role, Timestamp, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    lists::{Listed, moment},
    rows::Row,
    searches::with,
    subject::{Subject, all, seen},
};
use crate::samples::{email, slug};

checks! { own_organizations of OwnOrganization: rows, lists;
    ones_own_organizations_are_nobody_elses,
    ones_own_organization_is_found_by_any_part_of_name_or_slug,
}

/// The member of all samples.
const MEMBER: UserId = UserId(Uuid::from_u128(1));

fn member() -> User {
    User::new(MEMBER, email("member@example.com"), moment(0))
}

impl Row for OwnOrganization {
    const OWNER: Option<Constraint> = None;

    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self {
        let organization = Organization::sample(subject, owner, text);
        Self { organization, role: Role::Member, joined_at: subject.id_and_time().1 }
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let roles = Role::ALL.into_iter().cycle();
        let joined_at = Timestamp::from_micros(-1);
        let own = |(organization, role)| Self { organization, role, joined_at };
        Organization::extremes(subject, owner).into_iter().zip(roles).map(own).collect()
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        if work.users().find(MEMBER).await?.is_none() {
            work.users().insert(&member()).await?;
        }
        let Self { organization, role, joined_at } = self.clone();
        work.organizations().insert(&organization).await?;
        let membership = Membership { organization: organization.id, user: MEMBER, role, created_at: joined_at };
        work.memberships().add(&membership, &member().email).await.map(drop)
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        let id = self.organization.id;
        let Some(membership) = from.memberships().find(id, MEMBER).await? else { return Ok(None) };
        let Membership { role, created_at: joined_at, .. } = membership;
        let organization = from.organizations().find(id).await?;
        Ok(organization.map(|organization| Self { organization, role, joined_at }))
    }
}

impl Listed for OwnOrganization {
    type Order = OwnOrder;

    fn at_place(self, place: i64) -> Self {
        Self { joined_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<OwnOrder>,
    ) -> StoreResult<Page<Self>> {
        from.memberships().list_of(MEMBER, page).await
    }
}

/// In every order, with their own count.
async fn ones_own_organizations_are_nobody_elses(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Viewer, "bob@example.com").await;
    let joined_at = subject.join(&other, &bob, Role::Admin).await.created_at;
    let own = OwnOrganization { organization: other, role: Role::Admin, joined_at };
    for order in OwnOrder::ALL.iter().copied() {
        assert_eq!(seen!(subject, memberships().list_of(ann.id, &all(order))).count, Count::Exactly(1), "{order:?}");
        let bobs = seen!(subject, memberships().list_of(bob.id, &all(order)));
        assert_eq!((bobs.rows.contains(&own), bobs.rows.len(), bobs.count), (true, 2, Count::Exactly(2)), "{order:?}");
    }
}

/// In any case.
async fn ones_own_organization_is_found_by_any_part_of_name_or_slug(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    for (name, text) in [("Straße", "road-1"), ("Weg", "path-1")] {
        let organization = Organization { slug: slug(text), ..subject.new_organization(name) };
        subject.store(&[&organization]).await;
        subject.join(&organization, &ann, Role::Member).await;
    }
    for (search, expected) in
        [("STRASSE", vec!["road-1"]), ("ROAD", vec!["road-1"]), ("-1", vec!["road-1", "path-1"]), ("_", vec![])]
    {
        let page = PageRequest { order: OwnOrder::Oldest, ..with::<OwnOrganization>(search) };
        let found = seen!(subject, memberships().list_of(ann.id, &page));
        let slugs: Vec<&str> = found.rows.iter().map(|own| own.organization.slug.as_str()).collect();
        assert_eq!((slugs, found.count), (expected.clone(), Count::Exactly(expected.len() as u64)), "{search}");
    }
}
