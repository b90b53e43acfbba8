//! One's own account.

use ironplate_tests::{Browser, Database, PASSWORD};

use super::{ANN, follow_mail, log_in, server, setup};

pub(crate) async fn settings_are_changed(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await.add_organization("acme").await;
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
    browser.open("/dashboard/settings/security").await;
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
    assert_eq!(browser.script("return document.activeElement.name").await, "with_organizations");
    browser.click("dialog .main").await;
    browser.shows(&["Delete your account?", "Tick this, or make somebody else an owner first"]).await;
    let wrong = "const it = document.querySelector('dialog[open] .wrong'); \
        return it && getComputedStyle(it).color === getComputedStyle(document.querySelector('dialog .note.bad')).color";
    assert_eq!(browser.script(wrong).await, true, "it is told in the dialog, in the colour of what is wrong");
    assert_eq!(browser.path().await, "/dashboard/settings/data");
    browser.click("dialog [name=with_organizations]").await;
    browser.follow("dialog .main").await;
    browser.shows(&["Your account was deleted.", "Log in"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn a_new_address_counts_when_its_link_is_followed(database: Database) {
    let setup = setup(&database).with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true");
    let server = setup.start_with_links_to_itself().await;
    server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/settings/profile").await;
    browser.fill("email", "ann@new.example.com").await;
    browser.follow("main form.card .main").await;
    browser
        .shows(&["We sent a link to the new address.", "Your new address ann@new.example.com counts as soon as"])
        .await;
    follow_mail(&browser, &server, "Confirm the new address").await;
    browser.shows(&["Confirm your email address", "ann@new.example.com becomes the address of your account."]).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your new email address is confirmed.", "Hello"]).await;
    log_in(&browser, "ann@new.example.com", PASSWORD).await;
    browser.was_quiet().await;
}

pub(crate) async fn who_is_asked_again_loses_nothing(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/settings/profile").await;
    browser.fill("email", "ann@new.example.com").await;
    database.age_proofs().await;
    browser.follow("main form.card .main").await;
    browser.shows(&["Confirm that it is you", "What you typed is not lost"]).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main .card form .main").await;
    browser.shows(&["Go on with what you began", "ann@new.example.com"]).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your profile was saved."]).await;
    // From a dialog.
    browser.open("/dashboard/settings/data").await;
    browser.click("a[data-confirm]").await;
    browser.shows(&["Delete your account?"]).await;
    database.age_proofs().await;
    browser.follow("dialog .main").await;
    browser.shows(&["Confirm that it is you"]).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main .card form .main").await;
    browser.click("a[data-confirm]").await;
    browser.shows(&["Delete your account?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["Your account was deleted.", "Log in"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn other_devices_are_logged_out(database: Database) {
    let server = server(&database).await;
    let ann = server.client().sign_up(ANN).await;
    let others = [ann.log_in(ANN).await, ann.log_in(ANN).await];
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.open("/dashboard/settings/security").await;
    browser.shows(&["This device"]).await;
    browser.follow("[aria-labelledby=sessions] tbody form button").await;
    browser.shows(&["The device was logged out."]).await;
    browser.follow("main [aria-labelledby=sessions] header form button").await;
    browser.shows(&["All other devices were logged out.", "This device"]).await;
    for other in others.iter().chain([&ann]) {
        assert_eq!(other.get("users/me").await.status, 403);
    }
    browser.open("/dashboard").await;
    browser.shows(&["Hello"]).await;
    browser.was_quiet().await;
}
