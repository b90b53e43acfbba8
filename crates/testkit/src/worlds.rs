//! Random worlds of people, organisations and what they have; and, in a few small functions, who may see what of them.

use std::time::Duration;

use ironplate_application::{
    invitations::Offer,
    ports::{Clock, Member, OwnOrganization, Secrets, Store},
};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, Email, Invitation, InvitationId, Item, ItemId, Membership, Organization,
    OrganizationId, Owner, Role, Session, SessionId, Timestamp, User, UserId,
};

use crate::{FakeHasher, FixedClock, SeededSecrets, samples, user};

const ORGANIZATIONS: usize = 5;
const PEOPLE: usize = 8;
const ITEMS: usize = 24;
const EVENTS: usize = 16;

/// Who has no account.
const GUESTS: [&str; 2] = ["guest0@example.com", "guest1@example.com"];

/// What people call things. Some contain others, and some are the same but for their case.
const WORDS: [&str; 6] = ["Milk", "milk", "Oat milk", "Bread", "Ärger", "50% off"];

/// Everything there is: five organisations, and eight people, of whom one is a superuser, one is inactive, and one is in no
/// organisation. Much of it is called the same, and was made at the same moment.
#[derive(Debug)]
pub struct RandomWorld {
    /// When it is looked at.
    pub now: Timestamp,
    /// The people.
    pub people: Vec<User>,
    /// One of each person.
    pub sessions: Vec<Session>,
    /// The organisations.
    pub organizations: Vec<Organization>,
    /// Who is in them.
    pub memberships: Vec<Membership>,
    /// Who is invited to them, members too; some by people who may not invite anybody, and some that have expired.
    pub invitations: Vec<Invitation>,
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

    /// An event among those of its organisation (`Some`), or among all; and likewise whom an organisation invited.
    #[must_use]
    pub fn sees_event(&self, who: &User, within: Option<OrganizationId>) -> bool {
        who.is_superuser || within.and_then(|organization| self.role(who, organization)) >= Some(Role::Admin)
    }

    /// An invitation that waits for them, as far as they know.
    #[must_use]
    pub fn is_invited(&self, who: &User, invitation: &Invitation) -> bool {
        who.is_verified && who.email == invitation.email && invitation.is_pending(self.now)
    }

    /// Whether whoever sent an invitation could send it now; or nothing comes of it.
    #[must_use]
    pub fn is_worth_something(&self, invitation: &Invitation) -> bool {
        let inviter = self.person(invitation.invited_by);
        let gives = match self.role(inviter, invitation.organization) {
            Some(Role::Owner) => true,
            Some(Role::Admin) => invitation.role < Role::Admin,
            Some(Role::Viewer | Role::Member) | None => false,
        };
        inviter.is_active && (inviter.is_superuser || gives)
    }
}

impl RandomWorld {
    /// What happened, whenever something did.
    pub const KIND: AuditKind = AuditKind::ItemMoved;

    /// The world of this seed at the moment of [`FixedClock`], always the same.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self::at(FixedClock::default().now(), seed)
    }

    /// The same at another moment.
    #[must_use]
    pub fn at(now: Timestamp, seed: u64) -> Self {
        // Other ids than those that a [`World`](crate::World) of this seed makes.
        let dice = Dice { secrets: SeededSecrets::new(!seed), now };
        let people: Vec<User> = (0..PEOPLE).map(|nth| dice.person(nth)).collect();
        let organizations: Vec<_> = (0..ORGANIZATIONS).map(|nth| dice.organization(nth, &people)).collect();
        let pairs = organizations.iter().flat_map(|one| people[..PEOPLE - 1].iter().map(move |who| (one.id, who.id)));
        let memberships = pairs.filter_map(|(organization, user)| dice.membership(organization, user)).collect();
        let guests = GUESTS.map(samples::email);
        let addresses = people.iter().map(|who| &who.email).chain(&guests);
        let pairs = organizations.iter().flat_map(|one| addresses.clone().map(move |email| (one.id, email)));
        let invitations =
            pairs.filter_map(|(organization, email)| dice.invitation(organization, email, &people)).collect();
        let users = people.iter().map(|who| Owner::from(who.id));
        let owners: Vec<_> = users.chain(organizations.iter().map(|one| one.id.into())).collect();
        Self {
            now,
            sessions: people.iter().map(|who| samples::session(SessionId(dice.secrets.id()), who.id, now)).collect(),
            memberships,
            invitations,
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
        for invitation in &self.invitations {
            assert!(work.invitations().add(invitation, self.now).await.expect("an answer"), "a new invitation");
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

    /// What waits for somebody and is worth something, by the ids of the invitations.
    #[must_use]
    pub fn offers(&self, who: &User) -> Vec<Offer> {
        let theirs = self.invitations.iter().filter(|one| self.is_invited(who, one) && self.is_worth_something(one));
        let offer = |invitation: &Invitation| Offer {
            organization: self.organization(invitation.organization).clone(),
            invited_by: self.person(invitation.invited_by).email.clone(),
            invitation: invitation.clone(),
        };
        theirs.map(offer).collect()
    }

    /// The organisation of this id.
    #[must_use]
    pub fn organization(&self, id: OrganizationId) -> &Organization {
        self.organizations.iter().find(|organization| organization.id == id).expect("an organisation of this world")
    }

    /// Whoever has this id.
    #[must_use]
    pub fn person(&self, id: UserId) -> &User {
        self.people.iter().find(|who| who.id == id).expect("somebody of this world")
    }
}

/// Chance, always the same for the same seed.
struct Dice {
    secrets: SeededSecrets,
    now: Timestamp,
}

impl Dice {
    fn below(&self, sides: usize) -> usize {
        usize::from(self.secrets.token().1.0[0]) % sides
    }

    fn one_of<'a, T>(&self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }

    fn word(&self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    /// One of a few.
    fn moment(&self) -> Timestamp {
        self.now.after(Duration::from_secs(self.below(4) as u64))
    }

    /// The first is the superuser, the second is inactive.
    fn person(&self, nth: usize) -> User {
        let somebody = user(&format!("person{nth}@example.com")).without_password().named(self.word());
        let somebody = match nth {
            0 => somebody.superuser(),
            1 => somebody.inactive(),
            _ => somebody,
        };
        let somebody = if self.below(3) == 0 { somebody } else { somebody.verified() };
        somebody.build(UserId(self.secrets.id()), self.moment(), &FakeHasher::default())
    }

    fn organization(&self, nth: usize, people: &[User]) -> Organization {
        Organization {
            id: OrganizationId(self.secrets.id()),
            name: samples::text(self.word()),
            slug: samples::slug(&format!("organization-{nth}")),
            requires_second_factor: false,
            created_by: Some(self.one_of(people).id),
            created_at: self.moment(),
        }
    }

    fn membership(&self, organization: OrganizationId, user: UserId) -> Option<Membership> {
        let roles = [None, None, None, Some(Role::Viewer), Some(Role::Member), Some(Role::Admin), Some(Role::Owner)];
        self.one_of(&roles).map(|role| Membership { organization, user, role, created_at: self.moment() })
    }

    fn invitation(&self, organization: OrganizationId, email: &Email, people: &[User]) -> Option<Invitation> {
        let invitation = Invitation {
            id: InvitationId(self.secrets.id()),
            organization,
            email: email.clone(),
            role: *self.one_of(&Role::ALL),
            invited_by: self.one_of(people).id,
            digest: self.secrets.token().1,
            created_at: self.moment(),
            expires_at: self.now.after(Duration::from_hours(self.below(3) as u64)),
        };
        (self.below(2) == 0).then_some(invitation)
    }

    fn item(&self, owners: &[Owner]) -> Item {
        let (title, due_on) =
            (samples::text(self.word()), *self.one_of(&[None, Some("2026-03-01"), Some("2026-04-01")]));
        let item = Item::new(ItemId(self.secrets.id()), *self.one_of(owners), title, self.moment());
        Item { description: Some(samples::text(self.word())), due_on: due_on.map(samples::date), ..item }
    }

    fn event(&self, people: &[User], organizations: &[Organization]) -> AuditEvent {
        let event =
            AuditEvent::new(AuditEventId(self.secrets.id()), self.moment(), RandomWorld::KIND, &samples::client());
        let event = event.by(self.one_of(people).id);
        let event = if self.below(2) == 0 { event.on(self.one_of(people).id) } else { event };
        if self.below(3) == 0 { event } else { event.within(self.one_of(organizations).id) }
    }
}
