//! What is an item's own.

use ironplate_application::SecondFactorPolicy;
use ironplate_domain::{Item, OrganizationChanges, Owner, Role};
use ironplate_testkit::samples;

use super::browser::{ANN, Browser, ROOT, SESSION};

#[actix_web::test]
async fn an_item_is_due_done_and_opened_again() {
    let mut browser = Browser::of(ANN).await;
    browser.world = browser.world.with_item(ANN, "Whenever").await;
    let typed = [("title", "Tax return"), ("due_on", "2027-05-31")];
    browser
        .submit("/dashboard/items/new", &typed)
        .await
        .shows(200, &["The item was created.", "Open", "31 May 2027", "Mark as done: Tax return", "No date"])
        .hides("Done</span>");
    let path = format!("/dashboard/items/{}", browser.world.item("Tax return").id);
    browser.get(&path).await.shows(200, &[">Mark as done</button>", ">Delete</a>"]).hides("Reopen");
    let done = browser.submit(&format!("{path}/complete"), &[]).await;
    done.shows(200, &["The item was completed.", "Done</span>", "Reopen: Tax return"]);
    browser.get(&path).await.shows(200, &[">Reopen</button>", ">Delete</a>"]).hides("Mark as done");
    let open = browser.submit(&format!("{path}/reopen"), &[]).await;
    open.shows(200, &["The item was reopened.", "Mark as done: Tax return"]).hides("Done</span>");
    browser.get(&path).await.shows(200, &[r#"type="date""#, r#"value="2027-05-31""#]);
    browser.get("/dashboard/items?order=due_on").await.shows(200, &["ascending", "Tax return", "Whenever"]);
    let changed = browser.submit(&path, &[("title", "Tax return"), ("due_on", "")]).await;
    changed.shows(200, &["The item was saved."]).hides("31 May 2027");
    let wrong = browser.post("/dashboard/items/new", &[("title", "a"), ("due_on", "31.5.2027")]).await;
    wrong.shows(422, &["Enter a date like 2026-11-25"]);
}

#[actix_web::test]
async fn a_description_has_lines_and_a_bound() {
    let mut browser = Browser::of(ANN).await;
    let typed = [("title", "Milk"), ("description", "two\r\nlitres, a\u{202b}")];
    browser.submit("/dashboard/items/new", &typed).await.shows(200, &["two\nlitres, a\\u{202b}"]).hides("\u{202b}");
    let path = format!("/dashboard/items/{}", browser.world.item("Milk").id);
    browser.get(&path).await.shows(200, &["two\nlitres, a\u{202b}</textarea>", "At most 255 characters."]);
    browser.submit(&path, &[("title", "Milk"), ("description", "three")]).await.shows(200, &["three"]);
    // As browsers send its lines, it was not changed in a tab that has it as it was.
    let was = [("was.description", "two\r\nlitres, a\u{202b}"), typed[1], ("title", "Oat milk")];
    browser.submit(&path, &was).await.shows(200, &["Oat milk", "three"]);
    let long = "é".repeat(256);
    let seen = browser.post("/dashboard/items/new", &[("title", "  "), ("description", &long)]).await;
    seen.shows(422, &["Enter a title", "The description has 256 characters, at most 255 are allowed", &long]);
}

#[actix_web::test]
async fn the_newest_are_on_the_first_page() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard").await.shows(200, &["No items yet"]);
    for title in ["<script>", "\u{200b}"] {
        browser.submit("/dashboard/items/new", &[("title", title)]).await.shows(200, &["The item was created."]);
    }
    browser.get("/dashboard").await.shows(200, &["<bdi>Untitled</bdi>", "<bdi>&lt;script&gt;</bdi>"]).hides("<script>");
}

#[actix_web::test]
async fn what_was_typed_outlives_the_session() {
    let mut browser = Browser::of(ANN).await;
    browser.set_cookie(SESSION, "over");
    let typed = [("title", "A \"long\" letter"), ("description", "one\r\ntwo"), ("password", "secret one")];
    let seen = browser.post("/dashboard/items/new", &typed).await;
    seen.shows(403, &["Log in again", r#"name="kept.title" value="A &quot;long&quot; letter""#]);
    seen.hides("secret one");
    let again = [
        ("email", ANN),
        ("password", samples::PASSWORD),
        ("next", "/dashboard/items/new"),
        ("resume", "true"),
        ("kept.title", "A \"long\" letter"),
        ("kept.description", "one\r\ntwo"),
    ];
    let wrong = browser.post("/dashboard/log-in", &[("password", "wrong horse"), again[0], again[3], again[4]]).await;
    wrong.shows(422, &["Log in again", "Incorrect email or password", "kept.title", "&quot;long&quot;"]);
    let seen = browser.post("/dashboard/log-in", &again).await;
    seen.shows(200, &["You are logged in again", "A &quot;long&quot; letter", "one\r\ntwo"]);
    seen.shows(200, &[r#"action="/dashboard/items/new""#, r#"name="title""#, "Send it now"]);
    assert!(browser.world.store.items().is_empty(), "nothing is done behind anybody's back");
    browser.submit("/dashboard/items/new", &typed[..2]).await.shows(200, &["The item was created.", "letter"]);
}

#[actix_web::test]
async fn what_was_typed_outlives_an_outage() {
    let mut browser = Browser::of(ANN).await;
    browser.world.store.go_down();
    let typed = [("title", "A \"long\" letter"), ("description", "one\r\ntwo"), ("back", "/dashboard/items?q=x")];
    let seen = browser.post("/dashboard/items/new", &typed).await;
    seen.shows(503, &["Busy right now", "Title", "A &quot;long&quot; letter", "one\r\ntwo", "Send it again"]);
    seen.shows(503, &[r#"action="/dashboard/items/new""#, r#"name="back" value="/dashboard/items?q=x""#]);
}

#[actix_web::test]
async fn what_was_typed_outlives_what_it_was_about() {
    let mut browser = Browser::of(ANN).await;
    let gone = "/dashboard/items/0190a1b2-c3d4-7e5f-8a9b-000000000001";
    let seen = browser.post(gone, &[("title", "Long in the writing")]).await;
    seen.shows(404, &["Not found", "deleted meanwhile", "Long in the writing"]).hides("Send it again");
}

#[actix_web::test]
async fn who_must_have_a_second_factor_sees_and_makes_none() {
    let mut browser = Browser::of(ANN).await;
    browser.world.policy.second_factor = SecondFactorPolicy::Everybody;
    browser.get("/dashboard/items").await.leads_to("/dashboard/settings/security");
    browser.post("/dashboard/items/new", &[("title", "Milk")]).await.shows(403, &["Milk", "Set one up"]);
    assert!(browser.world.store.items().is_empty());
}

#[actix_web::test]
async fn what_an_organization_has_that_asks_for_a_second_factor_is_not_seen_without_one() {
    let mut browser = Browser::of(ANN).await;
    let acme = browser.world.organization("Acme", &[(ROOT, Role::Owner), (ANN, Role::Admin)]).await;
    browser.world.add_to::<Item>(Owner::from(acme), "Milk").await;
    let list = format!("/dashboard/items?owner={acme}");
    browser.get(&list).await.shows(200, &["Milk"]);
    browser.world.add_app(ROOT).await;
    let (root, changes) = (
        browser.world.actor_at("Acme", ROOT),
        OrganizationChanges { requires_second_factor: Some(true), ..OrganizationChanges::default() },
    );
    browser.world.organizations().change(root, acme, changes, &samples::client()).await.unwrap();
    browser.get(&list).await.shows(403, &["asks its members", "Set one up"]).hides("Milk");
    // Whoever had it at hand has what is their own.
    browser.set_cookie("organization", &acme.to_string());
    browser.get("/dashboard").await.shows(200, &["Hello"]).hides("Milk");
}

#[actix_web::test]
async fn superusers_see_the_newest_of_the_organization_at_hand() {
    let mut browser = Browser::of(ROOT).await;
    let acme = browser.world.organization("Acme", &[(ROOT, Role::Viewer), (ANN, Role::Owner)]).await;
    browser.world.add_to::<Item>(acme, "Milk").await;
    browser.set_cookie("organization", &acme.to_string());
    browser.get("/dashboard").await.shows(200, &["Newest items of <bdi>Acme</bdi>", "Milk"]);
}

#[actix_web::test]
async fn what_goes_with_an_organization_is_told_to_whoever_deletes_it() {
    let mut browser = Browser::of(ROOT).await;
    let acme = browser.world.organization("Acme", &[(ROOT, Role::Owner), (ANN, Role::Viewer)]).await;
    browser.world.add_to::<Item>(acme, "Milk").await;
    let (path, items) = (format!("/dashboard/all-organizations/{acme}"), format!("/dashboard/items?owner={acme}"));
    browser.get(&path).await.shows(200, &["Items", &items, ">1</a>"]);
    browser.get(&items).await.shows(200, &["<p>Acme</p>", "Milk"]);
    for deletion in [format!("{path}/delete"), format!("/dashboard/organizations/{acme}/delete")] {
        browser.get(&deletion).await.shows(200, &["2 members lose access, and 1 item goes with it."]);
    }
    browser
        .submit(&format!("{path}/delete"), &[("typed_name", "Acme")])
        .await
        .shows(200, &["The organisation was deleted."]);
    browser.get(&items).await.shows(404, &["Not found"]);
    assert!(browser.world.store.items().is_empty());
}

#[actix_web::test]
async fn another_organization_at_hand_leads_back_to_their_list_but_to_none_of_them() {
    let mut browser = Browser::of(ANN).await;
    let acme = browser.world.organization("Acme", &[(ANN, Role::Member), (ROOT, Role::Owner)]).await.to_string();
    for (next, leads) in [
        ("/dashboard/items?order=title", "/dashboard/items?order=title"),
        // Or the choice would seem to do nothing.
        ("/dashboard/items?q=a+b&owner=mine&order=title", "/dashboard/items?q=a+b&order=title"),
        ("/dashboard/items/new?owner=0190a1b2-c3d4-7e5f-8a9b-000000000001", "/dashboard/items/new"),
        ("/dashboard/items/0190a1b2-c3d4-7e5f-8a9b-000000000001", "/dashboard/items"),
        ("/dashboard/items/0190a1b2-c3d4-7e5f-8a9b-000000000001/move", "/dashboard/items"),
    ] {
        let chosen = browser.post("/dashboard/organizations/switch", &[("organization", &acme), ("next", next)]).await;
        chosen.leads_to(leads);
    }
    browser.get("/dashboard/items").await.shows(200, &["<bdi>Acme</bdi>"]);
}
