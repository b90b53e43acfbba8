//! The dashboard in a real browser: every page, every flow, for a stranger, a newcomer, a user and a superuser.

use std::path::PathBuf;

use ironplate_tests::{
    Browser, Database, PASSWORD, SUPERUSER, Scheme, Scripts, Server, Setup, on_both_databases, until,
};

on_both_databases!(
    a_newcomer_signs_up_and_confirms_their_address,
    a_forgotten_password_is_replaced,
    items_are_kept_with_scripts_and_without,
    settings_are_changed,
    superusers_look_after_everything,
    every_page_looks_right_and_is_accessible,
    a_session_that_is_over_loses_nothing,
);

const ANN: &str = "ann@example.com";

/// In development, where mail is to be looked at.
async fn server(database: &Database) -> Server {
    Setup::on(database)
        .with("ENVIRONMENT", "development")
        .with("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "1024")
        .with("IRONPLATE__PASSWORD_HASHING__ITERATIONS", "1")
        .start_with_links_to_itself()
        .await
}

async fn log_in(browser: &Browser, email: &str, password: &str) {
    browser.open("/dashboard/log-in").await;
    browser.fill("email", email).await;
    browser.fill("password", password).await;
    browser.follow("main form .main").await;
    browser.shows(&["Hello"]).await;
}

/// Follows the link of the newest mail of this subject.
async fn follow_mail(browser: &Browser, server: &Server, words: &str) {
    let visitor = server.client();
    let path = until("the mail is there", async || {
        let list = visitor.get("/dev/mailbox").await.text;
        let (before, _) = list.split_once(words)?;
        let (_, path) = before.rsplit_once("href=\"")?;
        Some(path.split('"').next()?.to_owned())
    })
    .await;
    let mail = visitor.get(&format!("{path}/text")).await.text;
    let link = mail.split_whitespace().find(|word| word.contains("?token=")).expect("a link");
    let base = format!("http://{}", server.address());
    browser.open(link.strip_prefix(&base).unwrap_or_else(|| panic!("{link} leads elsewhere"))).await;
}

async fn a_newcomer_signs_up_and_confirms_their_address(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    browser.open("/").await;
    browser.shows(&["Log in", "No account yet?"]).await;
    browser.follow("a[href='/dashboard/sign-up']").await;
    browser.fill("full_name", "Ann Lindqvist").await;
    browser.fill("email", "ann@").await;
    browser.fill("password", "short").await;
    browser.follow("main form .main").await;
    browser.shows(&["Please check what you entered", "Enter an email address", "at least 8 characters"]).await;
    assert_eq!(browser.script("return document.activeElement.id").await, "problem", "errors are told first");
    browser.fill("email", ANN).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser
        .shows(&["Welcome!", "Hello, Ann Lindqvist", "Your email address is not confirmed yet.", "No items yet"])
        .await;

    follow_mail(&browser, &server, "Confirm your").await;
    browser.shows(&["Confirm your email address", ANN]).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your email address is confirmed.", "Hello, Ann Lindqvist"]).await;
    assert!(!browser.text().await.contains("not confirmed"));
    browser.was_quiet().await;
}

async fn a_forgotten_password_is_replaced(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    browser.open("/dashboard/log-in").await;
    browser.follow("a[href='/dashboard/forgot-password']").await;
    browser.fill("email", ANN).await;
    browser.follow("main form .main").await;
    browser.shows(&["Check your inbox", ANN]).await;
    follow_mail(&browser, &server, "Password recovery").await;
    browser.shows(&["Choose a new password", "Show"]).await;
    browser.fill("password", "another battery staple").await;
    browser.follow("main form .main").await;
    browser.shows(&["Your password is set."]).await;
    log_in(&browser, ANN, "another battery staple").await;
    browser.was_quiet().await;
}

async fn items_are_kept_with_scripts_and_without(database: Database) {
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
    browser.open("/dashboard/items").await;
    browser.back().await;
    browser.shows(&["New item"]).await;

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

async fn settings_are_changed(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/settings/profile").await;
    browser.fill("full_name", "Ann").await;
    browser.follow("main form.card .main").await;
    browser.shows(&["Your profile was saved.", "Ann"]).await;
    browser.open("/dashboard/settings/appearance").await;
    browser.click("input[value=dark]").await;
    assert_eq!(browser.script("return document.documentElement.dataset.theme").await, "dark");
    browser.follow("main form.card .main").await;
    browser.shows(&["This device keeps the theme."]).await;
    browser.open("/dashboard/settings/sessions").await;
    browser.shows(&["This device", "Headless Chrome on Linux"]).await;
    browser.open("/dashboard/settings/password").await;
    browser.fill("current_password", PASSWORD).await;
    browser.fill("new_password", "another battery staple").await;
    browser.follow("main form.card .main").await;
    browser.shows(&["Your password was changed."]).await;
    let export = "return (async () => { const it = await fetch('/api/v1/users/me/export'); return it.status + await it.text() })()";
    let export = browser.script(export).await;
    assert!(export.as_str().is_some_and(|it| it.starts_with("200{") && it.contains(ANN)), "{export}");
    browser.open("/dashboard/settings/data").await;
    browser.click("a[data-confirm]").await;
    browser.shows(&["Delete your account?"]).await;
    browser.fill("password", "another battery staple").await;
    browser.follow("dialog .main").await;
    browser.shows(&["Your account was deleted.", "Log in"]).await;
    browser.was_quiet().await;
}

async fn superusers_look_after_everything(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/users").await;
    browser.follow("main .head .main").await;
    browser.fill("email", ANN).await;
    browser.fill("full_name", "Ann").await;
    browser.follow("main form .main").await;
    browser.shows(&["its invitation is on its way", "Ann", "Invited"]).await;
    browser.click("a[data-confirm]").await;
    browser.shows(&["Deactivate this account?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The account is inactive", "Inactive", "Activate"]).await;
    browser.open("/dashboard/users?state=inactive").await;
    browser.shows(&["Ann", "1–1 of 1"]).await;

    browser.open("/dashboard/audit").await;
    browser.fill("actor", SUPERUSER).await;
    browser.choose("kind", "user.created").await;
    browser.follow("main .filters button").await;
    browser.click("main summary").await;
    browser.shows(&["User created", "All of this request"]).await;
    browser.follow("a[href*='request=']").await;
    browser.shows(&["User created"]).await;

    browser.open("/dashboard/outbox").await;
    until("the mail is sent", async || {
        browser.open("/dashboard/outbox?state=sent").await;
        browser.text().await.contains("Invitation").then_some(())
    })
    .await;
    browser.follow("tbody a").await;
    browser.shows(&["Its links are examples", ANN]).await;
    browser.open("/dashboard/system").await;
    browser.shows(&["Up to date", "At work", "Limits in force"]).await;
    browser.follow("main form button").await;
    browser.shows(&["The test mail is on its way."]).await;
    browser.was_quiet().await;
}

async fn a_session_that_is_over_loses_nothing(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/items/new").await;
    browser.fill("title", "Long in the writing").await;
    // Another tab logs out.
    let gone = "return (async () => (await fetch('/api/v1/session', {method: 'DELETE'})).status)()";
    assert_eq!(browser.script(gone).await, 200);
    browser.follow("main form .main").await;
    browser.shows(&["Log in again", "What you typed is not lost"]).await;
    browser.fill("email", SUPERUSER).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["You are logged in again", "Title", "Long in the writing"]).await;
    browser.follow("main form .main").await;
    browser.shows(&["The item was created.", "Long in the writing"]).await;
    // Back leads past what was sent, and sends nothing again.
    for _ in 0..3 {
        browser.back().await;
        browser.shows(&["New item"]).await;
    }
    browser.open("/dashboard/nowhere").await;
    browser.shows(&["Not found", "request id"]).await;
    browser.was_quiet().await;
}

/// Each page in both themes, wide and narrow; its picture is kept in `target/browser/`.
async fn every_page_looks_right_and_is_accessible(database: Database) {
    let server = server(&database).await;
    let superuser = server.superuser().await;
    superuser.add_item("Buy milk").await;
    superuser.add_item("<script>alert(1)</script>").await;
    let item = superuser.add_item("Quarterly report").await;
    let ann = server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    let strangers = [
        "log-in",
        "sign-up",
        "forgot-password",
        "link-sent?what=reset",
        "reset-password?token=x",
        "verify-email?token=x",
        "nowhere",
    ];
    for page in strangers {
        look(&browser, &database, "stranger", page).await;
    }
    log_in(&browser, SUPERUSER, PASSWORD).await;
    let id = ann.id().await;
    let message = until("a mail is sent", async || {
        browser.open("/dashboard/outbox?state=sent").await;
        browser
            .script("return document.querySelector('tbody a')?.getAttribute('href')")
            .await
            .as_str()
            .map(str::to_owned)
    })
    .await;
    let message = message.trim_start_matches("/dashboard/").to_owned();
    let pages = [
        "",
        "items",
        "items?q=nothing",
        "items/new",
        &format!("items/{item}"),
        &format!("items/{item}/delete"),
        "settings/profile",
        "settings/password",
        "settings/sessions",
        "settings/appearance",
        "settings/data",
        "users",
        "users?state=inactive",
        "users/new",
        &format!("users/{id}"),
        &format!("users/{id}/edit"),
        "audit",
        "outbox",
        "outbox?state=sent",
        &message,
        "system",
    ];
    for page in pages {
        look(&browser, &database, "superuser", page).await;
    }
    browser.was_quiet().await;
}

async fn look(browser: &Browser, database: &Database, who: &str, page: &str) {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../browser").join(database.kind());
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
        browser.picture(&target.join(format!("{who}-{name}-{kind}.png"))).await;
        if scheme == Scheme::Light {
            browser.is_walked_by_keyboard().await;
        }
    }
}

/// Of a page with an id in its address, the same name each time.
fn name_of(page: &str) -> String {
    let parts = page.split(['/', '?', '=']).map(|part| if part.len() == 36 { "one" } else { part });
    let name = parts.collect::<Vec<_>>().join("-");
    if name.is_empty() { "home".to_owned() } else { name }
}
