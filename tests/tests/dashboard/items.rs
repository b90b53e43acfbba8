//! Items, the example of what pages are for.

use ironplate_tests::{Browser, Database, ITEMS, PASSWORD, SUPERUSER, Scripts, until};

use super::{ANN, log_in, server};

pub(crate) async fn items_are_kept_with_scripts_and_without(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/items/new").await;
    browser.fill("title", "<script>alert(1)</script>").await;
    browser.fill("description", "For the board").await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was created.", "<script>alert(1)</script>", "For the board"]).await;

    // The question comes in a dialog, closes by Escape, and gives the focus back.
    let delete = "a[data-confirm]";
    browser.click(delete).await;
    browser.shows(&["Delete this item?"]).await;
    browser.press('\u{e00c}').await;
    until("the dialog is closed", async || {
        (browser.script("return document.querySelector('dialog') === null").await == true).then_some(())
    })
    .await;
    assert_eq!(browser.script(&format!("return document.activeElement.matches('{delete}')")).await, true);
    browser.click(delete).await;
    browser.shows(&["Delete this item?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The item was deleted.", "No items yet"]).await;

    // Back leads to pages, not to forms sent twice; not even to one that came back with what was wrong.
    browser.back().await;
    browser.shows(&["Items"]).await;
    browser.open("/dashboard/items/new").await;
    browser.follow("main form .main").await;
    browser.shows(&["Please check what you entered"]).await;
    browser.fill("title", "At the second try").await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was created."]).await;
    for _ in 0..2 {
        browser.back().await;
        browser.shows(&["New item"]).await;
    }
    browser.open("/dashboard/items").await;
    browser.click(delete).await;
    browser.shows(&["Delete this item?"]).await;
    browser.follow("dialog .main").await;

    // By keyboard alone, the content is one key away.
    browser.open("/dashboard/items").await;
    browser.press('\u{e004}').await;
    assert_eq!(browser.script("return document.activeElement.textContent").await, "Skip to content");
    browser.press('\u{e007}').await;
    assert_eq!(browser.script("return document.activeElement.id").await, "main");

    // The same on pages.
    browser.run_scripts(Scripts::Off).await;
    browser.open("/dashboard/items/new").await;
    browser.fill("title", "Without scripts").await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was created.", "Without scripts", "UTC"]).await;
    browser.follow(delete).await;
    browser.shows(&["Delete this item?"]).await;
    browser.follow("main .main").await;
    browser.shows(&["The item was deleted.", "No items yet"]).await;
    browser.run_scripts(Scripts::On).await;

    browser.was_quiet().await;
}

pub(crate) async fn items_are_found_sorted_and_changed(database: Database) {
    let server = server(&database).await;
    let ann = server.client().sign_up(ANN).await;
    for n in 1..=27 {
        ann.add_item(&format!("Item {n:02}")).await;
    }
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/items").await;
    browser.shows(&["Item 27", "1–25 of 27"]).await;
    browser.follow("[rel=next]").await;
    browser.shows(&["Item 01", "26–27 of 27"]).await;
    browser.follow("th.sortable a").await;
    browser.shows(&["Item 01", "1–25 of 27"]).await;
    browser.fill("q", "item 1").await;
    browser.follow("main .filters button").await;
    browser.shows(&["Item 10", "1–10 of 10"]).await;
    // What is found is changed, and its reader comes back to what they looked for.
    browser.follow("tbody a").await;
    browser.fill("title", "Item 1 of all").await;
    browser.fill("description", "<b>changed</b>").await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was saved.", "Item 1 of all", "<b>changed</b>", "1–10 of 10"]).await;
    assert_eq!(browser.path().await, "/dashboard/items?q=item+1&order=title");
    browser.follow(".filters a").await;
    browser.fill("q", "none of them").await;
    browser.follow("main .filters button").await;
    browser.shows(&["Nothing found"]).await;
    browser.follow(".empty a").await;
    browser.shows(&["1–25 of 27"]).await;
    browser.was_quiet().await;
}

/// Whatever another tab has at hand meanwhile, and asked in a dialog or on a page.
pub(crate) async fn items_of_an_organization_are_made_moved_and_looked_at(database: Database) {
    let server = server(&database).await;
    let ann = server.client().sign_up(ANN).await;
    let bob = server.client().sign_up("bob@example.com").await;
    let acme = ann.add_organization("acme").await;
    database.join(&acme, &bob.id().await, "viewer").await;
    ann.add(&ITEMS, "A letter").await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/items").await;
    browser.click(".switcher a").await;
    browser.shows(&["Personal", "acme · Owner"]).await;
    browser.follow(&format!(".switcher button[value='{acme}']")).await;
    browser.shows(&["acme", "No items yet"]).await;
    browser.follow(".head .main").await;
    browser.shows(&["New item for acme"]).await;
    let another_tab = "return fetch('/dashboard/organizations/switch', {method: 'POST', body: new URLSearchParams({organization: ''})}).then(() => true)";
    assert_eq!(browser.script(another_tab).await, true);
    browser.fill("title", "A contract").await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was created.", "A contract", "1–1 of 1"]).await;
    assert_eq!(browser.path().await, format!("/dashboard/items?owner={acme}"));
    browser.open("/dashboard/items").await;
    browser.shows(&["A letter", "1–1 of 1"]).await;

    // What is one's own goes to the organisation, and comes back.
    browser.follow("tbody a").await;
    browser.shows(&["Edit item"]).await;
    browser.click("a[href$='/move']").await;
    browser.shows(&["Move this item", "“A letter” is yours.", "acme"]).await;
    browser.is_accessible().await;
    browser.click("dialog .main").await;
    browser.shows(&["Choose who is to have it"]).await;
    browser.click(&format!("dialog input[value='{acme}']")).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The item was moved.", "No items yet"]).await;
    browser.run_scripts(Scripts::Off).await;
    browser.open(&format!("/dashboard/items?owner={acme}&q=letter")).await;
    browser.follow("tbody a").await;
    browser.shows(&["Edit item of acme"]).await;
    browser.follow("a[href$='/move']").await;
    browser.shows(&["“A letter” belongs to acme."]).await;
    browser.click("main input[value=mine]").await;
    browser.follow("main .confirm .main").await;
    browser.shows(&["The item was moved."]).await;
    browser.open("/dashboard/items").await;
    browser.shows(&["A letter"]).await;
    browser.run_scripts(Scripts::On).await;

    log_in(&browser, "bob@example.com", PASSWORD).await;
    browser.open(&format!("/dashboard/items?owner={acme}")).await;
    browser.shows(&["A contract", "1–1 of 1"]).await;
    let buttons = "return document.querySelectorAll('.head a, .head button, tbody button, tbody .button').length";
    assert_eq!(browser.script(buttons).await, 0);
    browser.follow("tbody a").await;
    browser.shows(&["Item of acme", "A contract", "Created"]).await;
    assert_eq!(browser.script("return document.querySelectorAll('main input, main button').length").await, 0);
    browser.was_quiet().await;
}
