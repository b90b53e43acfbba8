//! What is an item's own.

use super::browser::{ANN, Browser};

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
