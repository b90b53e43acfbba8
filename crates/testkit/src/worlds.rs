//! Random worlds of people, organisations and what they have; and, in three small functions, who may see what of them.

use std::time::Duration;

use ironplate_application::ports::{Clock, Member, OwnOrganization, Secrets, Store};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, Client, Item, ItemId, Membership, Organization, OrganizationId, Owner, Role,
    Session, SessionId, Timestamp, User, UserId,
};

use crate::{FakeHasher, FixedClock, SeededSecrets, samples, user};

const ORGANIZATIONS: usize = 5;
const PEOPLE: usize = 8;
const ITEMS: usize = 24;
const EVENTS: usize = 16;

/// What people call things. Some contain others, and some are the same but for their case.
const WORDS: [&str; 6] = ["Milk", "milk", "Oat milk", "Bread", "Ärger", "50% off"];

/// Everything there is: five organisations, and eight people, of whom one is a superuser, one is inactive, and one is in no
/// organisation. Much of it is called the same, and was made at the same moment.
#[derive(Debug)]
pub struct RandomWorld {
    /// The people.
    pub people: Vec<User>,
    /// One of each person.
    pub sessions: Vec<Session>,
    /// The organisations.
    pub organizations: Vec<Organization>,
    /// Who is in them.
    pub memberships: Vec<Membership>,
    /// What people and organisations have.
    pub items: Vec<Item>,
    /// What happened, within organisations and elsewhere; all of [one kind](Self::KIND).
    pub events: Vec<AuditEvent>,
}

/// Who may see what.
impl RandomWorld {
    /// What somebody is in an organisation.
    #[must_use]
    pub fn role(&self, who: &User, organization: OrganizationId) -> Option<Role> {
        let theirs = |one: &&Membership| (one.organization, one.user) == (organization, who.id);
        self.memberships.iter().find(theirs).map(|one| one.role)
    }

    /// An organisation, its members, and the list of what it has.
    #[must_use]
    pub fn sees_organization(&self, who: &User, organization: OrganizationId) -> bool {
        who.is_superuser || self.role(who, organization).is_some()
    }

    /// An item.
    #[must_use]
    pub fn sees_item(&self, who: &User, item: &Item) -> bool {
        match item.owner {
            Owner::User(owner) => who.is_superuser || owner == who.id,
            Owner::Organization(organization) => self.sees_organization(who, organization),
        }
    }

    /// An event among those of its organisation (`Some`), or among all.
    #[must_use]
    pub fn sees_event(&self, who: &User, within: Option<OrganizationId>) -> bool {
        who.is_superuser || within.and_then(|organization| self.role(who, organization)) >= Some(Role::Admin)
    }
}

impl RandomWorld {
    /// What happened, whenever something did.
    pub const KIND: AuditKind = AuditKind::ItemMoved;

    /// The world of this seed, always the same.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let dice = Dice(SeededSecrets::new(seed));
        let people: Vec<User> = (0..PEOPLE).map(|nth| dice.person(nth)).collect();
        let organizations: Vec<_> = (0..ORGANIZATIONS).map(|nth| dice.organization(nth, &people)).collect();
        let pairs = organizations.iter().flat_map(|one| people[..PEOPLE - 1].iter().map(move |who| (one.id, who.id)));
        let memberships = pairs.filter_map(|(organization, user)| dice.membership(organization, user)).collect();
        let users = people.iter().map(|who| Owner::from(who.id));
        let owners: Vec<_> = users.chain(organizations.iter().map(|one| one.id.into())).collect();
        Self {
            sessions: people.iter().map(|who| samples::session(SessionId(dice.0.id()), who.id, now())).collect(),
            memberships,
            items: (0..ITEMS).map(|_| dice.item(&owners)).collect(),
            events: (0..EVENTS).map(|_| dice.event(&people, &organizations)).collect(),
            people,
            organizations,
        }
    }

    /// Stores all of it.
    pub async fn store_in(&self, store: &dyn Store) {
        let mut work = store.begin().await.expect("a unit of work");
        for user in &self.people {
            work.users().insert(user).await.expect("a new user");
        }
        for session in &self.sessions {
            work.sessions().insert(session, &samples::session_digests(session)).await.expect("a new session");
        }
        for organization in &self.organizations {
            work.organizations().insert(organization).await.expect("a new organisation");
        }
        for membership in &self.memberships {
            let email = &self.person(membership.user).email;
            assert!(work.memberships().add(membership, email).await.expect("an answer"), "a new member");
        }
        for item in &self.items {
            work.items().insert(item).await.expect("a new item");
        }
        for event in &self.events {
            work.audit().record(event).await.expect("a new event");
        }
        work.commit().await.expect("a commit");
    }

    /// The members of an organisation, in no order.
    #[must_use]
    pub fn members(&self, organization: OrganizationId) -> Vec<Member> {
        let theirs = self.memberships.iter().filter(|one| one.organization == organization);
        let member = |one: &Membership| {
            let User { id, email, full_name, is_active, .. } = self.person(one.user).clone();
            Member { id, email, full_name, is_active, role: one.role, joined_at: one.created_at }
        };
        theirs.map(member).collect()
    }

    /// The organisations that somebody is in, in no order.
    #[must_use]
    pub fn organizations_of(&self, who: &User) -> Vec<OwnOrganization> {
        let theirs = |organization: &Organization| {
            let one = self.memberships.iter().find(|one| (one.organization, one.user) == (organization.id, who.id))?;
            Some(OwnOrganization { organization: organization.clone(), role: one.role, joined_at: one.created_at })
        };
        self.organizations.iter().filter_map(theirs).collect()
    }

    fn person(&self, id: UserId) -> &User {
        self.people.iter().find(|who| who.id == id).expect("somebody of this world")
    }
}

fn now() -> Timestamp {
    FixedClock::default().now()
}

/// Chance, always the same for the same seed.
struct Dice(SeededSecrets);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        usize::from(self.0.token().1.0[0]) % sides
    }

    fn one_of<'a, T>(&self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }

    fn word(&self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    /// One of a few.
    fn moment(&self) -> Timestamp {
        now().after(Duration::from_secs(self.below(4) as u64))
    }

    /// The first is the superuser, the second is inactive.
    fn person(&self, nth: usize) -> User {
        let somebody = user(&format!("person{nth}@example.com")).without_password().named(self.word());
        let somebody = match nth {
            0 => somebody.superuser(),
            1 => somebody.inactive(),
            _ => somebody,
        };
        somebody.build(UserId(self.0.id()), self.moment(), &FakeHasher::default())
    }

    fn organization(&self, nth: usize, people: &[User]) -> Organization {
        Organization {
            id: OrganizationId(self.0.id()),
            name: samples::text(self.word()),
            slug: samples::slug(&format!("organization-{nth}")),
            created_by: Some(self.one_of(people).id),
            created_at: self.moment(),
        }
    }

    fn membership(&self, organization: OrganizationId, user: UserId) -> Option<Membership> {
        let roles = [None, None, None, Some(Role::Viewer), Some(Role::Member), Some(Role::Admin), Some(Role::Owner)];
        self.one_of(&roles).map(|role| Membership { organization, user, role, created_at: self.moment() })
    }

    fn item(&self, owners: &[Owner]) -> Item {
        let (title, due_on) =
            (samples::text(self.word()), *self.one_of(&[None, Some("2026-03-01"), Some("2026-04-01")]));
        let item = Item::new(ItemId(self.0.id()), *self.one_of(owners), title, self.moment());
        Item { description: Some(samples::text(self.word())), due_on: due_on.map(samples::date), ..item }
    }

    fn event(&self, people: &[User], organizations: &[Organization]) -> AuditEvent {
        let event = AuditEvent::new(AuditEventId(self.0.id()), self.moment(), RandomWorld::KIND, &Client::default());
        let event = event.by(self.one_of(people).id);
        let event = if self.below(2) == 0 { event.on(self.one_of(people).id) } else { event };
        if self.below(3) == 0 { event } else { event.within(self.one_of(organizations).id) }
    }
}
