//! Worlds in which every row has a mark: a text that is in each answer with this row, and in no other.

use std::{collections::BTreeSet, time::Duration};

use ironplate_domain::{AuditDetail, AuditEvent, Invitation, Item, Organization, User};
use ironplate_persistence::{DatabaseUrl, StoreOptions, open};
use ironplate_testkit::{RandomWorld, samples};
use ironplate_tests::{Database, SUPERUSER};

/// What is found in an answer.
pub(super) type Marks = BTreeSet<String>;

/// What has a mark.
pub(super) trait Marked {
    fn mark(&self) -> String;
}

impl Marked for User {
    fn mark(&self) -> String {
        self.email.as_str().split('@').next().unwrap().to_owned()
    }
}

impl Marked for Organization {
    fn mark(&self) -> String {
        self.slug.to_string()
    }
}

impl Marked for Invitation {
    fn mark(&self) -> String {
        self.id.to_string()
    }
}

impl Marked for Item {
    fn mark(&self) -> String {
        self.title.as_str().rsplit(' ').next().unwrap().to_owned()
    }
}

impl Marked for AuditEvent {
    fn mark(&self) -> String {
        self.details[&AuditDetail::Item].clone()
    }
}

pub(super) fn marks<'a, Row: Marked + 'a>(rows: impl IntoIterator<Item = &'a Row>) -> Marks {
    rows.into_iter().map(Marked::mark).collect()
}

/// All there are.
pub(super) fn marks_of(world: &RandomWorld) -> Marks {
    let RandomWorld { people, organizations, invitations, items, events, .. } = world;
    let all = [marks(people), marks(organizations), marks(invitations), marks(items), marks(events)];
    all.into_iter().flatten().collect()
}

/// The world of this seed, in a database with a superuser whose password is everybody's.
pub(super) async fn store(seed: u64, database: &Database) -> RandomWorld {
    let url: DatabaseUrl = database.url().parse().unwrap();
    let store = open(&url, StoreOptions::default()).unwrap();
    let root = store.read().await.unwrap().users().find_by_email(&samples::email(SUPERUSER)).await.unwrap().unwrap();
    let mut world = RandomWorld::at(root.created_at.before(Duration::from_hours(1)), seed);
    world.now = root.created_at;
    // Housekeeping may remove what has expired.
    world.invitations.retain(|invitation| invitation.is_pending(root.created_at));
    for person in &mut world.people {
        person.password_hash.clone_from(&root.password_hash);
    }
    for organization in &mut world.organizations {
        organization.name = samples::text(&format!("{} {}", organization.name.as_str(), organization.slug));
    }
    for (nth, item) in world.items.iter_mut().enumerate() {
        item.title = samples::text(&format!("{} item-{nth:02}", item.title.as_str()));
    }
    for (nth, event) in world.events.iter_mut().enumerate() {
        event.details.insert(AuditDetail::Item, format!("event-{nth:02}"));
    }
    world.store_in(&*store).await;
    store.close().await;
    world
}
