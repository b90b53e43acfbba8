//! What holds for the pages of everything that users own: a row for each resource.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    pin::Pin,
};

use actix_web::{http::header::REFERER, test::TestRequest};
use ironplate_domain::{Owner, Owners};
use ironplate_testkit::World;

use super::{
    browser::{ANN, Browser, ROOT, Seen},
    organizations::BOB,
};

/// The pages of a resource.
pub(super) struct Pages {
    /// Its list.
    pub(super) list: &'static str,
    /// One of them, inside a sentence.
    pub(super) noun: &'static str,
    /// The field of what it is called, which is also an order of its list.
    pub(super) name: &'static str,
    /// What cannot be left empty besides, each with what may be typed there.
    pub(super) needed: &'static [(&'static str, &'static str)],
    /// The other fields of its form, each with what may be typed there.
    pub(super) others: &'static [(&'static str, &'static str)],
    /// No two of one user are called the same.
    pub(super) is_unique: bool,
    /// Whether one is moved to another owner.
    pub(super) moves: bool,
    /// Who may own one.
    pub(super) owners: Owners,
}

pub(super) const RESOURCES: &[Pages] = &[Pages {
    list: "/dashboard/items",
    noun: "item",
    name: "title",
    needed: &[],
    others: &[("description", "Two litres"), ("due_on", "2027-05-31")],
    is_unique: false,
    moves: true,
    owners: Owners::Either,
}];

/// Stores a row of this owner that has this id.
type Add = for<'a> fn(&'a World, Owner, &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What is referred to by what is typed in a form: by the list of those that need it, with the id.
const PREPARED: &[(&str, Add, &str)] = &[];

/// Those that users may own.
fn of_users() -> impl Iterator<Item = &'static Pages> {
    RESOURCES.iter().filter(|pages| pages.owners != Owners::Organizations)
}

/// Those that users and organisations may own, and that need nothing else to be there.
pub(super) fn of_either() -> impl Iterator<Item = &'static Pages> {
    RESOURCES.iter().filter(|pages| pages.owners == Owners::Either && pages.needs_nothing())
}

impl Pages {
    /// What the files of its pages are called.
    fn key(&self) -> String {
        self.list.rsplit('/').next().unwrap().replace('-', "_")
    }

    /// Several of them, inside a sentence.
    pub(super) fn plural(&self) -> String {
        self.key().replace('_', " ")
    }

    /// The entry in the menu.
    fn label(&self) -> String {
        let plural = self.plural();
        plural[..1].to_uppercase() + &plural[1..]
    }

    /// What is sent to make one of this name, or to change one.
    pub(super) fn named<'a>(&self, name: &'a str) -> Vec<(&'static str, &'a str)> {
        self.only(name).into_iter().chain(self.others.iter().copied()).collect()
    }

    /// The same without what may be left out.
    pub(super) fn only<'a>(&self, name: &'a str) -> Vec<(&'static str, &'a str)> {
        [(self.name, name)].into_iter().chain(self.needed.iter().copied()).collect()
    }

    /// Whether one can be made where there is nothing else.
    pub(super) fn needs_nothing(&self) -> bool {
        PREPARED.iter().all(|(list, ..)| *list != self.list)
    }

    /// Stores what is referred to by what is typed, for this owner.
    pub(super) async fn prepare(&self, world: &World, owner: impl Into<Owner>) {
        let owner = owner.into();
        for (_, add, id) in PREPARED.iter().filter(|(list, ..)| *list == self.list) {
            add(world, owner, id).await;
        }
    }

    /// Ann's, who can make one.
    async fn browser(&self) -> Browser {
        let browser = Browser::of(ANN).await;
        self.prepare(&browser.world, browser.world.user(ANN).id).await;
        browser
    }

    /// Makes one of this name; answers the list that says so.
    pub(super) async fn add(&self, browser: &mut Browser, name: &str) -> Seen {
        browser.submit(&format!("{}/new", self.list), &self.named(name)).await
    }

    /// Makes one of this name; answers its address.
    pub(super) async fn added(&self, browser: &mut Browser, name: &str) -> String {
        let before = self.addresses(browser).await;
        self.add(browser, name).await;
        self.addresses(browser).await.difference(&before).next().expect("a row more").clone()
    }

    /// The addresses of those on the first page of the list.
    async fn addresses(&self, browser: &mut Browser) -> BTreeSet<String> {
        let list = browser.get(self.list).await.text;
        let linked = quoted_after(&list, &format!("href=\"{}/", self.list));
        linked.into_iter().filter(|id| id.len() == 36).map(|id| format!("{}/{id}", self.list)).collect()
    }

    /// The file that answers them.
    fn source(&self) -> String {
        let path = format!("{}/src/pages/{}.rs", env!("CARGO_MANIFEST_DIR"), self.key());
        fs::read_to_string(path).unwrap()
    }

    /// What the form at this address brings back: with it, it is known what its reader changed.
    pub(super) async fn held(&self, browser: &mut Browser, address: &str) -> Vec<(String, String)> {
        let page = browser.get(address).await.text;
        let hidden = page.split(r#"<input type="hidden" name="was."#).skip(1);
        let held = hidden.map(|rest| rest.split_once(r#"" value=""#).unwrap());
        held.map(|(name, rest)| (format!("was.{name}"), rest.split('"').next().unwrap().to_owned())).collect()
    }
}

/// What this page's buttons do to the one at this address, besides deleting it.
pub(super) fn actions(page: &Seen, address: &str) -> Vec<String> {
    let sent = quoted_after(&page.text, &format!("action=\"{address}/"));
    sent.into_iter().map(|action| format!("{address}/{action}")).collect()
}

/// Whatever follows this, up to the quote.
fn quoted_after<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[actix_web::test]
async fn whatever_is_in_the_menu_has_its_row() {
    let menu = Browser::of(ANN).await.get("/dashboard").await.text;
    let (menu, _) = menu.split_once("</nav>").unwrap();
    let others = ["/dashboard", "/dashboard/organizations", "/dashboard/settings/profile"];
    let listed = RESOURCES.iter().map(|pages| pages.list).chain(others);
    let listed: BTreeSet<&str> = listed.collect();
    let linked = quoted_after(menu, "<li><a href=\"").into_iter();
    let missing: Vec<_> = linked.filter(|link| !listed.contains(link)).collect();
    assert!(missing.is_empty(), "say in RESOURCES what is on these pages: {missing:?}");
}

#[actix_web::test]
async fn one_is_made_found_changed_and_deleted() {
    for pages @ Pages { list, noun, .. } in of_users() {
        let mut browser = pages.browser().await;
        browser.get(list).await.shows(200, &[&format!("No {} yet", pages.plural())]).hides("role=\"search\"");
        browser.get(&format!("{list}/new")).await.shows(200, &[&format!("New {noun}"), &format!("Create {noun}")]);
        let created = pages.add(&mut browser, " Buy milk ").await;
        created.shows(200, &[&format!("The {noun} was created."), "<bdi>Buy milk</bdi>", "1–1 of 1"]);
        browser.get(list).await.shows(200, &["Buy milk"]).hides("was created.");
        browser.get("/dashboard").await.shows(200, &["class=\"figures\"", &format!("href=\"{list}\">1</a>")]);

        let address = pages.addresses(&mut browser).await.pop_first().unwrap();
        let form = browser.get(&address).await;
        form.shows(200, &[&format!("Edit {noun}"), r#"value="Buy milk""#, "Save changes"]);
        for (field, text) in pages.named("Buy milk") {
            form.shows(200, &[&format!("name=\"was.{field}\" value=\"{text}\""), &format!("id=\"{field}\""), text]);
        }
        let saved = browser.submit(&address, &pages.only("Buy oat milk")).await;
        saved.shows(200, &[&format!("The {noun} was saved."), "Buy oat milk"]);
        let held = pages.held(&mut browser, &address).await;
        assert!(pages.others.iter().all(|(field, text)| held.contains(&(format!("was.{field}"), (*text).to_owned()))));

        let deletion = format!("{address}/delete");
        let question = browser.get(&deletion).await;
        let asked = [&format!("Delete this {noun}?"), "“<bdi>Buy oat milk</bdi>” is deleted for good."];
        question.shows(200, &["id=\"confirm\"", asked[0], asked[1]]);
        assert_eq!(pages.addresses(&mut browser).await.len(), 1, "to ask deletes nothing");
        browser
            .submit(&deletion, &[])
            .await
            .shows(200, &[&format!("The {noun} was deleted."), &format!("No {} yet", pages.plural())]);
        for path in [&address, &deletion, &format!("{list}/1"), &format!("{list}/%2e%2e")] {
            browser.get(path).await.shows(404, &["Not found"]);
        }
        let late = browser.post(&address, &pages.named("Long in the writing")).await;
        late.shows(404, &["deleted meanwhile", "Long in the writing"]).hides("Send it again");
        browser.post(&deletion, &[]).await.shows(404, &["Not found"]);
    }
}

#[actix_web::test]
async fn what_can_not_be_taken_is_told_at_its_field_and_kept() {
    for pages in of_users() {
        let mut browser = pages.browser().await;
        let (address, long) = (pages.added(&mut browser, "Milk").await, "e".repeat(10_000));
        for path in [&format!("{}/new", pages.list), &address] {
            for (name, told) in
                [("  ", "Enter a"), (&*long, "has 10000 characters, at most"), ("a\0", "can’t be taken")]
            {
                let seen = browser.post(path, &pages.named(name)).await;
                seen.shows(422, &["id=\"problem\"", told, &format!("id=\"{}-error\"", pages.name), told]);
                for (_, text) in pages.others {
                    seen.shows(422, &[text]);
                }
            }
            browser.post(path, &pages.named(&long)).await.shows(422, &[&format!("value=\"{long}\"")]);
        }
        let (_, held) = pages.held(&mut browser, &address).await.swap_remove(0);
        assert_eq!((held.as_str(), pages.addresses(&mut browser).await.len()), ("Milk", 1));
    }
}

#[actix_web::test]
async fn a_name_that_is_taken_is_told_at_its_field() {
    for pages in of_users().filter(|pages| pages.is_unique) {
        let mut browser = pages.browser().await;
        pages.add(&mut browser, "Milk").await;
        let address = pages.added(&mut browser, "Bread").await;
        for path in [format!("{}/new", pages.list), address] {
            let seen = browser.post(&path, &pages.named("milk")).await;
            seen.shows(422, &["id=\"problem\"", "value=\"milk\"", &format!("id=\"{}-error\"", pages.name)]);
        }
    }
}

#[actix_web::test]
async fn names_are_text_whatever_they_say() {
    for pages in of_users() {
        let mut browser = pages.browser().await;
        let address = pages.added(&mut browser, "<script>alert(1)</script>\"'&").await;
        let pages = [address.clone(), format!("{address}/delete"), format!("{}?q=%3Cscript%3E", pages.list)];
        for page in pages {
            browser.get(&page).await.shows(200, &["&lt;script&gt;"]).hides("<script>alert");
        }
    }
}

#[actix_web::test]
async fn a_name_that_nobody_sees_has_a_stand_in() {
    for pages in of_users() {
        for name in ["\u{200b}", "\u{3164}", "\u{2800}\u{feff}"] {
            let mut browser = pages.browser().await;
            let address = pages.added(&mut browser, name).await;
            browser.get(pages.list).await.shows(200, &["<bdi>Untitled</bdi>"]);
            browser.get(&format!("{address}/delete")).await.shows(200, &["“<bdi>Untitled</bdi>” is deleted"]);
        }
    }
}

/// Or a name reads as something else, and so does what stands beside it.
#[actix_web::test]
async fn signs_that_turn_the_direction_are_shown_and_come_back_as_they_were() {
    for pages in of_users() {
        let (mut browser, name) = (pages.browser().await, "Ann \u{202e}nhoj \u{2066}");
        let address = pages.added(&mut browser, name).await;
        for page in [pages.list, &format!("{address}/delete")] {
            browser.get(page).await.shows(200, &[r"<bdi>Ann \u{202e}nhoj \u{2066}</bdi>"]).hides("\u{202e}");
        }
        let held = format!("value=\"{name}\"");
        browser.get(&address).await.shows(200, &[&held, &held]);
    }
}

#[actix_web::test]
async fn lists_are_searched_sorted_and_paged_by_their_address() {
    for pages @ Pages { list, name: order, .. } in of_users() {
        let mut browser = pages.browser().await;
        for number in 10..37 {
            browser.post(&format!("{list}/new"), &pages.named(&format!("Note {number}"))).await.leads_to(list);
        }
        let at = |query: &str| format!("{list}?{query}");
        let first = browser.get(&at(&format!("order={order}"))).await;
        first.shows(200, &["ascending", "Note 10", "Note 34", "1–25 of 27", "page=2"]);
        let second = browser.get(&at(&format!("order={order}&page=2"))).await;
        let back = format!("{list}?order={order}\" rel=\"prev\"");
        second.shows(200, &["Note 35", "Note 36", "26–27 of 27", &back]);
        browser.get(&at(&format!("order=-{order}"))).await.shows(200, &["Note 36", "Note 35"]);
        browser.get(&at("q=te+12")).await.shows(200, &["value=\"te 12\"", "Note 12", "1–1 of 1"]);
        browser.get(&at("q=nothing")).await.shows(200, &["Nothing found", "Show all"]);
        for page in ["0", "-1", "99999999999999999999", "x"] {
            browser.get(&at(&format!("page={page}"))).await.shows(200, &["27"]);
        }
        browser.get(&at("page=2&q=x")).await.leads_to(&at("q=x"));
    }
}

#[actix_web::test]
async fn those_of_others_are_a_superuser_s_business_alone() {
    for pages @ Pages { list, noun, .. } in of_users() {
        let mut ann = pages.browser().await;
        let address = pages.added(&mut ann, "Ann's").await;
        let page = ann.get(&address).await;
        let changes = [vec![address.clone(), format!("{address}/delete")], actions(&page, &address)].concat();

        let mut root = Browser::within(ann.world);
        root.log_in(ROOT).await;
        root.get(list).await.shows(200, &[&format!("No {} yet", pages.plural())]).hides("Ann&#39;s");
        let everybodys = root.get(&format!("{list}?owner=everybody")).await;
        everybodys.shows(200, &["value=\"everybody\" selected", "Ann&#39;s", "Owner:", ANN]);
        let user = format!("/dashboard/users/{}", root.world.user(ANN).id);
        root.get(&user).await.shows(200, &[&format!("<dt>{}</dt><dd><bdi>1</bdi>", pages.label())]);
        root.get(&address).await.shows(200, &[&format!("Edit {noun} of {ANN}")]);

        let mut bob = Browser::within(root.world.with_user(BOB).await);
        bob.log_in(BOB).await;
        bob.get(list).await.shows(200, &[&format!("No {} yet", pages.plural())]);
        for path in [address.clone(), format!("{address}/delete")] {
            bob.get(&path).await.shows(403, &["Not allowed", "Your account may not see or do this."]);
        }
        for path in changes {
            bob.post(&path, &pages.named("Bob's")).await.shows(403, &["Not allowed"]);
        }

        let mut ann = Browser::within(bob.world);
        ann.log_in(ANN).await;
        let after = ann.get(&address).await;
        after.shows(200, &["Ann&#39;s"]);
        assert_eq!(actions(&after, &address), actions(&page, &address), "nothing was done to it");
    }
}

#[actix_web::test]
async fn buttons_do_what_they_say_and_lead_back_to_the_list_as_it_was_left() {
    for pages @ Pages { list, noun, .. } in of_users() {
        let mut browser = pages.browser().await;
        let address = pages.added(&mut browser, "Milk").await;
        let (mut pressed, left) = (BTreeSet::new(), format!("{list}?q=Mi"));
        while let Some(action) = next(&mut browser, &address, &pressed).await {
            let shown = browser.get(list).await;
            assert!(actions(&shown, &address).contains(&action), "the list has the same buttons");
            browser.post(&action, &[("back", &left)]).await.leads_to(&left);
            browser.get(list).await.shows(200, &[&format!("The {noun} was "), "Milk"]);
            browser.post(&action, &[]).await.leads_to(list);
            pressed.insert(action);
        }
        let source = pages.source();
        let routed = quoted_after(&source, "action(\"").into_iter();
        let of_this_one = |path: &str| format!("/dashboard{}", path.replace("/{id}", &address[list.len()..]));
        let routed: BTreeSet<String> = routed.map(of_this_one).collect();
        assert_eq!(pressed, routed, "let `actions` name what has a route, so that it has a button");
    }
}

/// What its file reads for a row of the list, its template shows.
#[test]
fn whatever_is_read_for_a_list_is_shown_in_it() {
    for pages in of_users() {
        let (source, key) = (pages.source(), pages.key());
        let row = source.split_once("Row {\n").expect("a struct of the rows").1.split_once("\n}").unwrap().0;
        let path = format!("{}/../../templates/pages/dashboard/{key}.html", env!("CARGO_MANIFEST_DIR"));
        let template = fs::read_to_string(path).unwrap();
        let shown = template.split_once("#}").expect("a comment at its head").1;
        for field in row.lines().map(|line| line.trim().split(':').next().unwrap()) {
            let value = format!("{}.{field}", pages.noun.replace(' ', "_"));
            assert!(shown.contains(&value), "{key}.html does not show {value}");
        }
    }
}

/// A button of the page that was not pressed yet.
async fn next(browser: &mut Browser, address: &str, pressed: &BTreeSet<String>) -> Option<String> {
    let page = browser.get(address).await;
    actions(&page, address).into_iter().find(|action| !pressed.contains(action))
}

#[actix_web::test]
async fn of_two_tabs_only_what_each_changed_is_saved() {
    for pages in of_users() {
        let mut browser = pages.browser().await;
        let address = pages.added(&mut browser, "Milk").await;
        let held = pages.held(&mut browser, &address).await;
        let held: Vec<_> = held.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let emptied: Vec<_> = pages.others.iter().map(|(field, _)| (*field, "")).collect();
        browser.submit(&address, &[&held[..], &pages.named("Oat milk")].concat()).await.shows(200, &["Oat milk"]);
        browser.submit(&address, &[&held[..], &pages.only("Milk"), &emptied].concat()).await.shows(200, &["Oat milk"]);
        let left = pages.only("Oat milk").into_iter().chain(emptied);
        let left = left.map(|(name, text)| (format!("was.{name}"), text.to_owned()));
        let before = held.iter().map(|&(name, text)| (name.to_owned(), text.to_owned()));
        let expected: BTreeMap<_, _> = before.chain(left).collect();
        assert_eq!(pages.held(&mut browser, &address).await.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }
}

#[actix_web::test]
async fn who_changes_what_somebody_else_changed_meanwhile_is_told_before_it_is_replaced() {
    for pages in of_users() {
        let mut browser = pages.browser().await;
        let address = pages.added(&mut browser, "Milk").await;
        let was = format!("was.{}", pages.name);
        let tab = |name, before| [pages.only(name), vec![(&*was, before)]].concat();
        browser.submit(&address, &tab("Oat milk", "Milk")).await.shows(200, &["Oat milk"]);
        let told = browser.post(&address, &tab("Soy milk", "Milk")).await;
        let held = format!("name=\"{was}\" value=\"Oat milk\"");
        told.shows(422, &["This was changed to “Oat milk” meanwhile", &held, "value=\"Soy milk\""]);
        browser.get(&address).await.shows(200, &["value=\"Oat milk\""]);
        browser.submit(&address, &tab("Oat milk", "Milk")).await.shows(200, &["was saved."]);
        browser.submit(&address, &tab("Soy milk", "Oat milk")).await.shows(200, &["Soy milk"]);
    }
}

/// A search, an order or a page of a list is not lost by looking at one of its rows.
#[actix_web::test]
async fn whoever_came_from_a_list_goes_back_to_it_as_they_left_it() {
    for pages @ Pages { list, name, .. } in of_users() {
        let mut browser = pages.browser().await;
        let address = pages.added(&mut browser, "Milk").await;
        let left = format!("{list}?q=Mi&order={name}");
        for page in [address.clone(), format!("{address}/delete")] {
            for (from, back) in [(&*left, left.replace('&', "&amp;")), ("/dashboard/users", (*list).to_owned())] {
                let came =
                    TestRequest::with_uri(&page).insert_header((REFERER, format!("http://localhost:8000{from}")));
                browser.send(came).await.shows(200, &[&format!("name=\"back\" value=\"{back}\"")]);
            }
        }
        let back_to = |name, back| [pages.only(name), vec![("back", back)]].concat();
        browser.post(&address, &back_to("Oat milk", &left)).await.leads_to(&left);
        browser.post(&address, &back_to("", "//evil.example")).await.shows(422, &[]).hides("evil");
        browser.post(&format!("{address}/delete"), &[("back", "https://evil.example")]).await.leads_to(list);
    }
}
