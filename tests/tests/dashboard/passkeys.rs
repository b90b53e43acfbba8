//! Passkeys, by the browser's own authenticator.

use ironplate_tests::{Browser, Database, PASSWORD, Scripts, VirtualAuthenticator, until};

use super::{ANN, log_in, setup};

const NEW: &str = "/dashboard/settings/security/passkeys/new";

/// By the button, or by what the browser offers for the address: whichever is first.
async fn use_passkey(browser: &Browser, until_it_says: &str) {
    until("the passkey was used", async || {
        browser.script("document.querySelector('[data-passkey=get]:not([hidden]) button')?.click()").await;
        browser.text().await.contains(until_it_says).then_some(())
    })
    .await;
}

pub(crate) async fn a_passkey_is_added_and_opens_the_account(database: Database) {
    let server = setup(&database).start_on_localhost().await;
    server.client().sign_up(ANN).await;
    database.prove_addresses().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    let device = browser.attach(VirtualAuthenticator::PLATFORM).await;
    log_in(&browser, ANN, PASSWORD).await;
    browser.open(NEW).await;
    browser.fill("name", "My laptop").await;
    browser.fill("password", "another one").await;
    browser.click("main form .main").await;
    browser.shows(&["The password is not right"]).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your account is protected. Save these codes"]).await;
    assert_eq!(browser.passkeys(&device).await.len(), 1);

    // Of a device that has one already, another is not taken.
    browser.open(NEW).await;
    browser.fill("name", "Again").await;
    browser.click("main form .main").await;
    browser.shows(&["This device has a passkey of your account already"]).await;

    browser.forget().await;
    browser.open("/dashboard/log-in").await;
    use_passkey(&browser, "Hello").await;
    browser.open("/dashboard/settings/security").await;
    browser.shows(&["Passkeys", "My laptop"]).await;

    // As a second factor: where no script runs, the browser offers nothing before the password.
    browser.forget().await;
    browser.run_scripts(Scripts::Off).await;
    browser.open("/dashboard/log-in").await;
    browser.fill("email", ANN).await;
    browser.fill("password", PASSWORD).await;
    browser.run_scripts(Scripts::On).await;
    browser.follow("main form .main").await;
    browser.shows(&["This account also asks for your passkey"]).await;
    use_passkey(&browser, "Hello").await;

    browser.open("/dashboard/settings/confirm?next=/dashboard/settings/security").await;
    use_passkey(&browser, "My laptop").await;
    browser.click("a[href$='/remove']").await;
    browser.shows(&["Remove this passkey?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The passkey was removed"]).await;
}

/// It has no PIN, and keeps nothing.
pub(crate) async fn a_simple_security_key_is_asked_for_after_the_password(database: Database) {
    let server = setup(&database).start_on_localhost().await;
    server.client().sign_up(ANN).await;
    database.prove_addresses().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    let _key = browser.attach(VirtualAuthenticator::SIMPLE_SECURITY_KEY).await;
    log_in(&browser, ANN, PASSWORD).await;
    browser.open(NEW).await;
    browser.fill("name", "My key").await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your account is protected. Save these codes"]).await;
    browser.open("/dashboard/settings/security").await;
    browser.shows(&["My key", "beside the password"]).await;

    browser.forget().await;
    browser.open("/dashboard/log-in").await;
    browser.fill("email", ANN).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["This account also asks for your passkey"]).await;
    use_passkey(&browser, "Hello").await;
    browser.open("/dashboard/settings/confirm?next=/dashboard/settings/security").await;
    use_passkey(&browser, "My key").await;
}

pub(crate) async fn without_scripts_passkeys_are_explained_and_not_offered(database: Database) {
    let server = setup(&database).start_on_localhost().await;
    server.client().sign_up(ANN).await;
    database.prove_addresses().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    browser.run_scripts(Scripts::Off).await;
    browser.open(NEW).await;
    browser.shows(&["Passkeys need JavaScript"]).await;
    browser.forget().await;
    browser.open("/dashboard/log-in").await;
    browser.shows(&["Log in"]).await;
    assert!(!browser.text().await.contains("Use a passkey"));
}
