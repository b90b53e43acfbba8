//! How pages look, in both themes, wide and narrow, to everybody.

use std::{cell::RefCell, collections::BTreeSet, path::PathBuf};

use ironplate_domain::Owners;
use ironplate_tests::{Browser, Client, Database, Document, PASSWORD, RESOURCES, SUPERUSER, Scheme, until};

use super::{ANN, log_in, mailed_link, server};

/// By their names in WebDriver.
const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';

/// Pages of whoever is not logged in.
const STRANGERS: [&str; 8] = [
    "log-in",
    "sign-up",
    "forgot-password",
    "link-sent?what=reset",
    "reset-password?token=x",
    "verify-email?token=x",
    "invitation?token=x",
    "nowhere",
];

/// Pages of whoever is, and one that is not for them.
const OWN: [&str; 10] = [
    "",
    "settings/profile",
    "settings/password",
    "settings/appearance",
    "settings/confirm",
    "settings/security",
    "settings/security/apps/new",
    "settings/data",
    "settings/data/delete",
    "users",
];

/// Each page in both themes, wide and narrow; its picture is kept in `target/browser/`.
/// No page looks different for another database.
#[tokio::test]
async fn every_page_looks_right_and_is_accessible() {
    let database = Database::sqlite();
    let server = server(&database).await;
    let superuser = server.superuser().await;
    superuser.add_item("Buy milk").await;
    superuser.add_item("<script>alert(1)</script>").await;
    let everybodys = pages_of_resources(&superuser, None, "Quarterly report").await;
    let ann = server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    let looks = Looks::in_a(&browser, &database);
    for page in STRANGERS {
        looks.at("stranger", page).await;
    }
    let bob = server.client().sign_up("new@example.com").await.id().await;
    log_in(&browser, "new@example.com", PASSWORD).await;
    for page in ["", "organizations", "organizations/switch"]
        .into_iter()
        .chain(RESOURCES.iter().map(|resource| resource.list.trim_end_matches('/')))
    {
        looks.at("newcomer", page).await;
    }
    let hers = pages_of_resources(&ann, None, "A letter").await;
    let acme = ann.add_organization("acme").await;
    let at_acme = format!("?owner={acme}");
    let theirs = pages_of_resources(&ann, Some(&acme), "A contract").await;
    database.join(&acme, &bob, "viewer").await;
    let organizations = pages_of_organizations(&acme, &bob);
    // One who has no account, and one who has.
    let mut links = Vec::new();
    for (slug, email) in [("acme", "guest@example.com"), ("umbrella", SUPERUSER)] {
        let id = if slug == "acme" { acme.clone() } else { ann.add_organization(slug).await };
        ann.invite(&id, email, "admin").await;
        links.push(mailed_link(&server, &format!("Invitation to {slug}")).await.trim_start_matches('/').to_owned());
    }
    browser.forget().await;
    for (who, link) in ["guest", "member-elsewhere"].into_iter().zip(&links) {
        looks.at(who, link).await;
    }
    log_in(&browser, ANN, PASSWORD).await;
    looks.at("another", &links[1]).await;
    for page in OWN.into_iter().chain(hers.iter().chain(&organizations).map(String::as_str)) {
        looks.at("user", page).await;
    }
    for page in theirs.iter().chain([&at_acme]) {
        looks.at("member", page).await;
    }
    log_in(&browser, "new@example.com", PASSWORD).await;
    for page in ["members", "settings"] {
        looks.at("viewer", &format!("organizations/{acme}/{page}")).await;
    }
    for page in theirs.iter().filter(|page| !page.contains("/new")).take(2).chain([&at_acme]) {
        looks.at("viewer", page).await;
    }
    log_in(&browser, SUPERUSER, PASSWORD).await;
    let id = ann.id().await;
    let message = sent_message(&browser).await;
    let pages = [
        "",
        "settings/profile",
        "settings/password",
        "settings/security",
        "settings/appearance",
        "settings/data",
        "organizations",
        &links[1],
        "users",
        "users?state=inactive",
        "users/new",
        &format!("users/{id}"),
        &format!("users/{id}/edit"),
        &format!("users/{id}/deactivate"),
        &format!("users/{id}/reset-second-factors"),
        &format!("users/{id}/delete"),
        "audit",
        "outbox",
        "outbox?state=sent",
        &message,
        "system",
        "items?owner=everybody",
        "all-organizations",
        "all-organizations?q=nothing",
        &format!("all-organizations/{acme}"),
        &format!("all-organizations/{acme}/delete"),
    ];
    for page in pages.into_iter().chain(everybodys.iter().map(String::as_str)) {
        looks.at("superuser", page).await;
    }

    looks.assert_saw_every_page();
    nothing_breaks(&browser, &id).await;
    the_menu_is_closed_by_whoever_leaves_it(&browser).await;
    browser.was_quiet().await;
}

/// The page of a mail that was sent.
async fn sent_message(browser: &Browser) -> String {
    let link = until("a mail is sent", async || {
        browser.open("/dashboard/outbox?state=sent").await;
        let link = "return document.querySelector('tbody a')?.getAttribute('href')";
        browser.script(link).await.as_str().map(str::to_owned)
    });
    link.await.trim_start_matches("/dashboard/").to_owned()
}

/// Where there is little room, it covers the page.
async fn the_menu_is_closed_by_whoever_leaves_it(browser: &Browser) {
    browser.look_like(360, Scheme::Light).await;
    browser.open("/dashboard/users").await;
    browser.script("document.querySelector('[popovertarget]').focus()").await;
    browser.press(ENTER).await;
    let is_open = "return document.getElementById('menu').matches(':popover-open')";
    assert_eq!(browser.script(is_open).await, true);
    until("the focus is on the page again", async || {
        browser.press(TAB).await;
        (browser.script("return document.getElementById('main').contains(document.activeElement)").await == true)
            .then_some(())
    })
    .await;
    assert_eq!(browser.script(is_open).await, false);
}

/// Moments stay in one line, rows of tabs too, and a phone's list leads to its items, where they are deleted.
async fn nothing_breaks(browser: &Browser, user: &str) {
    let user = format!("users/{user}");
    let tables =
        ["items?owner=everybody", "settings/security", "users", &*user, "outbox?state=sent", "all-organizations"];
    let tables = &tables[..];
    for (width, pages) in [(1280, tables), (1024, tables), (768, tables), (360, &["settings/profile", "outbox"])] {
        for page in pages {
            fits(browser, page, width).await;
        }
    }
    browser.open("/dashboard/items").await;
    let buttons =
        "return [...document.querySelectorAll('tbody .button.bad')].filter((it) => it.checkVisibility()).length";
    assert_eq!(browser.script(buttons).await, 0);
}

/// At this width, no moment of the page wraps, and no table is wider than where it stands.
pub(crate) async fn fits(browser: &Browser, page: &str, width: u32) {
    browser.look_like(width, Scheme::Light).await;
    browser.open(&format!("/dashboard/{page}")).await;
    let broken = "return [...document.querySelectorAll('td time, .tabs')].filter((it) => { \
        const line = parseFloat(getComputedStyle(it).lineHeight); \
        return it.getBoundingClientRect().height > line * (it.matches('.tabs') ? 2.5 : 1.5); \
    }).length";
    assert_eq!(browser.script(broken).await, 0, "{page} at {width}");
    let hidden = "return [...document.querySelectorAll('table, .tabs')].filter((it) => \
        it.scrollWidth > it.clientWidth || it.offsetWidth > it.parentElement.clientWidth).length";
    assert_eq!(browser.script(hidden).await, 0, "{page} at {width}");
}

/// What links lead to that is no page.
const DOWNLOADS: &[&str] = &["settings/data/export"];

/// The pages of what somebody owns, or an organisation of theirs, where there is one of each, with this text.
async fn pages_of_resources(client: &Client, organization: Option<&str>, text: &str) -> Vec<String> {
    let (mut pages, operations) = (Vec::new(), Document::of(client).await.operations());
    let owner = if organization.is_some() { Owners::Organizations } else { Owners::Users };
    for resource in RESOURCES.iter().filter(|resource| [owner, Owners::Either].contains(&resource.owners)) {
        let (list, id) = (resource.list.trim_end_matches('/'), client.add_to(organization, resource, text).await);
        pages.extend(match organization {
            None => vec![list.to_owned(), format!("{list}?q=nothing"), format!("{list}/new")],
            Some(owner) => ["", "/new"].map(|page| format!("{list}{page}?owner={owner}")).into(),
        });
        let moves = resource.operations(&operations).iter().any(|it| it.path.ends_with("/move")).then_some("/move");
        pages.extend(["", "/delete"].into_iter().chain(moves).map(|page| format!("{list}/{id}{page}")));
    }
    pages
}

/// The pages of organisations, and of this one, with this member.
fn pages_of_organizations(id: &str, member: &str) -> Vec<String> {
    let pages = ["", "/new", "/switch"].map(str::to_owned).into_iter();
    let of_one = [
        "members",
        "members?q=nobody",
        "invitations",
        "invitations?q=nobody",
        "audit",
        "settings",
        "leave",
        "transfer",
        "delete",
    ]
    .map(str::to_owned)
    .into_iter();
    let of_one_member = ["members/{}/role", "members/{}/remove", "transfer/{}"].map(|page| page.replace("{}", member));
    let of_one = of_one.chain(of_one_member).map(|page| format!("/{id}/{page}"));
    pages.chain(of_one).map(|page| format!("organizations{page}")).collect()
}

/// Pages that are looked at, and those that they lead to.
pub(super) struct Looks<'a> {
    browser: &'a Browser,
    folder: PathBuf,
    seen: RefCell<BTreeSet<String>>,
    linked: RefCell<BTreeSet<String>>,
}

impl<'a> Looks<'a> {
    pub(super) fn in_a(browser: &'a Browser, database: &Database) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../browser").join(database.kind());
        Self { browser, folder, seen: RefCell::default(), linked: RefCell::default() }
    }

    pub(super) async fn at(&self, who: &str, page: &str) {
        let browser = self.browser;
        let name = name_of(page);
        for (width, scheme, kind) in
            [(1280, Scheme::Light, "light"), (1280, Scheme::Dark, "dark"), (360, Scheme::Light, "narrow")]
        {
            browser.look_like(width, scheme).await;
            let _before = browser.behind().await;
            browser.open(&format!("/dashboard/{page}")).await;
            let behind = browser.was_quiet().await;
            assert!(behind.requests.len() <= 5, "{page}: {:?}", behind.requests);
            // What was kept of the two visits before is not fetched again; a mail is a document of its own.
            assert!(width > 360 || behind.fetched <= 2, "{page}: {} were fetched", behind.fetched);
            assert!(behind.bytes <= 60 * 1024, "{page}: {} bytes", behind.bytes);
            let overflow = browser.script("return document.documentElement.scrollWidth - innerWidth").await;
            assert!(overflow.as_i64().is_some_and(|it| it <= 0), "{page} is too wide for {width} by {overflow}");
            browser.is_accessible().await;
            browser.picture(&self.folder.join(format!("{who}-{name}-{kind}.png"))).await;
            if scheme == Scheme::Light {
                browser.is_walked_by_keyboard().await;
            }
        }
        self.seen.borrow_mut().insert(address_of(page));
        let links = "return [...document.querySelectorAll('a[href]')].map((it) => it.pathname)";
        let links = browser.script(links).await;
        let links = links.as_array().into_iter().flatten().filter_map(|path| path.as_str()?.strip_prefix("/dashboard"));
        self.linked.borrow_mut().extend(links.filter(|path| !path.starts_with("/assets")).map(address_of));
    }

    /// The page that is there now, which has no address of its own.
    pub(super) async fn of(&self, name: &str) {
        let browser = self.browser;
        for (width, scheme, kind) in
            [(1280, Scheme::Dark, "dark"), (360, Scheme::Light, "narrow"), (1280, Scheme::Light, "light")]
        {
            browser.look_like(width, scheme).await;
            let overflow = browser.script("return document.documentElement.scrollWidth - innerWidth").await;
            assert!(overflow.as_i64().is_some_and(|it| it <= 0), "{name} is too wide for {width} by {overflow}");
            browser.is_accessible().await;
            browser.picture(&self.folder.join(format!("{name}-{kind}.png"))).await;
        }
    }

    /// A page that nobody is led to is none.
    fn assert_saw_every_page(&self) {
        let (seen, linked) = (self.seen.borrow(), self.linked.borrow());
        let unseen: Vec<_> = linked.difference(&seen).filter(|page| !DOWNLOADS.contains(&page.as_str())).collect();
        assert!(
            unseen.is_empty(),
            "pages lead to these: add them to the lists in looks.rs, so that they are looked at: {unseen:?}"
        );
    }
}

/// The address without what the page is about: `items/one`.
fn address_of(page: &str) -> String {
    let path = page.split('?').next().unwrap_or_default().trim_matches('/');
    let parts = path.split('/').map(|part| if part.len() == 36 { "one" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Of a page with an id or a token in its address, the same name each time.
fn name_of(page: &str) -> String {
    let parts = page.split(['/', '?', '=']).map(|part| if matches!(part.len(), 36 | 43) { "one" } else { part });
    let name = parts.collect::<Vec<_>>().join("-");
    if name.is_empty() { "home".to_owned() } else { name }
}
