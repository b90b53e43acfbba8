//! Items: found, made, changed and deleted.

use super::browser::{ANN, Browser, ROOT};

#[actix_web::test]
async fn a_title_that_nobody_sees_has_a_stand_in() {
    let mut browser = Browser::of(ANN).await;
    for title in ["\u{200b}", "\u{3164}", "\u{2800}\u{feff}"] {
        browser.submit("/dashboard/items/new", &[("title", title)]).await.shows(200, &["The item was created."]);
    }
    browser
        .get("/dashboard/items")
        .await
        .shows(200, &["<bdi>Untitled</bdi>", "<bdi>Untitled</bdi>", "<bdi>Untitled</bdi>"]);
    browser.get("/dashboard").await.shows(200, &["<bdi>Untitled</bdi>"]);
    let id = browser.world.store.items()[0].id;
    browser.get(&format!("/dashboard/items/{id}/delete")).await.shows(200, &["“<bdi>Untitled</bdi>” is deleted"]);
}

/// Or a title reads as something else, and so does what stands beside it.
#[actix_web::test]
async fn signs_that_turn_the_direction_are_shown_and_come_back_as_they_were() {
    let mut browser = Browser::of(ANN).await;
    let title = "Ann \u{202e}nhoj \u{2066}";
    let list = browser.submit("/dashboard/items/new", &[("title", title), ("description", "a\u{202b}\nb")]).await;
    list.shows(200, &[r"<bdi>Ann \u{202e}nhoj \u{2066}</bdi>", "a\\u{202b}\nb"]).hides("\u{202e}");
    let id = browser.world.store.items()[0].id;
    let question = browser.get(&format!("/dashboard/items/{id}/delete")).await;
    question.shows(200, &[r"“<bdi>Ann \u{202e}nhoj \u{2066}</bdi>” is deleted"]).hides("\u{202e}");
    let path = format!("/dashboard/items/{id}");
    let form = browser.get(&path).await;
    let held = format!("value=\"{title}\"");
    form.shows(200, &[&held, &held, "a\u{202b}\nb</textarea>"]);
}

#[actix_web::test]
async fn an_item_from_its_beginning_to_its_end() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard/items").await.shows(200, &["No items yet"]).hides("role=\"search\"");
    browser.get("/dashboard/items/new").await.shows(200, &["New item", "Create item"]);
    let created = browser.submit("/dashboard/items/new", &[("title", " Buy milk "), ("description", "")]).await;
    created.shows(200, &["The item was created.", "Buy milk", "1–1 of 1"]);
    browser.get("/dashboard/items").await.shows(200, &[]).hides("The item was created.");
    let path = format!("/dashboard/items/{}", browser.world.item("Buy milk").id);
    browser.get(&path).await.shows(200, &["Edit item", r#"value="Buy milk""#, "Save changes"]);
    let typed = [("title", "Buy oat milk"), ("description", "two\r\nlitres")];
    browser.submit(&path, &typed).await.shows(200, &["The item was saved.", "Buy oat milk", "two\nlitres"]);
    let question = browser.get(&format!("{path}/delete")).await;
    question.shows(200, &["id=\"confirm\"", "Delete this item?", "“<bdi>Buy oat milk</bdi>” is deleted for good."]);
    browser.submit(&format!("{path}/delete"), &[]).await.shows(200, &["The item was deleted.", "No items yet"]);
    browser.get(&path).await.shows(404, &["Not found", "Item not found."]);
}

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
    let done = browser.submit(&format!("{path}/complete"), &[]).await;
    done.shows(200, &["The item was completed.", "Done</span>", "Reopen: Tax return"]);
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
async fn what_can_not_be_taken_is_said_and_kept() {
    let mut browser = Browser::of(ANN).await;
    let long = "é".repeat(256);
    let seen = browser.post("/dashboard/items/new", &[("title", "  "), ("description", &long)]).await;
    seen.shows(422, &["Enter a title", "The description has 256 characters, at most 255 are allowed", &long]);
    assert!(browser.world.store.items().is_empty());
}

#[actix_web::test]
async fn titles_are_text_whatever_they_say() {
    let mut browser = Browser::of(ANN).await;
    let evil = "<script>alert(1)</script>\"'&";
    browser.submit("/dashboard/items/new", &[("title", evil), ("description", evil)]).await.hides("<script>alert");
    let path = format!("/dashboard/items/{}", browser.world.item(evil).id);
    for page in [path.clone(), format!("{path}/delete"), format!("/dashboard/items?q={}", "%3Cscript%3E")] {
        browser.get(&page).await.shows(200, &["&lt;script&gt;"]).hides("<script>alert");
    }
}

#[actix_web::test]
async fn lists_are_searched_sorted_and_paged_by_their_address() {
    let mut browser = Browser::of(ANN).await;
    let mut world = browser.world;
    for number in 10..40 {
        world = world.with_item(ANN, &format!("Item {number}")).await;
    }
    browser.world = world;
    browser.get("/dashboard/items?order=title").await.shows(200, &["Item 10", "Item 34", "1–25 of 30", "page=2"]);
    let second = browser.get("/dashboard/items?order=title&page=2").await;
    second.shows(200, &["Item 35", "Item 39", "26–30 of 30", "/dashboard/items?order=title\" rel=\"prev\""]);
    browser.get("/dashboard/items?order=-title").await.shows(200, &["Item 39", "Item 38"]);
    browser.get("/dashboard/items?q=em+12").await.shows(200, &["value=\"em 12\"", "Item 12", "1–1 of 1"]);
    browser.get("/dashboard/items?q=nothing").await.shows(200, &["Nothing found", "Show all items"]);
    for page in ["0", "-1", "99999999999999999999", "x"] {
        browser.get(&format!("/dashboard/items?page={page}")).await.shows(200, &["30"]);
    }
}

#[actix_web::test]
async fn others_items_are_a_superuser_s_business_alone() {
    let mut browser = Browser::of(ROOT).await;
    browser.world = browser.world.with_item(ANN, "Ann's").await;
    browser.get("/dashboard/items").await.shows(200, &["Ann&#39;s", "Owner:", ANN]);
    let path = format!("/dashboard/items/{}", browser.world.item("Ann's").id);
    browser.get(&path).await.shows(200, &["Edit item"]);

    let mut bob = Browser::within(browser.world.with_user("bob@example.com").await);
    bob.log_in("bob@example.com").await;
    bob.get("/dashboard/items").await.shows(200, &["No items yet"]);
    bob.get(&path).await.shows(403, &["Not allowed", "Your account may not see or do this."]);
    bob.post(&path, &[("title", "Bob's"), ("description", "")]).await.shows(403, &[]);
    bob.post(&format!("{path}/complete"), &[]).await.shows(403, &[]);
    bob.post(&format!("{path}/delete"), &[]).await.shows(403, &[]);
    assert_eq!(bob.world.item("Ann's").owner, bob.world.user(ANN).id);
}
