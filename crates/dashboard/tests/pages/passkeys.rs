//! Passkeys on pages, as the script of the pages sends them.

use std::time::Duration;

use ironplate_domain::TokenSecret;
use ironplate_testkit::{FakePasskey, World, samples::PASSWORD};
use ironplate_web::base64url;
use serde_json::{Value, json};

use super::browser::{ANN, Browser, SESSION, Seen};

const SECURITY: &str = "/dashboard/settings/security";
const NEW: &str = "/dashboard/settings/security/passkeys/new";
const LOG_IN: &str = "/dashboard/log-in/passkey";
const SECOND: &str = "/dashboard/log-in/second-factor";
const CONFIRM: &str = "/dashboard/settings/confirm";

fn challenge_in(options: &Value) -> TokenSecret {
    TokenSecret::new(options["challenge"].as_str().expect("a challenge"))
}

/// What the script is told to ask for.
async fn ask(browser: &mut Browser, path: &str) -> Value {
    ask_with(browser, path, &[]).await
}

async fn ask_with(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Value {
    let told = browser.post(path, fields).await;
    assert_eq!((told.status.as_u16(), told.header("content-type")), (200, "application/json"), "{}", told.text);
    assert_eq!(told.header("cache-control"), "no-store");
    serde_json::from_str(&told.text).expect("JSON")
}

fn registration(passkey: &FakePasskey, options: &Value) -> String {
    let made = passkey.register(&challenge_in(options));
    let (client_data, object) = (base64url(&made.client_data), base64url(&made.attestation_object));
    json!({ "response": { "clientDataJSON": client_data, "attestationObject": object, "transports": ["usb"] } })
        .to_string()
}

fn assertion(passkey: &mut FakePasskey, options: &Value) -> String {
    let signed = passkey.sign(&challenge_in(options));
    json!({
        "id": base64url(signed.credential.bytes()),
        "response": {
            "clientDataJSON": base64url(&signed.client_data),
            "authenticatorData": base64url(&signed.authenticator_data),
            "signature": base64url(&signed.signature),
            "userHandle": signed.user_handle.as_deref().map(base64url),
        },
    })
    .to_string()
}

async fn with_passkey() -> (Browser, FakePasskey) {
    let browser = Browser::new().await;
    let passkey = browser.world.add_passkey(ANN, "key", 0).await;
    (browser, passkey)
}

/// What a page holds for the script, and its form brings back.
fn held(seen: &Seen, begin: &str) -> String {
    let (_, rest) = seen.text.split_once(begin).unwrap_or_else(|| panic!("no {begin} in {}", seen.text));
    rest.split_once('"').expect("its end").0.replace("&quot;", "\"")
}

async fn log_in(browser: &mut Browser, passkey: &mut FakePasskey) {
    let options = ask(browser, "/dashboard/log-in/passkey/challenge").await;
    browser.post(LOG_IN, &[("assertion", &assertion(passkey, &options))]).await.leads_to("/dashboard");
}

#[actix_web::test]
async fn a_passkey_is_added_and_brings_recovery_codes() {
    let mut browser = Browser::of(ANN).await;
    browser.world.prove_address(ANN).await;
    browser
        .get(SECURITY)
        .await
        .shows(200, &["Passkeys", "Add a passkey", "Authenticator apps"])
        .hides("Recovery codes");
    browser.get(NEW).await.shows(200, &["Add a passkey", "Passkeys need JavaScript", "Your password", "passkey.js"]);
    let user = browser.world.user(ANN).id;
    let challenge = "/dashboard/settings/security/passkeys/challenge";
    let wrong = browser.post(challenge, &[("password", "another one")]).await;
    assert_eq!((wrong.status.as_u16(), &*wrong.text), (400, r#"{"detail":"The password is not right"}"#));
    let options = ask_with(&mut browser, challenge, &[("password", PASSWORD)]).await;
    assert_eq!(options["user"]["name"], ANN);
    let made = registration(&FakePasskey::new("key", user), &options);
    let unnamed = browser.post(NEW, &[("name", " "), ("registration", &made)]).await;
    unnamed.shows(422, &["Add a passkey"]).hides("clientDataJSON");
    let added = browser.post(NEW, &[("name", "Key <1>"), ("registration", &made)]).await;
    added.shows(200, &["Your account is protected. Save these codes"]);
    let seen = browser.get(SECURITY).await;
    seen.shows(200, &["Key &lt;1&gt;", "A device or a security key", "Never", "You have 10 left"]).hides("<1>");
    browser.get(NEW).await.hides("Your password");
    let options = ask(&mut browser, challenge).await;
    let made = registration(&FakePasskey::new("another", user), &options);
    browser.submit(NEW, &[("name", "Another"), ("registration", &made)]).await.shows(200, &["Another"]);
}

#[actix_web::test]
async fn without_a_script_no_passkey_is_added_and_the_page_says_so() {
    let mut browser = Browser::of(ANN).await;
    for nothing in ["", "x", "{}"] {
        let seen = browser.post(NEW, &[("name", "Key"), ("registration", nothing)]).await;
        seen.shows(422, &["Your browser sent no passkey", r#"value="Key""#]);
    }
}

#[actix_web::test]
async fn a_passkey_is_renamed_and_removed() {
    let (mut browser, mut passkey) = with_passkey().await;
    log_in(&mut browser, &mut passkey).await;
    let id = browser.world.store.passkeys()[0].id;
    let rename = format!("{SECURITY}/passkeys/{id}/rename");
    browser.get(&rename).await.shows(200, &["Rename this passkey", r#"value="key""#]);
    browser.submit(&rename, &[("name", "Laptop")]).await.shows(200, &["Laptop"]);
    let remove = format!("{SECURITY}/passkeys/{id}/remove");
    browser.get(&remove).await.shows(200, &["Remove this passkey?", "Laptop"]);
    browser.submit(&remove, &[]).await.shows(200, &["The passkey was removed"]).hides("Laptop");
    browser.get(&rename).await.shows(404, &[]);
}

#[actix_web::test]
async fn the_form_for_logging_in_offers_passkeys() {
    let (mut browser, mut passkey) = with_passkey().await;
    let page = browser.get("/dashboard/log-in?next=/dashboard/organizations").await;
    page.shows(
        200,
        &[r#"autocomplete="username webauthn""#, LOG_IN, r#"value="/dashboard/organizations""#, "Use a passkey"],
    );
    browser.get(LOG_IN).await.leads_to("/dashboard/log-in");
    let options = ask(&mut browser, "/dashboard/log-in/passkey/challenge").await;
    let fields = [("assertion", &*assertion(&mut passkey, &options)), ("next", "/dashboard/organizations")];
    browser.post(LOG_IN, &fields).await.leads_to("/dashboard/organizations");
    browser.get("/dashboard/organizations").await.shows(200, &[ANN]);
    let again = browser.post(LOG_IN, &fields).await;
    again.shows(422, &["<h1>Log in</h1>", "Please log in again"]);
}

#[actix_web::test]
async fn a_passkey_that_opens_nothing_is_told() {
    let (mut browser, passkey) = with_passkey().await;
    let mut blind = FakePasskey { verifies_user: false, ..passkey };
    let options = ask(&mut browser, "/dashboard/log-in/passkey/challenge").await;
    let refused = browser.post(LOG_IN, &[("assertion", &assertion(&mut blind, &options))]).await;
    refused.shows(422, &["<h1>Log in</h1>", "This passkey opens no account here"]).hides("clientDataJSON");
    browser.post(LOG_IN, &[("assertion", "x")]).await.shows(422, &["Your browser sent no passkey"]);
    assert_eq!(browser.cookie(SESSION), None);
}

#[actix_web::test]
async fn where_there_are_no_passkeys_none_are_offered() {
    let mut world = World::new().with_user(ANN).await;
    world.policy.relying_party = None;
    let mut browser = Browser::within(world);
    let page = browser.get("/dashboard/log-in").await;
    page.hides("Use a passkey");
    page.hides("passkey.js");
    page.hides("webauthn");
    browser.log_in(ANN).await;
    browser.get(SECURITY).await.shows(200, &["used at this address"]).hides("Add a passkey");
}

#[actix_web::test]
async fn a_password_asks_for_the_passkey() {
    let (mut browser, mut passkey) = with_passkey().await;
    let sent = [("email", ANN), ("password", PASSWORD), ("next", "/dashboard/organizations")];
    let asked = browser.post("/dashboard/log-in", &sent).await;
    asked.shows(200, &["<h1>Confirm that it is you</h1>", "Use a passkey", "Passkeys need JavaScript"]);
    asked.hides("six digits");
    assert_eq!(browser.cookie(SESSION), None);
    let (options, challenge) = (held(&asked, "data-options=\""), held(&asked, "name=\"challenge\" value=\""));
    let told: Value = serde_json::from_str(&options).expect("JSON");
    assert_eq!(challenge_in(&told).expose(), challenge);
    let mut other = FakePasskey { origin: "https://example.org".to_owned(), ..passkey.clone() };
    let fields = |assertion: String| {
        [("challenge", challenge.clone()), ("passkey_options", options.clone()), ("assertion", assertion)]
    };
    let wrong = fields(assertion(&mut other, &told));
    let wrong: Vec<_> = wrong.iter().map(|(name, text)| (*name, &**text)).collect();
    let refused = browser.post(SECOND, &wrong).await;
    refused.shows(422, &["<h1>Confirm that it is you</h1>", "This passkey opens no account here", "Use a passkey"]);
    assert_eq!(held(&refused, "data-options=\""), options, "it can be tried again");
    let right = fields(assertion(&mut passkey, &told));
    let right: Vec<_> =
        right.iter().map(|(name, text)| (*name, &**text)).chain([("next", "/dashboard/organizations")]).collect();
    browser.post(SECOND, &right).await.leads_to("/dashboard/organizations");
}

#[actix_web::test]
async fn with_an_app_beside_it_the_passkey_is_offered_first() {
    let (mut browser, _) = with_passkey().await;
    browser.world.add_app(ANN).await;
    let asked = browser.post("/dashboard/log-in", &[("email", ANN), ("password", PASSWORD)]).await;
    asked.shows(
        200,
        &["<h1>Confirm that it is you</h1>", "Use your passkey, or type", "Use a passkey", "one-time-code"],
    );
}

#[actix_web::test]
async fn a_passkey_is_asked_for_again() {
    let (mut browser, mut passkey) = with_passkey().await;
    log_in(&mut browser, &mut passkey).await;
    browser.world.clock.advance(Duration::from_mins(20));
    browser
        .get(NEW)
        .await
        .leads_to("/dashboard/settings/confirm?next=%2Fdashboard%2Fsettings%2Fsecurity%2Fpasskeys%2Fnew");
    let seen = browser.get(&format!("{CONFIRM}?next={NEW}")).await;
    seen.shows(200, &["Confirm that it is you", "Use a passkey"]).hides("Your password");
    let refused = browser.post(CONFIRM, &[("next", NEW), ("password", PASSWORD)]).await;
    refused.shows(422, &["your password alone is not enough"]);
    let options = ask(&mut browser, "/dashboard/settings/confirm/challenge").await;
    let fields = [("next", NEW), ("assertion", &*assertion(&mut passkey, &options))];
    browser.post(CONFIRM, &fields).await.leads_to(NEW);
    browser.get(NEW).await.shows(200, &["Add a passkey"]);
}

#[actix_web::test]
async fn a_page_elsewhere_is_told_nothing_and_logs_nobody_in() {
    let (mut browser, mut passkey) = with_passkey().await;
    let options = ask(&mut browser, "/dashboard/log-in/passkey/challenge").await;
    browser.origin = "https://evil.example";
    let answer = assertion(&mut passkey, &options);
    browser.post(LOG_IN, &[("assertion", &answer)]).await.shows(403, &[]);
    browser.post("/dashboard/log-in/passkey/challenge", &[]).await.shows(403, &[]);
    assert_eq!(browser.cookie(SESSION), None);
}
