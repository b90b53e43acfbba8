//! What everybody sees on pages.

use std::{cmp::Reverse, iter};

use ironplate_domain::{Item, Organization, OrganizationId, Role, User};
use ironplate_testkit::RandomWorld;
use ironplate_tests::Answer;

use super::{
    Viewer,
    marks::{Marks, marks, marks_of},
};

impl Viewer<'_> {
    pub(super) async fn assert_pages(&self) {
        for at in iter::once(None).chain(self.world.organizations.iter().map(Some)) {
            self.assert_pages_at(at).await;
        }
        for organization in &self.world.organizations {
            self.assert_pages_of(organization).await;
        }
        for item in &self.world.items {
            self.assert_pages_of_item(item).await;
        }
        self.assert_settings().await;
        self.assert_administration().await;
    }

    /// A page, with this organisation chosen in the switcher.
    async fn open(&self, at: Option<OrganizationId>, page: &str) -> Answer {
        let chosen = at.map_or_else(String::new, |id| format!("; organization={id}"));
        self.visitor.with_cookie(&format!("{}{chosen}", self.cookie)).get(&format!("/dashboard{page}")).await
    }

    /// A page that is there, with at least the first of these and at most the second.
    async fn assert_page(&self, at: Option<OrganizationId>, page: &str, between: (&Marks, &Marks)) {
        let answer = self.open(at, page).await;
        assert_eq!(answer.status, 200, "{} {answer:?}", self.who.email);
        self.assert_finds(&format!("{page} with {at:?} at hand"), &answer.text, between);
    }

    /// A page that is there for others, which shows the frame of every page at the most.
    async fn assert_no_page(&self, page: &str, status: u16, frame: &Marks) {
        let answer = self.open(None, page).await;
        assert_eq!(answer.status, status, "{} {answer:?}", self.who.email);
        self.assert_finds(page, &answer.text, (&Marks::new(), frame));
    }

    /// What every page shows: who reads it, and what they have at hand.
    fn frame(&self, at: Option<&Organization>) -> Marks {
        let at = at.filter(|organization| self.role(organization.id).is_some());
        &marks([self.who]) | &marks(at)
    }

    /// What one has, and what the organisation at hand has.
    async fn assert_pages_at(&self, at: Option<&Organization>) {
        let (id, frame) = (at.map(|organization| organization.id), self.frame(at));
        let theirs = at.filter(|organization| self.role(organization.id).is_some());
        let shared =
            theirs.map(|one| &marks(self.items(|owner| owner == one.id.into())) | &marks(self.members(one.id)));
        let own = &frame | &marks(self.own_items());
        let organizations = &frame | &self.own_organizations();
        let most = &(&own | &organizations) | &shared.unwrap_or_default();
        let most = if self.who.is_superuser { marks_of(self.world) } else { most };
        let least = if at.is_some() || self.who.is_superuser { &frame } else { &own };
        self.assert_page(id, "/items", (least, &most)).await;
        let newest = &frame | &self.newest_items();
        self.assert_page(id, "", if at.is_some() { (&frame, &most) } else { (&newest, &newest) }).await;

        self.assert_page(id, "/organizations", (&organizations, &(&organizations | &self.offers()))).await;
        self.assert_page(id, "/organizations/switch", (&organizations, &organizations)).await;
    }

    /// Those that the first page has.
    fn newest_items(&self) -> Marks {
        let mut own = self.own_items();
        own.sort_by_key(|item| Reverse((item.created_at, item.id)));
        marks(own.into_iter().take(5))
    }

    async fn assert_pages_of(&self, organization: &Organization) {
        let (id, role) = (organization.id, self.role(organization.id));
        let page = |below: &str| format!("/organizations/{id}{below}");
        let log = page(&format!("/audit?kind={}", RandomWorld::KIND.name()));
        let (me, frame) = (marks([self.who]), &marks([self.who]) | &marks([organization]));
        if !self.world.sees_organization(self.who, id) {
            let own = ["", "/members", "/invitations", "/settings", "/leave", "/transfer", "/delete"].map(page);
            let items = ["", "/new"].map(|below| format!("/items{below}?owner={id}"));
            for page in own.into_iter().chain(items).chain([log]) {
                self.assert_no_page(&page, 404, &me).await;
            }
            return;
        }
        let members = &frame | &marks(self.members(id));
        let is_told_more = self.world.sees_event(self.who, Some(id));
        let invited = if is_told_more { &members | &self.invitations_of(id) } else { members.clone() };
        self.assert_page(None, &page("/members"), (&members, &invited)).await;
        self.assert_page(None, &page("/settings"), (&frame, &frame)).await;
        for foreign in marks(&self.world.people).difference(&members) {
            let searched = page(&format!("/members?q={foreign}"));
            // The newest invitations are on it, whoever is looked for, and the field says whom that is.
            let most = &invited | &Marks::from([foreign.clone()]);
            self.assert_page(None, &searched, (&frame, &most)).await;
        }
        for stranger in self.world.people.iter().filter(|who| self.world.role(who, id).is_none()) {
            let theirs = |below: &str| page(&below.replace("ID", &stranger.id.to_string()));
            for below in ["/members/ID/role", "/members/ID/remove", "/transfer/ID"] {
                self.assert_no_page(&theirs(below), 404, &frame).await;
            }
        }
        let theirs = &frame | &marks(self.items(|owner| owner == id.into()));
        self.assert_page(None, &format!("/items?owner={id}"), (&theirs, &theirs)).await;
        if is_told_more {
            self.assert_page(None, &page("/invitations"), (&frame, &(&frame | &self.invitations_of(id)))).await;
            let shown = &frame | &self.log_of(organization);
            self.assert_page(None, &log, (&shown, &shown)).await;
        } else {
            self.assert_no_page(&log, 403, &frame).await;
            self.assert_no_page(&page("/invitations"), 403, &frame).await;
        }
        if self.who.is_superuser || role == Some(Role::Owner) {
            self.assert_page(None, &page("/transfer"), (&frame, &members)).await;
            self.assert_page(None, &page("/delete"), (&frame, &frame)).await;
        } else {
            self.assert_no_page(&page("/transfer"), 403, &frame).await;
            self.assert_no_page(&page("/delete"), 403, &frame).await;
        }
    }

    /// Where it can be moved is one of one's own organisations.
    async fn assert_pages_of_item(&self, item: &Item) {
        let me = marks([self.who]);
        for below in ["", "/delete", "/move"] {
            let page = format!("/items/{}{below}", item.id);
            if self.world.sees_item(self.who, item) {
                let least = &me | &marks([item]);
                let most =
                    if self.who.is_superuser { marks_of(self.world) } else { &least | &self.own_organizations() };
                let answer = self.open(None, &page).await;
                // Viewers are not asked.
                assert!([200, 403].contains(&answer.status), "{} {answer:?}", self.who.email);
                let least = if answer.status == 200 { &least } else { &me };
                self.assert_finds(&page, &answer.text, (least, &most));
            } else {
                let answer = self.open(None, &page).await;
                assert!([403, 404].contains(&answer.status), "{} {answer:?}", self.who.email);
                self.assert_finds(&page, &answer.text, (&Marks::new(), &me));
            }
        }
    }

    async fn assert_settings(&self) {
        let me = marks([self.who]);
        for page in ["profile", "password", "sessions", "appearance"] {
            self.assert_page(None, &format!("/settings/{page}"), (&me, &me)).await;
        }
        let is_sole = |one: &&Organization| {
            let owns = |who: &&User| who.is_active && self.world.role(who, one.id) == Some(Role::Owner);
            self.world.people.iter().filter(owns).map(|who| who.id).eq([self.who.id])
        };
        let shown = &me | &marks(self.world.organizations.iter().filter(is_sole));
        self.assert_page(None, "/settings/data", (&shown, &shown)).await;
        let all = self.taken_along();
        self.assert_page(None, "/settings/data/export", (&all, &all)).await;
    }

    /// What is for superusers alone.
    async fn assert_administration(&self) {
        let (me, all) = (marks([self.who]), marks_of(self.world));
        let log = format!("/audit?kind={}", RandomWorld::KIND.name());
        let user = |id| format!("/users/{id}");
        if !self.who.is_superuser {
            let people = self.world.people.iter().map(|who| user(who.id));
            let lists = ["/users", "/items?owner=everybody", "/all-organizations", "/outbox"].map(str::to_owned);
            for page in people.chain(lists).chain([log]) {
                self.assert_no_page(&page, 403, &me).await;
            }
            return;
        }
        self.assert_page(None, "/users", (&marks(&self.world.people), &marks(&self.world.people))).await;
        let events = self.events(|_| true);
        let named = events.iter().filter_map(|event| event.organization).map(|id| self.world.organization(id));
        let named = &marks(named) | &marks(self.people_in(&events));
        let shown = &(&me | &named) | &marks(events.iter().copied());
        self.assert_page(None, &log, (&shown, &shown)).await;
        for who in &self.world.people {
            self.assert_page(None, &user(who.id), (&marks([who]), &all)).await;
        }
    }
}
