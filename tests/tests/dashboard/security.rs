//! Authenticator apps, with the codes that a phone would show; and how the pages look of what one logs in by.

use ironplate_tests::{Authenticator, Browser, Database, PASSWORD, Scheme};

use super::{ANN, Looks, fits, log_in, setup};

pub(crate) async fn an_app_is_added_and_asked_for(database: Database) {
    let server = setup(&database).start_on_localhost().await;
    server.client().sign_up(ANN).await;
    database.prove_addresses().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    let looks = Looks::in_a(&browser, &database);
    look(&browser, &looks, "log-in").await;
    log_in(&browser, ANN, PASSWORD).await;
    for page in ["settings/security", "settings/security/apps/new", "settings/security/passkeys/new"] {
        look(&browser, &looks, page).await;
    }
    browser.open("/dashboard/settings/security").await;
    browser.shows(&["Authenticator apps", "Passkeys"]).await;
    browser.follow("a[href$='/apps/new']").await;
    browser.fill("name", "My phone").await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["Scan this with your app"]).await;
    looks.of("app-with-its-secret").await;
    let secret = browser.script("return document.querySelector('.key').textContent").await;
    let mut app = Authenticator::of("", secret.as_str().expect("a secret"));
    browser.fill("code", "000 00").await;
    browser.follow("main form .main").await;
    browser.shows(&["This is not the code that the app shows now"]).await;
    browser.fill("code", &spaced(&app.code().await)).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your account is protected. Save these codes"]).await;
    looks.of("recovery-codes").await;
    let code = browser.script("return document.querySelector('.codes code').textContent").await;
    browser.follow("main .main").await;
    browser.shows(&["My phone", "You have 10 left"]).await;

    give_password(&browser).await;
    browser.shows(&["Enter your code"]).await;
    looks.of("second-factor").await;
    browser.fill("code", "123456").await;
    browser.follow("main form .main").await;
    browser.shows(&["This code is not right, or was used before"]).await;
    browser.fill("code", &spaced(&app.code().await)).await;
    browser.follow("main form .main").await;
    browser.shows(&["Hello"]).await;
    browser.open("/dashboard/settings/security").await;
    let pages = "return [...document.querySelectorAll('main .card a[href]')].map((it) => it.pathname.slice('/dashboard/'.length))";
    let pages = browser.script(pages).await;
    for page in pages.as_array().into_iter().flatten().filter_map(|page| page.as_str()) {
        look(&browser, &looks, page).await;
    }
    look(&browser, &looks, "settings/confirm").await;

    // A recovery code takes its place once, and the device is not asked again.
    give_password(&browser).await;
    browser.click("details summary").await;
    browser.fill("recovery_code", code.as_str().expect("a code")).await;
    browser.click("[name=trust_device]").await;
    browser.follow("main form .main").await;
    browser.shows(&["Hello"]).await;
    browser.open("/dashboard/settings/security").await;
    browser.shows(&["You have 9 left", "Trusted devices", "Headless Chrome on Linux", "Where you are logged in"]).await;
    look(&browser, &looks, "settings/security").await;
    for width in [1200, 1100, 1024, 900, 800, 760] {
        fits(&browser, "settings/security", width).await;
    }
    browser.look_like(1280, Scheme::Light).await;
    log_out(&browser).await;
    give_password_again(&browser).await;
    browser.shows(&["Hello"]).await;
    browser.open("/dashboard/settings/security").await;
    browser.follow("[aria-labelledby=devices] tbody form button").await;
    browser.shows(&["The device is not trusted any more", "There are none."]).await;

    // It is asked again.
    log_out(&browser).await;
    give_password_again(&browser).await;
    browser.shows(&["Enter your code"]).await;
    browser.fill("code", &spaced(&app.code().await)).await;
    browser.follow("main form .main").await;
    browser.open("/dashboard/settings/security").await;
    browser.click("a[href$='/remove']").await;
    browser.shows(&["Remove this authenticator app?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The app was removed"]).await;
    log_in(&browser, ANN, PASSWORD).await;
}

/// Where browsers can use passkeys, which [`Looks::at`] has no address for.
async fn look(browser: &Browser, looks: &Looks<'_>, page: &str) {
    browser.open(&format!("/dashboard/{page}")).await;
    looks.of(&format!("with-passkeys-{page}").replace('/', "-")).await;
}

/// As phones show it.
fn spaced(code: &str) -> String {
    let (first, second) = code.split_at(3);
    format!("{first} {second}")
}

async fn give_password(browser: &Browser) {
    browser.forget().await;
    give_password_again(browser).await;
}

async fn log_out(browser: &Browser) {
    browser.script("document.querySelector('details.who').open = true").await;
    browser.follow("details.who form button").await;
}

/// With the cookies that there are.
async fn give_password_again(browser: &Browser) {
    browser.open("/dashboard/log-in").await;
    browser.fill("email", ANN).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form:not([hidden]) .main").await;
}
