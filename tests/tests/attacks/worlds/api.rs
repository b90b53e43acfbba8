//! What everybody is answered by the API.

use futures::future::join_all;
use ironplate_application::{
    items::ItemOrder,
    ports::{ListOrder, OwnedRow},
};
use ironplate_domain::{Item, Organization, Owner, Role};
use ironplate_testkit::{RandomWorld, paging};
use ironplate_tests::{Answer, Client};
use reqwest::Method;

use super::{
    Viewer,
    marks::{Marked, Marks, marks},
};

/// A few, so that there are several pages.
const LIMIT: &str = "4";

impl Viewer<'_> {
    pub(super) async fn assert_api(&self) {
        self.assert_items().await;
        for organization in &self.world.organizations {
            self.assert_organization(organization).await;
        }
        let own = self.own_organizations();
        for query in ["order_by=joined_at", "order_by=-joined_at", "q=organization-"] {
            self.assert_list(&format!("organizations/?{query}"), &own, own.len()).await;
        }
        for foreign in marks(&self.world.organizations).difference(&own) {
            self.assert_list(&format!("organizations/?q={foreign}"), &Marks::new(), 0).await;
        }
        let (people, all) = (marks(&self.world.people), marks(&self.world.organizations));
        let events = marks(&self.world.events);
        let log = format!("audit?kind={}", RandomWorld::KIND.name());
        if self.who.is_superuser {
            self.assert_list("organizations/all?order_by=name", &all, all.len()).await;
            // With whoever is there from the beginning.
            self.assert_list("users/?order_by=email", &people, people.len() + 1).await;
            let named = marks(self.people_in(&self.events(|_| true)));
            self.assert_list(&log, &(&events | &named), events.len()).await;
        } else {
            for list in ["organizations/all", "users/", &log] {
                self.assert_refused(list, &self.api.get(list).await, (403, "not_enough_privileges"));
            }
        }
        self.assert_people().await;
        self.assert_own().await;
    }

    /// The pages of a list, from the first to the last.
    async fn pages(&self, list: &str) -> Vec<Answer> {
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let request = self.api.request(Method::GET, list).query(&[("limit", LIMIT)]);
            let page = Client::send(request.query(&after.map(|after: String| [("after", after)]))).await.unwrap();
            after = page.ok()["next"].as_str().map(str::to_owned);
            pages.push(page);
            if after.is_none() {
                return pages;
            }
        }
    }

    /// A list of so many rows with these marks and no others.
    async fn assert_list(&self, list: &str, expected: &Marks, rows: usize) {
        let (mut text, mut met) = (String::new(), 0);
        for page in self.pages(list).await {
            let body = page.ok();
            let is_counted = body.get("count").is_none_or(|count| *count == rows);
            assert!(is_counted, "{} asks for {list} and not for {rows} rows: {page:?}", self.who.email);
            met += body["data"].as_array().unwrap().len();
            text.push_str(&page.text);
        }
        assert_eq!(met, rows, "{} asks for {list}", self.who.email);
        self.assert_finds(list, &text, (expected, expected));
    }

    fn assert_shown(&self, answer: &Answer, shown: &Marks) {
        assert_eq!(answer.status, 200, "{} {answer:?}", self.who.email);
        self.assert_finds(&answer.asked, &answer.text, (shown, shown));
    }

    fn assert_refused(&self, asked: &str, answer: &Answer, (status, code): (u16, &str)) {
        answer.assert_refused(status, code);
        self.assert_finds(asked, &answer.text, (&Marks::new(), &Marks::new()));
    }

    /// One by its id, or what is said instead.
    fn assert_one(&self, answer: &Answer, shown: &Marks, may: bool, refusal: (u16, &str)) {
        if may {
            self.assert_shown(answer, shown);
        } else {
            self.assert_refused(&answer.asked, answer, refusal);
        }
    }

    async fn assert_items(&self) {
        let asked =
            self.world.items.iter().map(|item| async move { self.api.get(&format!("items/{}", item.id)).await });
        for (item, answer) in self.world.items.iter().zip(join_all(asked).await) {
            let refusal = match item.owner {
                Owner::User(_) => (403, "not_enough_permissions"),
                Owner::Organization(_) => (404, "item_not_found"),
            };
            self.assert_one(&answer, &marks([item]), self.world.sees_item(self.who, item), refusal);
        }
        let own = self.items(|owner| self.who.is_superuser || owner == self.who.id.into());
        self.assert_lists_items("items/?", &own).await;
        for Organization { id, .. } in &self.world.organizations {
            let list = format!("items/?organization_id={id}&");
            if self.world.sees_organization(self.who, *id) {
                self.assert_lists_items(&list, &self.items(|owner| owner == (*id).into())).await;
            } else {
                self.assert_refused(&list, &self.api.get(&list).await, (404, "organization_not_found"));
            }
        }
    }

    /// In each order, and searched.
    async fn assert_lists_items(&self, list: &str, items: &[&Item]) {
        let matching = |search: &str| {
            let is_found = |item: &&Item| paging::contains(item.searched(), Some(search));
            items.iter().copied().filter(is_found).collect::<Vec<_>>()
        };
        let mut asked: Vec<_> = ItemOrder::ALL.iter().map(|order| (format!("order_by={}", order.name()), "")).collect();
        asked.push(("q=MILK".to_owned(), "MILK"));
        let foreign = self.world.items.iter().find(|item| !items.contains(item)).map(Marked::mark).unwrap_or_default();
        asked.push((format!("q={foreign}"), &*foreign));
        for (query, search) in asked {
            let found = matching(search);
            self.assert_list(&format!("{list}{query}"), &marks(found.iter().copied()), found.len()).await;
        }
    }

    async fn assert_organization(&self, organization: &Organization) {
        let id = organization.id;
        let path = format!("organizations/{id}");
        let (log, invitations) =
            (format!("{path}/audit?kind={}", RandomWorld::KIND.name()), format!("{path}/invitations/"));
        let strange = (404, "organization_not_found");
        let is_seen = self.world.sees_organization(self.who, id);
        self.assert_one(&self.api.get(&path).await, &marks([organization]), is_seen, strange);
        if !is_seen {
            for below in
                [&log, &invitations, &format!("{path}/members/"), &format!("items/?organization_id={id}&q=milk")]
            {
                self.assert_refused(below, &self.api.get(below).await, strange);
            }
            self.assert_refused(&path, &self.api.delete(&path).await, strange);
            return;
        }
        for role in Role::ALL {
            let members = self.members(id).into_iter().filter(|who| self.world.role(who, id) == Some(role));
            let members = marks(members);
            self.assert_list(&format!("{path}/members/?role={}", role.name()), &members, members.len()).await;
        }
        let members = marks(self.members(id));
        for query in ["order_by=-joined_at", "order_by=email", "q=person"] {
            self.assert_list(&format!("{path}/members/?{query}"), &members, members.len()).await;
        }
        for foreign in marks(&self.world.people).difference(&members) {
            self.assert_list(&format!("{path}/members/?q={foreign}"), &Marks::new(), 0).await;
        }
        self.assert_size(organization).await;
        if self.world.sees_event(self.who, Some(id)) {
            self.assert_log(organization, &format!("{path}/audit")).await;
            let sent = self.world.invitations.iter().filter(|one| one.organization == id).count();
            for query in ["", "?q=example"] {
                self.assert_list(&format!("{invitations}{query}"), &self.invitations_of(id), sent).await;
            }
            let sent = self.invitations_of(id);
            for who in marks(&self.world.people).difference(&sent) {
                self.assert_list(&format!("{invitations}?q={who}"), &Marks::new(), 0).await;
            }
        } else {
            for below in [&log, &invitations] {
                self.assert_refused(below, &self.api.get(below).await, (403, "not_enough_privileges"));
            }
        }
    }

    /// Its events: of one kind, by each person, and all of them, with what is refused meanwhile.
    async fn assert_log(&self, organization: &Organization, log: &str) {
        let within = self.events(|event| event.organization == Some(organization.id));
        let kind = format!("{log}?kind={}", RandomWorld::KIND.name());
        self.assert_list(&kind, &self.log_of(organization), within.len()).await;
        for who in &self.world.people {
            let theirs: Vec<_> = within.iter().copied().filter(|event| event.actor == Some(who.id)).collect();
            let shown = self.log_with(organization, &theirs);
            self.assert_list(&format!("{kind}&actor={}", who.id), &shown, theirs.len()).await;
        }
        let all = self.api.get(&format!("{log}?limit=1000")).await;
        let (least, members) = (marks(within), marks(self.members(organization.id)));
        self.assert_finds(log, &all.text, (&least, &(&least | &members)));
    }

    /// What would go with it, as whoever may delete it is told.
    async fn assert_size(&self, organization: &Organization) {
        let (id, path) = (organization.id, format!("organizations/{}", organization.id));
        let answer = self.api.delete(&path).await;
        if !self.who.is_superuser && self.role(id) != Some(Role::Owner) {
            self.assert_refused(&path, &answer, (403, "not_enough_privileges"));
            return;
        }
        answer.assert_refused(400, "name_required");
        let sent = self.world.invitations.iter().filter(|one| one.organization == id).count();
        let items = self.items(|owner| owner == id.into()).len();
        let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let (members, invitations) = (counted(self.members(id).len(), "member"), counted(sent, "invitation"));
        let size = format!("with {members}, {invitations} and {} for good", counted(items, "item"));
        assert!(answer.text.contains(&size), "{} is not told {size:?}: {answer:?}", self.who.email);
    }

    /// Everybody, each by their id.
    async fn assert_people(&self) {
        for who in &self.world.people {
            let answer = self.api.get(&format!("users/{}", who.id)).await;
            let may = self.who.is_superuser || who.id == self.who.id;
            self.assert_one(&answer, &marks([who]), may, (403, "not_enough_privileges"));
        }
    }

    /// What is theirs, and what waits for them.
    async fn assert_own(&self) {
        let received = self.api.get("users/me/invitations").await;
        let (offers, own) = (self.offers(), marks([self.who]));
        let addressed = if offers.is_empty() { offers } else { &offers | &own };
        self.assert_shown(&received, &addressed);
        self.assert_shown(&self.api.get("users/me").await, &own);
        self.assert_shown(&self.api.get("users/me/export").await, &self.taken_along());
        let log: String = self.pages("users/me/audit").await.into_iter().map(|page| page.text).collect();
        let shown = &marks(self.events_about_them()) | &own;
        self.assert_finds("users/me/audit", &log, (&shown, &shown));
    }
}
