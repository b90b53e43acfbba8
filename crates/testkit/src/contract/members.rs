//! Lists of an organisation's members.

use std::sync::Arc;

use ironplate_application::ports::{
    Constraint, Count, ListOrder, Member, MemberAddress, MemberOrder, Page, PageRequest, Repositories, Store,
    StoreResult,
};
use ironplate_domain::{Membership, OrganizationId, Owner, Role, Timestamp, User, UserChanges, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    lists::{Listed, moment},
    organizations::founded,
    rows::Row,
    searches::with,
    subject::{Subject, all, alone, seen},
};
use crate::samples::{email, full_name};

checks! { members of Member: rows, lists;
    members_are_of_one_organization_and_of_one_role,
    a_member_is_found_by_any_part_of_address_or_name,
    members_are_sorted_by_the_address_they_have_now,
    addresses_of_members_come_in_lots,
    addresses_are_those_of_members,
}

/// All samples are members of this one.
const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));

impl Row for Member {
    const OWNER: Option<Constraint> = None;

    fn sample(subject: &Subject, _: Owner, text: &str) -> Self {
        let (id, joined_at) = subject.id_and_time();
        Self {
            id: UserId(id),
            email: email(&format!("{}@Example.com", joined_at.micros())),
            full_name: Some(full_name(text)),
            is_active: true,
            role: Role::Member,
            joined_at,
        }
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let sample = || Self::sample(subject, owner, "  Zoë 😀 \u{202e}x'\"\\%\n");
        vec![
            Self { email: email("Grüße@Bücher.example"), role: Role::Owner, ..sample() },
            Self { full_name: None, is_active: false, role: Role::Viewer, ..sample() },
            Self { full_name: Some(full_name("")), joined_at: Timestamp::from_micros(-1), ..sample() },
            Self { role: Role::Admin, joined_at: Timestamp::MAX, ..sample() },
        ]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        founded(work, ORGANIZATION).await?;
        let Self { id, email, full_name, is_active, role, joined_at } = self.clone();
        let user = User { full_name, is_active, ..User::new(id, email, joined_at) };
        work.users().insert(&user).await?;
        let membership = Membership { organization: ORGANIZATION, user: id, role, created_at: joined_at };
        work.memberships().add(&membership, &user.email).await.map(drop)
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        let Some(membership) = from.memberships().find(ORGANIZATION, self.id).await? else { return Ok(None) };
        let Some(user) = from.users().find(self.id).await? else { return Ok(None) };
        let User { id, email, full_name, is_active, .. } = user;
        let Membership { role, created_at: joined_at, .. } = membership;
        Ok(Some(Self { id, email, full_name, is_active, role, joined_at }))
    }

    fn spelling(&self) -> Option<&str> {
        Some(self.email.as_str())
    }
}

impl Listed for Member {
    type Order = MemberOrder;

    fn at_place(self, place: i64) -> Self {
        Self { joined_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<MemberOrder>,
    ) -> StoreResult<Page<Self>> {
        from.memberships().list(ORGANIZATION, None, page).await
    }
}

/// In every order, with their own count.
async fn members_are_of_one_organization_and_of_one_role(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Viewer, "bob@example.com").await;
    let cid = subject.member(&other, Role::Owner, "cid@example.com").await;
    subject.join(&other, &ann, Role::Viewer).await;
    for order in MemberOrder::ALL.iter().copied() {
        for (organization, role, expected) in [
            (&acme, None, vec![ann.id, bob.id]),
            (&acme, Some(Role::Owner), vec![ann.id]),
            (&acme, Some(Role::Admin), vec![]),
            (&other, None, vec![ann.id, cid.id]),
            (&other, Some(Role::Viewer), vec![ann.id]),
        ] {
            let page = seen!(subject, memberships().list(organization.id, role, &all(order)));
            let mut ids: Vec<UserId> = page.rows.iter().map(|member| member.id).collect();
            ids.sort();
            assert_eq!(
                (ids, page.count),
                (expected.clone(), Count::Exactly(expected.len() as u64)),
                "{order:?} {role:?}"
            );
        }
    }
}

/// In any case; others' members are not found.
async fn a_member_is_found_by_any_part_of_address_or_name(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = User { full_name: Some(full_name("Zoë Straße")), ..subject.new_user("ann@example.com") };
    subject.store(&[&ann]).await;
    subject.join(&acme, &ann, Role::Member).await;
    let bob = subject.member(&acme, Role::Member, "bob@other.example").await;
    subject.member(&other, Role::Member, "cid@example.com").await;
    for (search, expected) in [
        ("ZOË STRASSE", vec![ann.id]),
        ("NN@EX", vec![ann.id]),
        ("other", vec![bob.id]),
        ("example", vec![ann.id, bob.id]),
        ("cid", vec![]),
        ("%", vec![]),
        ("\0", vec![]),
    ] {
        let page = PageRequest { order: MemberOrder::Email, ..with::<Member>(search) };
        let found = seen!(subject, memberships().list(acme.id, None, &page));
        let ids: Vec<UserId> = found.rows.iter().map(|member| member.id).collect();
        assert_eq!((ids, found.count), (expected.clone(), Count::Exactly(expected.len() as u64)), "{search:?}");
    }
}

/// In each organisation; a change of something else, or of the spelling alone, moves nobody.
async fn members_are_sorted_by_the_address_they_have_now(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Member, "bob@example.com").await;
    subject.join(&other, &ann, Role::Member).await;
    subject.join(&other, &bob, Role::Member).await;
    let unchanged = UserChanges::default;
    for (changes, expected) in [
        (UserChanges { is_verified: Some(true), ..unchanged() }, [ann.id, bob.id]),
        (UserChanges { email: Some(email("ANN@example.com")), ..unchanged() }, [ann.id, bob.id]),
        (UserChanges { email: Some(email("Zoë@example.com")), ..unchanged() }, [bob.id, ann.id]),
    ] {
        alone!(subject, users().update(ann.id, &changes)).expect("an answer").expect("ann");
        for organization in [&acme, &other] {
            let sorted = seen!(subject, memberships().list(organization.id, None, &all(MemberOrder::Email))).rows;
            assert_eq!(sorted.iter().map(|member| member.id).collect::<Vec<_>>(), expected, "{changes:?}");
        }
    }
    let bobs = seen!(subject, memberships().list(acme.id, None, &all(MemberOrder::Email))).rows.remove(0);
    let after = Some(MemberOrder::Email.cursor(&bobs));
    let behind = PageRequest { after, ..all(MemberOrder::Email) };
    let behind = seen!(subject, memberships().list(acme.id, None, &behind)).rows;
    assert_eq!(behind.iter().map(|member| member.id).collect::<Vec<_>>(), [ann.id]);
}

/// By their ids, from behind somebody on.
async fn addresses_of_members_come_in_lots(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    subject.member(&other, Role::Member, "else@example.com").await;
    let mut expected = Vec::new();
    for n in 0..5 {
        let user = subject.member(&acme, Role::Viewer, &format!("{n}@Example.com")).await;
        expected.push(MemberAddress { user: user.id, email: user.email });
    }
    let (mut met, mut after) = (Vec::new(), None);
    while let lot = seen!(subject, memberships().addresses(acme.id, after, 2))
        && !lot.is_empty()
    {
        assert!(lot.len() <= 2);
        after = lot.last().map(|last| last.user);
        met.extend(lot);
    }
    assert_eq!(met, expected);
}

/// Neither of who is in another organisation, nor of who is gone, and as they are now.
async fn addresses_are_those_of_members(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Viewer, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Owner, "bob@example.com").await;
    let elsewhere = subject.member(&other, Role::Owner, "else@example.com").await;
    let left = subject.member(&acme, Role::Member, "left@example.com").await;
    alone!(subject, memberships().remove(acme.id, left.id)).expect("an answer");
    let changes = UserChanges { email: Some(email("Ann@example.org")), ..UserChanges::default() };
    alone!(subject, users().update(ann.id, &changes)).expect("an answer");
    let asked = [ann.id, elsewhere.id, left.id, UserId(Uuid::nil()), bob.id, ann.id];
    let mut found = seen!(subject, memberships().addresses_of(acme.id, &asked));
    found.sort_by_key(|one| one.user);
    let found: Vec<_> = found.iter().map(|one| (one.user, one.email.as_str())).collect();
    assert_eq!(found, [(ann.id, "Ann@example.org"), (bob.id, "bob@example.com")]);
    assert_eq!(seen!(subject, memberships().addresses_of(acme.id, &[])), []);
}
