//! Whatever world there is, everybody is answered with what they may see, and nothing else: by the API, and on pages.

mod api;
mod marks;
mod pages;

use ironplate_domain::{AuditEvent, Item, Organization, OrganizationId, Owner, Role, User};
use ironplate_testkit::RandomWorld;
use ironplate_tests::{Client, Database, PASSWORD, Setup, cookie_of, on_postgres, on_sqlite};

use self::marks::{Marks, marks, marks_of};

mod everybody_is_answered_with_what_they_may_see {
    use super::*;

    #[tokio::test]
    async fn on_sqlite() {
        for seed in 0..3 {
            super::on_sqlite(async |database| assert_what_everybody_sees(seed, database).await).await;
        }
    }

    #[tokio::test]
    async fn on_postgres() {
        for seed in 3..6 {
            super::on_postgres(async |database| assert_what_everybody_sees(seed, database).await).await;
        }
    }
}

async fn assert_what_everybody_sees(seed: u64, database: Database) {
    println!("the world of seed {seed}");
    let server = Setup::on(&database).start().await;
    let (world, visitor) = (marks::store(seed, &database).await, server.client());
    for who in &world.people {
        let email = who.email.as_str();
        if who.is_active {
            let (api, cookie) =
                (visitor.log_in(email).await, cookie_of(&visitor.ask_for_cookie(email, PASSWORD).await));
            let viewer = Viewer { world: &world, who, api, visitor: visitor.clone(), cookie };
            viewer.assert_api().await;
            viewer.assert_pages().await;
        } else {
            visitor.ask_for_token(email, PASSWORD).await.assert_refused(400, "inactive_user");
            visitor.ask_for_cookie(email, PASSWORD).await.assert_refused(400, "inactive_user");
        }
    }
}

/// Somebody who asks.
struct Viewer<'a> {
    world: &'a RandomWorld,
    who: &'a User,
    /// With a token.
    api: Client,
    visitor: Client,
    cookie: String,
}

impl Viewer<'_> {
    /// Asserts that all of the first and nothing beyond the second is in what they are answered.
    fn assert_finds(&self, asked: &str, text: &str, (least, most): (&Marks, &Marks)) {
        let found: Marks = marks_of(self.world).into_iter().filter(|mark| text.contains(mark)).collect();
        let whom = &self.who.email;
        assert!(found.is_superset(least), "{whom} asks for {asked}: {found:?} is not all of {least:?}");
        assert!(found.is_subset(most), "{whom} asks for {asked}: {found:?} is more than {most:?}");
    }

    fn role(&self, organization: OrganizationId) -> Option<Role> {
        self.world.role(self.who, organization)
    }

    fn items(&self, is_wanted: impl Fn(Owner) -> bool) -> Vec<&Item> {
        self.world.items.iter().filter(|item| is_wanted(item.owner)).collect()
    }

    fn own_items(&self) -> Vec<&Item> {
        self.items(|owner| owner == self.who.id.into())
    }

    fn own_organizations(&self) -> Marks {
        marks(self.world.organizations.iter().filter(|one| self.role(one.id).is_some()))
    }

    fn members(&self, organization: OrganizationId) -> Vec<&User> {
        self.world.people.iter().filter(|who| self.world.role(who, organization).is_some()).collect()
    }

    /// Invitations of these, the addresses of whom is invited, and of whoever invited them.
    fn invitations_of(&self, organization: OrganizationId) -> Marks {
        let sent = || self.world.invitations.iter().filter(move |one| one.organization == organization);
        let people = |is_one: &dyn Fn(&User) -> bool| marks(self.world.people.iter().filter(|who| is_one(who)));
        let invited = people(&|who| sent().any(|one| one.email == who.email));
        let inviters = people(&|who| sent().any(|one| one.invited_by == who.id));
        [marks(sent()), invited, inviters].into_iter().flatten().collect()
    }

    /// Invitations that wait for them, to which organisation, and by whom.
    fn offers(&self) -> Marks {
        let offers = self.world.offers(self.who);
        let inviters = offers.iter().map(|offer| self.world.person(offer.invitation.invited_by));
        let (sent, to) = (offers.iter().map(|offer| &offer.invitation), offers.iter().map(|offer| &offer.organization));
        [marks(sent), marks(to), marks(inviters)].into_iter().flatten().collect()
    }

    /// Events of an organisation, and the members whom they name.
    fn log_of(&self, organization: &Organization) -> Marks {
        self.log_with(organization, &self.events(|event| event.organization == Some(organization.id)))
    }

    /// These events of an organisation, and the members whom they name.
    fn log_with(&self, organization: &Organization, events: &[&AuditEvent]) -> Marks {
        let people = self.people_in(events).filter(|who| self.world.role(who, organization.id).is_some());
        &marks(people) | &marks(events.iter().copied())
    }

    fn events(&self, is_wanted: impl Fn(&AuditEvent) -> bool) -> Vec<&AuditEvent> {
        self.world.events.iter().filter(|event| is_wanted(event)).collect()
    }

    fn people_in<'a>(&'a self, events: &'a [&AuditEvent]) -> impl Iterator<Item = &'a User> {
        let ids = events.iter().flat_map(|event| [event.actor, event.subject]).flatten();
        ids.map(|id| self.world.person(id))
    }

    fn events_about_them(&self) -> Vec<&AuditEvent> {
        self.events(|event| [event.actor, event.subject].contains(&Some(self.who.id)))
    }

    /// All that is stored about them.
    fn taken_along(&self) -> Marks {
        let mut all = &marks([self.who]) | &self.own_organizations();
        all.extend(marks(self.own_items()).into_iter().chain(marks(self.events_about_them())));
        for one in &self.world.invitations {
            let (is_sent, is_received) = (one.invited_by == self.who.id, self.world.is_invited(self.who, one));
            if is_sent || is_received {
                all.extend(marks([one]).into_iter().chain(marks([self.world.organization(one.organization)])));
                all.extend(marks(self.world.people.iter().filter(|who| who.email == one.email)));
            }
        }
        all
    }
}
