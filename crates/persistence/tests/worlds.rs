//! Whatever world there is, everybody sees of it what they may see, and nothing else: through use cases, from the databases.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::{
    cmp::Reverse,
    fmt::{self, Debug},
    iter,
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};
use ironplate_application::{
    Application, Ports, Refused,
    audit::AuditError,
    items::{ItemError, ItemOrder},
    organizations::{ListOrganizationsError, OrganizationError},
    ports::{
        AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRequest, ListOrder, Member, MemberOrder,
        OrganizationOrder, OwnOrder, OwnedRow, Page, PageRequest,
    },
    sessions::{AuthenticateError, Credential},
};
use ironplate_domain::{Actor, AuditEvent, FullName, Item, Organization, OrganizationId, Owner, Role, User};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{RandomWorld, World, paging, samples::client};

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
        }
        for organization in &self.world.organizations {
            self.assert_sees_what_it_has(organization).await;
        }
    }

    /// Each by its id.
    async fn assert_finds_items(&self) {
        for item in &self.world.items {
            let found = self.app.items.read(self.actor, item.id, &client()).await;
            match (self.world.sees_item(self.who, item), item.owner, found) {
                (true, _, Ok(found)) => assert_eq!(found, *item),
                (false, Owner::User(_), Err(ItemError::Denied(_)))
                | (false, Owner::Organization(_), Err(ItemError::NotFound(_))) => {}
                (.., found) => panic!("{self} finds {found:?}, looking for {item:?}"),
            }
        }
    }

    /// In the list that names no owner; everybody's, for a superuser.
    async fn assert_sees_own_items(&self) {
        let listed = self.items_of(|owner| self.who.is_superuser || owner == self.who.id.into());
        let list = |page| async move { self.app.items.list(self.actor, page).await.expect("a page") }.boxed();
        self.assert_lists(&listed, Item::searched, list).await;

        let own = self.items_of(|owner| owner == self.who.id.into());
        let overview = self.app.overviews.look(self.actor).await.expect("an overview");
        assert_eq!(overview.owned.get("items"), Some(&(own.len() as u64)), "{self}");
        assert_eq!(overview.items, paging::page(own.iter(), &request(ItemOrder::Newest)).rows, "{self}");
    }

    async fn assert_sees_organizations(&self) {
        let own = self.world.organizations_of(self.who);
        let list =
            |page| async move { self.app.organizations.list_own(self.actor, page).await.expect("a page") }.boxed();
        self.assert_lists::<OwnOrder>(&own, |own| names(&own.organization), list).await;
        if self.who.is_superuser {
            let list = |page| {
                async move { self.app.organizations.list_all(self.actor, page, &client()).await.expect("a page") }
                    .boxed()
            };
            self.assert_lists::<OrganizationOrder>(&self.world.organizations, names, list).await;
        } else {
            let all = self.app.organizations.list_all(self.actor, request(OrganizationOrder::Newest), &client()).await;
            assert!(matches!(all, Err(ListOrganizationsError::Denied(_))), "{self}: {all:?}");
        }
    }

    async fn assert_sees_events(&self) {
        let list = |after| {
            async move { self.app.audit.list_own(self.actor, after, LIMIT).await.expect("a part of the list") }.boxed()
        };
        let about = |event: &AuditEvent| [event.actor, event.subject].contains(&Some(self.who.id));
        self.assert_walks(about, list).await;
        if self.world.sees_event(self.who, None) {
            let list = |after| {
                async move {
                    self.app.audit.list(self.actor, events(after), &client()).await.expect("a part of the list").page
                }
                .boxed()
            };
            self.assert_walks(|_| true, list).await;
        } else {
            let all = self.app.audit.list(self.actor, events(None), &client()).await;
            assert!(matches!(all, Err(AuditError::Denied(_))), "{self}: {all:?}");
        }
    }

    /// What an organisation has is shown to whom it is at hand.
    async fn assert_sees_what_it_has(&self, organization: &Organization) {
        let id = organization.id;
        let is_at_hand = self.at == Some(id) && self.world.sees_organization(self.who, id);
        let found = self.app.organizations.read(self.actor, id, &client()).await;
        if !is_at_hand && !self.who.is_superuser {
            self.assert_strange(&found);
            let items = self.app.items.list_of(self.actor, id, request(ItemOrder::Newest), &client()).await;
            self.assert_strange(&items);
            let page = request(MemberOrder::Newest);
            let members = self.app.organizations.list_members(self.actor, id, None, page, &client()).await;
            self.assert_strange(&members);
            return;
        }
        assert_eq!(found.expect("an organisation"), *organization, "{self}");
        if !is_at_hand && self.at.is_some() {
            return; // As a superuser, who saw all of it with nothing at hand.
        }
        let items = self.items_of(|owner| owner == id.into());
        let list = |page| {
            async move { self.app.items.list_of(self.actor, id, page, &client()).await.expect("a page") }.boxed()
        };
        self.assert_lists(&items, Item::searched, list).await;
        if self.actor.at.is_some_and(|at| at.organization == id) {
            let overview = self.app.overviews.look(self.actor).await.expect("an overview");
            let counts = (overview.owned.get("items").copied(), overview.members);
            assert_eq!(counts, (Some(items.len() as u64), Some(self.world.members(id).len() as u64)), "{self}");
            assert_eq!(overview.items, paging::page(items.iter(), &request(ItemOrder::Newest)).rows, "{self}");
        }
        for role in [None, Some(Role::Member)] {
            let members =
                self.world.members(id).into_iter().filter(|member| role.is_none_or(|role| member.role == role));
            let list = |page| {
                async move {
                    self.app.organizations.list_members(self.actor, id, role, page, &client()).await.expect("a page")
                }
                .boxed()
            };
            self.assert_lists::<MemberOrder>(&members.collect::<Vec<_>>(), texts, list).await;
        }
    }

    fn items_of(&self, is_wanted: impl Fn(Owner) -> bool) -> Vec<Item> {
        self.world.items.iter().filter(|item| is_wanted(item.owner)).cloned().collect()
    }

    fn assert_strange<T: Debug>(&self, found: &Result<T, OrganizationError>) {
        let is_strange = matches!(found, Err(OrganizationError::Refused(Refused::Stranger(_))));
        assert!(is_strange, "{self} finds {found:?}");
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

    /// These of the world's events and no others, the newest first.
    async fn assert_walks<'a>(
        &self,
        is_seen: impl Fn(&AuditEvent) -> bool,
        list: impl Fn(Option<AuditCursor>) -> BoxFuture<'a, AuditPage>,
    ) {
        let mut expected: Vec<_> = self.world.events.iter().filter(|event| is_seen(event)).cloned().collect();
        expected.sort_by_key(|event| Reverse(AuditCursor::behind(event)));
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let page = list(after).await;
            // What they were refused here is noted as well.
            met.extend(page.events.into_iter().filter(|event| event.kind == RandomWorld::KIND));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
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

fn events(after: Option<AuditCursor>) -> AuditRequest {
    let filter = AuditFilter { kind: Some(RandomWorld::KIND), ..AuditFilter::default() };
    AuditRequest { filter, order: AuditOrder::Newest, after, limit: LIMIT }
}

fn names(organization: &Organization) -> Vec<Option<&str>> {
    vec![Some(organization.name.as_str()), Some(organization.slug.as_str())]
}

fn texts(member: &Member) -> Vec<Option<&str>> {
    vec![Some(member.email.as_str()), member.full_name.as_ref().map(FullName::as_str)]
}
