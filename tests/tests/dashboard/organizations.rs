//! Organisations: chosen, looked after, left behind.

use ironplate_tests::{Browser, Database, PASSWORD, Scheme, Scripts, until};

use super::{ANN, log_in, server, setup};

const BOB: &str = "bob@example.com";

/// By their names in WebDriver.
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const BACKSPACE: char = '\u{e003}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';
const UP: char = '\u{e013}';
const DOWN: char = '\u{e015}';

pub(crate) async fn an_organization_is_made_and_looked_after(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await;
    let bob = server.client().sign_up(BOB).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/organizations").await;
    browser.shows(&["No organisations yet"]).await;
    browser.follow(".empty a").await;
    browser.fill("name", "Acme").await;
    browser.follow("main form .main").await;
    browser.shows(&["The organisation was created.", "Acme", ANN, "Owner"]).await;
    let members = browser.path().await;
    let id = members.split('/').nth(3).expect("an id").to_owned();
    database.join(&id, &bob.id().await, "viewer").await;

    // What a role means is said where it is chosen, in a dialog.
    browser.open(&members).await;
    let of_bob = format!("tr:has([aria-label$='{BOB}'])");
    browser.click(&format!("{of_bob} a[href$='/role']")).await;
    browser.shows(&["Change role", "Viewer", "manages members and viewers"]).await;
    assert_eq!(browser.script("return document.activeElement.value").await, "viewer", "what they are now");
    browser.is_accessible().await;
    browser.click("dialog input[value=admin]").await;
    browser.follow("dialog .main").await;
    browser.shows(&["The role was changed.", "Admin"]).await;
    browser.click("a[href$='/leave']").await;
    browser.shows(&["Leave this organisation?"]).await;
    browser.click("dialog .main").await;
    browser.shows(&["The organisation needs an owner."]).await;
    browser.click("dialog [data-close]").await;

    // The same on pages.
    browser.run_scripts(Scripts::Off).await;
    browser.open(&members).await;
    browser.follow(&format!("{of_bob} a[href$='/role']")).await;
    browser.click("main input[value=member]").await;
    browser.follow("main .main").await;
    browser.shows(&["The role was changed.", "Member"]).await;
    browser.follow(&format!("{of_bob} a[href$='/remove']")).await;
    browser.shows(&["Remove this member?", "loses access to Acme at once"]).await;
    browser.follow("main .main").await;
    browser.shows(&["The member was removed."]).await;
    browser.run_scripts(Scripts::On).await;

    browser.open(&format!("/dashboard/organizations/{id}/settings")).await;
    browser.fill("name", "Umbrella").await;
    browser.follow("main form.card .main").await;
    browser.shows(&["The organisation was saved.", "Umbrella"]).await;
    browser.open("/dashboard/settings/data").await;
    browser.shows(&["Nobody but you owns these organisations", "Umbrella"]).await;
    browser.open(&format!("/dashboard/organizations/{id}/settings")).await;
    browser.click("a[href$='/delete']").await;
    browser.shows(&["Delete this organisation?", "1 member loses access."]).await;
    assert_eq!(browser.script("return document.activeElement.name").await, "typed_name");
    browser.is_accessible().await;
    browser.fill("typed_name", "Acme").await;
    browser.click("dialog .main").await;
    browser.shows(&["This is not its name"]).await;
    browser.fill("typed_name", "Umbrella").await;
    browser.follow("dialog .main").await;
    browser.shows(&["The organisation was deleted.", "No organisations yet", "Personal"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn an_organization_is_chosen_by_keyboard(database: Database) {
    let server = setup(&database)
        .with("IRONPLATE__ORGANIZATIONS__MOST_PER_USER", "100")
        .with("IRONPLATE__LIMITS__ORGANIZATIONS_PER_ACCOUNT", "100 per day")
        .start_with_links_to_itself()
        .await;
    let ann = server.client().sign_up(ANN).await;
    for n in 1..=30 {
        ann.add_organization(&format!("team-{n:02}")).await;
    }
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/organizations?q=team").await;
    let focused = async |it: &str| {
        let script = format!("return document.activeElement.closest('.switcher') && document.activeElement.{it}");
        browser.script(&script).await.as_str().unwrap_or_default().trim().to_owned()
    };
    let rows = async || {
        let rows =
            "return [...document.querySelectorAll('.switcher form[method=post] li')].filter((it) => !it.hidden).length";
        browser.script(rows).await.as_u64()
    };
    let open = async || {
        browser.script("document.querySelector('.switcher a').focus()").await;
        browser.press(ENTER).await;
        until("the choices are there", async || (focused("type").await == "search").then_some(())).await;
    };

    // It opens and closes, and the focus is where it was.
    open().await;
    assert_eq!(rows().await, Some(26), "what is one's own, and the newest");
    browser.shows(&["Personal", "team-30", "These are the newest 25 of 30."]).await;
    browser.is_accessible().await;
    browser.press(ESCAPE).await;
    assert_eq!((rows().await, focused("title").await.as_str()), (Some(0), "Switch organisation"));

    // What is there is narrowed at once; what is not is asked for.
    open().await;
    for letter in "TEAM-2".chars() {
        browser.press(letter).await;
    }
    until("they are narrowed", async || (rows().await == Some(10)).then_some(())).await;
    for (key, expected) in [(DOWN, "team-29"), (DOWN, "team-28"), (UP, "team-29"), (END, "New organisation")] {
        browser.press(key).await;
        assert!(focused("textContent").await.contains(expected), "{expected}, not {}", focused("textContent").await);
    }
    browser.press(HOME).await;
    assert_eq!(focused("type").await, "search");
    for key in "TEAM-2".chars().map(|_| BACKSPACE).chain("team-03".chars()) {
        browser.press(key).await;
    }
    until("it is found", async || (rows().await == Some(1)).then_some(())).await;
    browser.press(ENTER).await;
    assert!(focused("textContent").await.contains("team-03"));
    browser.script("window.isOld = true").await;
    browser.press(ENTER).await;
    until("the page is loaded", async || (browser.script("return !window.isOld").await == true).then_some(())).await;
    browser.shows(&["team-03", "Members"]).await;
    assert!(browser.path().await.ends_with("/members"), "a list of organisations is none of this one's pages");

    // Where there is little room it opens within the menu, and leaving closes it.
    browser.look_like(360, Scheme::Light).await;
    browser.open("/dashboard/organizations").await;
    browser.click("[popovertarget]").await;
    open().await;
    browser.is_accessible().await;
    let overflow = browser.script("return document.documentElement.scrollWidth - innerWidth").await;
    assert!(overflow.as_i64().is_some_and(|it| it <= 0), "{overflow}");
    browser.script("document.querySelector('.menu nav a').focus()").await;
    assert_eq!(rows().await, Some(0));
    browser.look_like(1280, Scheme::Light).await;

    // The same on a page.
    browser.run_scripts(Scripts::Off).await;
    browser.open("/dashboard/settings/profile").await;
    browser.follow(".switcher a").await;
    browser.shows(&["Switch organisation", "1–25 of 30"]).await;
    browser.fill("q", "team-05").await;
    browser.follow("#choices form[role=search] button").await;
    browser.follow("#choices li button").await;
    browser.shows(&["team-05", "Members"]).await;
    browser.follow(".switcher a").await;
    browser.follow("#choices li button[value='']").await;
    browser.shows(&["Personal"]).await;
    browser.run_scripts(Scripts::On).await;
    browser.was_quiet().await;
}
