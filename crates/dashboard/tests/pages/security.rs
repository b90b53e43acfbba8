//! What one has beside one's password, and a log-in that asks for it.

use std::time::Duration;

use ironplate_application::ports::SecretSealer;
use ironplate_domain::TotpSecret;
use ironplate_testkit::{FakeSecretSealer, World, samples::PASSWORD};

use super::browser::{ANN, Browser, ROOT, SESSION, Seen};

const SECURITY: &str = "/dashboard/settings/security";
const NEW: &str = "/dashboard/settings/security/apps/new";
/// Where something asks for a recent proof.
const DATA: &str = "/dashboard/settings/data";
const SECOND: &str = "/dashboard/log-in/second-factor";
/// The cookie of a trusted device.
const DEVICE: &str = "ironplate-device";

/// What the app makes its codes of that was begun last.
fn secret_of(world: &World) -> (String, TotpSecret) {
    let app = world.store.authenticator_apps().pop().expect("an app");
    (app.id.to_string(), FakeSecretSealer::default().open(app.id, &app.sealed_secret).expect("a secret"))
}

/// What a hidden field of this name holds.
fn hidden(seen: &Seen, name: &str) -> String {
    let (_, rest) = seen.text.split_once(&format!(r#"name="{name}" value=""#)).expect("the field");
    rest.split_once('"').expect("its end").0.to_owned()
}

async fn with_app() -> (Browser, TotpSecret) {
    let browser = Browser::new().await;
    let secret = browser.world.add_app(ANN).await;
    (browser, secret)
}

#[actix_web::test]
async fn an_app_is_added_by_its_first_code() {
    let mut browser = Browser::of(ANN).await;
    browser.world.prove_address(ANN).await;
    browser
        .get(SECURITY)
        .await
        .shows(200, &["Add an app", "Somebody who learns your password"])
        .hides("Recovery codes");
    browser.get(NEW).await.shows(200, &["Add an authenticator app", "Name", "Your password"]);
    browser.post(NEW, &[("name", " "), ("password", PASSWORD)]).await.shows(422, &["Add an authenticator app"]);
    let without = browser.post(NEW, &[("name", "Phone")]).await;
    without.shows(422, &["Enter your password, too", r#"value="Phone""#, "Your password"]);
    let wrong = browser.post(NEW, &[("name", "Phone"), ("password", "another one")]).await;
    wrong.shows(422, &["The password is not right"]).hides("another one");
    let told = browser.post(NEW, &[("name", "Phone <1>"), ("password", PASSWORD)]).await;
    let (id, secret) = secret_of(&browser.world);
    told.shows(200, &["Scan this with your app", "<svg ", "otpauth://totp/Ironplate", "Code"]);
    let confirm = format!("{SECURITY}/apps/{id}/confirm");
    browser.get(SECURITY).await.hides("Phone");
    let wrong = browser.post(&confirm, &[("code", "12345")]).await;
    wrong.shows(422, &["Enter the code that your app shows", "This is not the code"]).hides("otpauth");
    let code = browser.world.code(&secret);
    let added = browser.post(&confirm, &[("code", code.expose())]).await;
    added.shows(200, &["Your account is protected. Save these codes", "I have saved them"]);
    assert_eq!(added.text.matches("<li><code").count(), 10);
    let seen = browser.get(SECURITY).await;
    seen.shows(200, &["Phone &lt;1&gt;", "Rename", "Remove", "You have 10 left"]).hides("<1>");
    browser.post(&confirm, &[("code", code.expose())]).await.shows(404, &[]);
}

#[actix_web::test]
async fn an_app_is_renamed_and_removed_and_codes_are_made() {
    let (mut browser, secret) = with_app().await;
    log_in(&mut browser, &secret).await;
    let (id, _) = secret_of(&browser.world);
    let rename = format!("{SECURITY}/apps/{id}/rename");
    browser.get(&rename).await.shows(200, &["Rename this app", r#"value="phone""#]);
    browser.submit(&rename, &[("name", "Tablet")]).await.shows(200, &["Tablet"]);
    let codes = format!("{SECURITY}/recovery-codes");
    browser.get(&codes).await.shows(200, &["Make new recovery codes?"]);
    browser.post(&codes, &[]).await.shows(200, &["Your new recovery codes"]);
    let remove = format!("{SECURITY}/apps/{id}/remove");
    browser.get(&remove).await.shows(200, &["Remove this authenticator app?", "Tablet"]);
    browser.submit(&remove, &[]).await.shows(200, &["Somebody who learns your password"]);
    browser.post(&codes, &[]).await.shows(422, &["Make new recovery codes?"]);
}

/// Whoever has the mailbox could take the account over all the same.
#[actix_web::test]
async fn whose_address_is_not_confirmed_is_led_to_that_first() {
    let mut browser = Browser::of(ANN).await;
    let seen = browser.get(SECURITY).await;
    seen.shows(200, &["is not confirmed yet", "Send me a link", "Passkeys"]);
    seen.hides("Add an app");
    seen.hides("Add a passkey");
    let sent = browser.submit(&format!("{SECURITY}/verify"), &[]).await;
    sent.shows(200, &["We sent you a link to confirm your address.", "Authenticator apps"]);
    browser.post(NEW, &[("name", "Phone"), ("password", PASSWORD)]).await.shows(200, &["Scan this with your app"]);
    let (id, secret) = secret_of(&browser.world);
    let code = browser.world.code(&secret);
    let refused = browser.post(&format!("{SECURITY}/apps/{id}/confirm"), &[("code", code.expose())]).await;
    refused.shows(422, &["Confirm your email address first"]);
    browser.world.prove_address(ANN).await;
    browser.get(SECURITY).await.shows(200, &["Add a passkey", "Add an app"]).hides("is not confirmed yet");
}

#[actix_web::test]
async fn a_wrong_recovery_code_is_the_fault_of_its_own_field() {
    let mut browser = Browser::new().await;
    browser.world.add_passkey(ANN, "key", 0).await;
    let challenge = hidden(&ask(&mut browser).await, "challenge");
    let fields = |code| [("challenge", &*challenge), ("has_recovery_codes", "true"), ("recovery_code", code)];
    let empty = browser.post(SECOND, &fields(" ")).await;
    empty.shows(422, &["<details open>", "Recovery code", "Enter one of the codes that you kept"]).hides("your app");
    let wrong = browser.post(SECOND, &fields("aaaa-aaaa-aaaa-aaaa-aaaa-aaaa")).await;
    wrong.shows(422, &["<details open>", "Recovery code", "This code is not right"]).hides("your app");
    let beside_an_app = [("challenge", &*challenge), ("has_app", "true"), ("has_recovery_codes", "true"), ("code", "")];
    let typed = [&beside_an_app[..], &[("recovery_code", "aaaa")]].concat();
    browser.post(SECOND, &typed).await.shows(422, &["<details open>", "This code is not right"]);
}

async fn ask(browser: &mut Browser) -> Seen {
    browser
        .post("/dashboard/log-in", &[("email", ANN), ("password", PASSWORD), ("next", "/dashboard/organizations")])
        .await
}

async fn log_in(browser: &mut Browser, secret: &TotpSecret) {
    let challenge = hidden(&ask(browser).await, "challenge");
    let code = browser.world.code(secret);
    let fields = [("challenge", &*challenge), ("code", code.expose()), ("next", "/dashboard/organizations")];
    browser.post(SECOND, &fields).await.leads_to("/dashboard/organizations");
}

#[actix_web::test]
async fn a_log_in_asks_for_the_code_and_goes_on_where_one_wanted_to_go() {
    let (mut browser, secret) = with_app().await;
    browser.get(SECOND).await.leads_to("/dashboard/log-in");
    let asked = ask(&mut browser).await;
    asked.shows(200, &["<h1>Enter your code</h1>", r#"value="/dashboard/organizations""#]).hides("Lost your phone?");
    assert_eq!(browser.cookie(SESSION), None);
    let challenge = hidden(&asked, "challenge");
    let fields = |code| [("challenge", &*challenge), ("has_app", "true"), ("code", code)];
    let empty = browser.post(SECOND, &fields(" ")).await;
    empty.shows(422, &["Enter the code that your app shows"]);
    let wrong = browser.post(SECOND, &fields("12345")).await;
    wrong.shows(422, &["<h1>Enter your code</h1>", "This code is not right"]);
    assert_eq!(browser.cookie(SESSION), None);
    log_in(&mut browser, &secret).await;
    browser.get("/dashboard/organizations").await.shows(200, &[ANN]);
}

#[actix_web::test]
async fn a_log_in_that_waited_too_long_begins_again() {
    let (mut browser, secret) = with_app().await;
    let challenge = hidden(&ask(&mut browser).await, "challenge");
    browser.world.clock.advance(Duration::from_mins(5));
    let code = browser.world.code(&secret);
    let late = browser.post(SECOND, &[("challenge", &challenge), ("code", code.expose())]).await;
    late.shows(422, &["<h1>Log in</h1>"]);
    assert_eq!(browser.cookie(SESSION), None);
}

#[actix_web::test]
async fn an_old_proof_is_asked_for_again() {
    let mut browser = Browser::of(ANN).await;
    browser.world.clock.advance(Duration::from_mins(20));
    let seen = browser.get("/dashboard/settings/data/export").await;
    let next = "/dashboard/settings/confirm?next=%2Fdashboard%2Fsettings%2Fdata";
    seen.leads_to(next);
    browser.get(next).await.shows(200, &["Confirm that it is you", "Your password"]);
    let fields = |password| [("next", DATA), ("password", password)];
    let path = "/dashboard/settings/confirm";
    browser.post(path, &fields("wrong horse")).await.shows(422, &["Confirm that it is you"]);
    browser.post(path, &fields(PASSWORD)).await.leads_to(DATA);
}

/// The form asks for the password itself: once is enough.
#[actix_web::test]
async fn to_a_first_app_the_password_is_proof_enough() {
    let mut browser = Browser::of(ANN).await;
    browser.world.clock.advance(Duration::from_mins(20));
    browser.get(NEW).await.shows(200, &["Add an authenticator app", "Your password"]);
    let told = browser.post(NEW, &[("name", "Phone"), ("password", PASSWORD)]).await;
    told.shows(200, &["Scan this with your app"]);
}

#[actix_web::test]
async fn with_an_app_a_code_is_asked_for_again() {
    let (mut browser, secret) = with_app().await;
    log_in(&mut browser, &secret).await;
    browser.world.clock.advance(Duration::from_mins(20));
    let refused = browser.post(NEW, &[("name", "Tablet")]).await;
    refused.shows(403, &["Confirm that it is you", NEW, r#"name="kept.name" value="Tablet""#, "Code"]);
    refused.hides("Your password");
    let code = browser.world.code(&secret);
    browser.post("/dashboard/settings/confirm", &[("next", NEW), ("code", code.expose())]).await.leads_to(NEW);
}

#[actix_web::test]
async fn a_device_is_trusted_by_a_tick_beside_the_code_and_listed() {
    let (mut browser, secret) = with_app().await;
    let asked = ask(&mut browser).await;
    asked.shows(200, &[r#"name="trust_days" value="30""#, "Code", "Don’t ask again on this device for 30 days"]);
    let challenge = hidden(&asked, "challenge");
    let fields = |code| {
        [
            ("challenge", &*challenge),
            ("has_app", "true"),
            ("trust_days", "30"),
            ("trust_device", "true"),
            ("code", code),
        ]
    };
    let wrong = browser.post(SECOND, &fields("12345")).await;
    wrong.shows(422, &["This code is not right", r#"aria-describedby="trust_device-hint" value="true" checked"#]);
    let code = browser.world.code(&secret);
    browser.post(SECOND, &fields(code.expose())).await.leads_to("/dashboard");
    assert!(browser.cookie(DEVICE).is_some());
    browser.get(SECURITY).await.shows(200, &["Trusted devices", "/devices/", "Where you are logged in"]);
    browser.submit("/dashboard/log-out", &[]).await;
    assert!(browser.cookie(SESSION).is_none() && browser.cookie(DEVICE).is_some());
    ask(&mut browser).await.leads_to("/dashboard/organizations");
    browser.get(NEW).await.leads_to("/dashboard/settings/confirm?next=%2Fdashboard%2Fsettings%2Fsecurity%2Fapps%2Fnew");

    let device = browser.world.store.trusted_devices()[0].id;
    let remove = format!("{SECURITY}/devices/{device}/remove");
    browser.submit(&remove, &[]).await.shows(200, &["The device is not trusted any more", "There are none."]);
    browser.post(&remove, &[]).await.leads_to(SECURITY);
    ask(&mut browser).await.shows(200, &["<h1>Enter your code</h1>"]);
}

#[actix_web::test]
async fn all_devices_are_trusted_no_more_at_once() {
    let (mut browser, secret) = with_app().await;
    for _ in 0..2 {
        browser.world.add_trusted_device(ANN).await;
    }
    log_in(&mut browser, &secret).await;
    browser.get(SECURITY).await.shows(200, &["Trusted devices", "Remove all"]);
    let seen = browser.submit(&format!("{SECURITY}/devices/remove-all"), &[]).await;
    seen.shows(200, &["No device is trusted any more", "There are none."]).hides("/devices/");
}

#[actix_web::test]
async fn superusers_are_offered_no_trust_and_neither_is_who_has_no_second_factor() {
    let mut browser = Browser::of(ANN).await;
    browser.get(SECURITY).await.hides("Trusted devices");
    let secret = browser.world.add_app(ROOT).await;
    let sent = [("email", ROOT), ("password", PASSWORD)];
    let asked = browser.post("/dashboard/log-in", &sent).await;
    asked.shows(200, &["<h1>Enter your code</h1>"]).hides("Don’t ask again");
    let (challenge, code) = (hidden(&asked, "challenge"), browser.world.code(&secret));
    let fields = [("challenge", &*challenge), ("code", code.expose()), ("trust_device", "true")];
    browser.post(SECOND, &fields).await.leads_to("/dashboard");
    assert_eq!(browser.cookie(DEVICE), None);
    browser.get(SECURITY).await.shows(200, &["Recovery codes"]).hides("Trusted devices");
}

/// In the order in which people should look at it.
#[actix_web::test]
async fn security_is_one_page() {
    let (mut browser, secret) = with_app().await;
    log_in(&mut browser, &secret).await;
    let parts = ["password", "passkeys", "apps", "codes", "devices", "sessions"];
    let parts = parts.map(|part| format!(r#"<h2 id="{part}">"#));
    browser.get(SECURITY).await.shows(200, &parts.each_ref().map(String::as_str));
}
