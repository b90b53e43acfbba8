//! Whatever world there is, everybody sees of it what they may see, and nothing else: through use cases, from the databases.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "../database/mod.rs"]
mod database;
mod own;
mod taken_along;
mod within;

use std::{
    cmp::Reverse,
    fmt::{self, Debug},
    iter,
    sync::Arc,
};

use futures::future::BoxFuture;
use ironplate_application::{
    Application, Ports,
    overview::Overview,
    ports::{AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRequest, ListOrder, Page, PageRequest},
    sessions::{AuthenticateError, Credential},
};
use ironplate_domain::{Actor, AuditEvent, Client, Invitation, Item, ItemId, OrganizationId, Owner, User};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{RandomWorld, World, paging};

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_they_may_on_sqlite() {
    for seed in 0..20 {
        database::with_file(|url| assert_everybody_sees_what_they_may(seed, url)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_they_may_on_postgres() {
    for seed in 20..28 {
        database::with_schema(move |url| assert_everybody_sees_what_they_may(seed, url)).await;
    }
}

async fn assert_everybody_sees_what_they_may(seed: u64, url: DatabaseUrl) {
    println!("the world of seed {seed}");
    migrate(&url, database::options()).await.expect("the migrations");
    let (store, around) = (open(&url, database::options()).expect("a store"), World::new());
    let world = RandomWorld::of(seed);
    world.store_in(&*store).await;
    let ports = Ports { store, ..around.ports() };
    let app = Application::new(&ports, &Arc::new(around.policy.clone()));
    for (who, session) in world.people.iter().zip(&world.sessions) {
        let credential = Credential::AccessToken(around.token_for(session).into());
        for at in iter::once(None).chain(world.organizations.iter().map(|organization| Some(organization.id))) {
            match app.sessions.authenticate(&credential, at).await {
                Ok(found) => {
                    assert!(who.is_active, "{who:?}");
                    assert_eq!(found.at.as_ref().map(|at| at.role), at.and_then(|at| world.role(who, at)), "{who:?}");
                    let actor = found.user.actor().by(session.id).within(found.at.map(|at| at.role()));
                    Viewer { world: &world, app: &app, who, at, actor }.assert_sees_what_they_may().await;
                }
                Err(AuthenticateError::Inactive) => assert!(!who.is_active, "{who:?}"),
                Err(error) => panic!("{who:?}: {error}"),
            }
        }
    }
}

/// Somebody, with an organisation at hand or none.
struct Viewer<'a> {
    world: &'a RandomWorld,
    app: &'a Application,
    who: &'a User,
    at: Option<OrganizationId>,
    actor: Actor,
}

impl Viewer<'_> {
    async fn assert_sees_what_they_may(&self) {
        if self.at.is_none() {
            self.assert_finds_items().await;
            self.assert_sees_own_items().await;
            self.assert_sees_organizations().await;
            self.assert_sees_events().await;
            self.assert_is_invited().await;
            self.assert_takes_along_what_is_theirs().await;
        }
        for organization in &self.world.organizations {
            self.assert_sees_what_it_has(organization).await;
        }
    }

    fn invitations(&self, is_wanted: impl Fn(&Invitation) -> bool) -> Vec<Invitation> {
        self.world.invitations.iter().filter(|invitation| is_wanted(invitation)).cloned().collect()
    }

    fn events_about_them(&self) -> Vec<AuditEvent> {
        let about = |event: &&AuditEvent| [event.actor, event.subject].contains(&Some(self.who.id));
        self.world.events.iter().filter(about).map(|event| self.as_told(event)).collect()
    }

    /// Where somebody was is told to themselves alone.
    fn as_told(&self, event: &AuditEvent) -> AuditEvent {
        let client = if event.actor == Some(self.who.id) { event.client.clone() } else { Client::default() };
        AuditEvent { client, ..event.clone() }
    }

    fn items_of(&self, is_wanted: impl Fn(Owner) -> bool) -> Vec<Item> {
        self.world.items.iter().filter(|item| is_wanted(item.owner)).cloned().collect()
    }

    /// In each order, and searched: these rows and no others, counted, from the first page to the last.
    async fn assert_lists<'a, Order: ListOrder<Row: Clone + PartialEq + Debug>>(
        &self,
        rows: &[Order::Row],
        searched: fn(&Order::Row) -> Vec<Option<&str>>,
        list: impl Fn(PageRequest<Order>) -> BoxFuture<'a, Page<Order::Row>>,
    ) {
        let orders = Order::ALL.iter().map(|order| (*order, None));
        for (order, search) in orders.chain([(Order::default(), Some("MILK".to_owned()))]) {
            let mut request = PageRequest { search, ..request(order) };
            loop {
                let matching = rows.iter().filter(|row| paging::contains(searched(row), request.search.as_deref()));
                let page = list(request.clone()).await;
                assert_eq!(page, paging::page(matching, &request), "{self} asks for {request:?}");
                let Some(end) = page.rows.last().filter(|_| page.more) else { break };
                request.after = Some(order.cursor(end));
            }
        }
    }

    /// From the first part to the last.
    async fn assert_walks<'a>(
        &self,
        expected: Vec<AuditEvent>,
        list: impl Fn(Option<AuditCursor>) -> BoxFuture<'a, AuditPage>,
    ) {
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let page = list(after).await;
            met.extend(page.events);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        self.assert_newest_first(met, expected);
    }

    /// These of the world's events and no others; what else is noted here, such as that they were refused something, aside.
    fn assert_newest_first(&self, mut met: Vec<AuditEvent>, mut expected: Vec<AuditEvent>) {
        met.retain(|event| event.kind == RandomWorld::KIND);
        expected.sort_by_key(|event| Reverse(AuditCursor::behind(event)));
        assert_eq!(met, expected, "{self}");
    }
}

impl fmt::Display for Viewer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} with {:?} at hand", self.who.email, self.at)
    }
}

/// Rows of a page: few, so that there are several.
const LIMIT: u32 = 5;

fn request<Order>(order: Order) -> PageRequest<Order> {
    PageRequest { order, search: None, after: None, skip: 0, limit: LIMIT }
}

/// Those that are seen first.
fn newest_of(overview: &Overview) -> Vec<ItemId> {
    overview.newest.iter().flat_map(|sort| &sort.rows).map(|row| ItemId(row.id)).collect()
}

fn ids(items: &[Item]) -> Vec<ItemId> {
    items.iter().map(|item| item.id).collect()
}

fn events(after: Option<AuditCursor>) -> AuditRequest {
    let filter = AuditFilter { kind: Some(RandomWorld::KIND), ..AuditFilter::default() };
    AuditRequest { filter, order: AuditOrder::Newest, after, limit: LIMIT }
}
