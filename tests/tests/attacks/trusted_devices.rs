//! Whoever has a trusted device's cookie has no more than the password's owner, for no longer than its user wants.

use futures::future::join;
use ironplate_tests::{
    Answer, Authenticator, Client, Database, NEW_PASSWORD, PASSWORD, Secrets, Setup, challenge_of, cookies_of, latin,
    on_both_databases, on_postgres_only,
};
use serde_json::{Value, json};

use super::world::{ANN, BOB, WRONG};

on_both_databases!(
    a_stolen_device_cookie_opens_nothing_without_the_password,
    a_device_cookie_is_of_no_use_to_another_account,
    a_device_cookie_is_no_other_credential,
    a_device_is_trusted_by_nobody_who_showed_the_password_alone,
    tokens_are_asked_whatever_device_they_are_for,
    a_trusted_device_proves_nothing_where_one_is_asked_again,
    a_new_password_takes_trusted_devices_along,
    a_reset_factor_takes_trusted_devices_along,
    a_removed_factor_takes_trusted_devices_along,
    logging_out_everywhere_takes_trusted_devices_along,
    a_deactivation_takes_trusted_devices_along,
    a_superuser_s_device_is_trusted_by_no_wish,
    a_device_that_was_revoked_is_asked_again,
    where_trust_is_off_devices_of_before_are_asked,
    a_shorter_span_is_that_of_devices_of_before,
    a_device_cookie_is_asked_in_another_browser,
    logging_out_everywhere_ends_log_ins_that_wait,
    nothing_that_is_stored_or_logged_passes_for_a_device,
);

on_postgres_only!(trust_ends_on_all_servers_at_once);

/// Goes on with a log-in by a cookie, and has its device trusted.
async fn trust(visitor: &Client, email: &str, code: &str) -> Answer {
    let challenge = challenge_of(&visitor.ask_for_cookie(email, PASSWORD).await);
    let proof = json!({ "challenge": challenge, "code": code, "trust_device": true });
    visitor.post("login/second-factor", &proof).await
}

/// The part of a browser's cookies that is the device's.
fn device_in(cookies: &str) -> String {
    let device = cookies.split("; ").find(|cookie| cookie.contains("-device="));
    device.unwrap_or_else(|| panic!("no device in {cookies}")).to_owned()
}

/// Ann, logged in by a token, her app, and the cookie of a device that she trusts.
async fn ann_with_cookie(database: &Database, visitor: &Client) -> (Client, Authenticator, String) {
    let ann = visitor.sign_up(ANN).await;
    database.prove_addresses().await;
    let mut app = ann.add_app("phone").await;
    let trusted = trust(visitor, ANN, &app.code().await).await;
    (ann, app, device_in(&cookies_of(&trusted)))
}

/// The same with a browser that holds that cookie alone.
async fn ann_with_device(database: &Database, visitor: &Client) -> (Client, Authenticator, Client) {
    let (ann, app, cookie) = ann_with_cookie(database, visitor).await;
    (ann, app, visitor.with_cookie(&cookie))
}

async fn assert_asked(browser: &Client, password: &str) {
    let _challenge = challenge_of(&browser.ask_for_cookie(ANN, password).await);
}

async fn assert_not_asked(browser: &Client) {
    let _user = browser.ask_for_cookie(ANN, PASSWORD).await.ok();
}

async fn a_stolen_device_cookie_opens_nothing_without_the_password(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (_ann, _app, browser) = ann_with_device(&database, &visitor).await;
    let with = browser.ask_for_cookie(ANN, WRONG).await;
    with.assert_refused(400, "incorrect_credentials");
    let without = visitor.ask_for_cookie(ANN, WRONG).await;
    assert_eq!((with.status, &with.json()["detail"]), (without.status, &without.json()["detail"]));
    assert_eq!(with.header("set-cookie"), None, "{with:?}");
    browser.get("users/me").await.assert_refused(401, "not_authenticated");
    assert_not_asked(&browser).await;
}

async fn a_device_cookie_is_of_no_use_to_another_account(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, _app, browser) = ann_with_device(&database, &visitor).await;
    let bob = visitor.sign_up(BOB).await;
    database.prove_addresses().await;
    let mut app = bob.add_app("phone").await;
    let _challenge = challenge_of(&browser.ask_for_cookie(BOB, PASSWORD).await);
    let bobs = trust(&visitor, BOB, &app.code().await).await;
    assert_asked(&visitor.with_cookie(&device_in(&cookies_of(&bobs))), PASSWORD).await;
    let device = ann.get("users/me/trusted-devices").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    let theirs = bob.delete(&format!("users/me/trusted-devices/{device}")).await;
    theirs.assert_refused(404, "trusted_device_not_found");
    let _message = bob.delete("users/me/trusted-devices").await.ok();
    assert_not_asked(&browser).await;
}

async fn a_device_cookie_is_no_other_credential(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (_ann, _app, cookie) = ann_with_cookie(&database, &visitor).await;
    let (name, secret) = cookie.split_once('=').unwrap();
    visitor.with_token(secret).get("users/me").await.assert_refused(403, "invalid_token");
    visitor.ask_for_refresh(secret).await.assert_refused(403, "invalid_refresh_token");
    visitor.ask_to_prove(secret, "123456").await.assert_refused(400, "invalid_challenge");
    visitor.reset_password(secret, NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    let session = name.replace("device", "session");
    visitor.with_cookie(&format!("{session}={secret}")).get("users/me").await.assert_refused(403, "invalid_token");
    let opened = cookies_of(&visitor.with_cookie(&cookie).ask_for_cookie(ANN, PASSWORD).await);
    let (_, of_session) = opened.split_once('=').unwrap();
    assert_asked(&visitor.with_cookie(&format!("{name}={of_session}")), PASSWORD).await;
}

async fn a_device_is_trusted_by_nobody_who_showed_the_password_alone(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let with_trust = json!({ "email": ANN, "password": PASSWORD, "trust_device": true });
    let opened = visitor.post("session", &with_trust).await;
    assert_eq!(opened.headers.get_all("set-cookie").iter().count(), 1, "{opened:?}");
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    let challenge = challenge_of(&visitor.ask_for_cookie(ANN, PASSWORD).await);
    let wrong = json!({ "challenge": challenge, "code": "made up", "trust_device": true });
    let refused = visitor.post("login/second-factor", &wrong).await;
    refused.assert_refused(400, "incorrect_code");
    assert_eq!(refused.header("set-cookie"), None);
    let code = &app.recovery_codes[0];
    let elsewhere = visitor.with_header("origin", "https://evil.example").with_header("sec-fetch-site", "cross-site");
    let right = json!({ "challenge": challenge, "code": code, "trust_device": true });
    elsewhere.post("login/second-factor", &right).await.assert_refused(400, "invalid_challenge");
    assert_eq!(ann.get("users/me/trusted-devices").await.ok()["count"], 0);
}

async fn tokens_are_asked_whatever_device_they_are_for(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, app, browser) = ann_with_device(&database, &visitor).await;
    let waits = browser.ask_for_token(ANN, PASSWORD).await;
    assert!(waits.json().get("trust_days").is_none(), "{waits:?}");
    let proof = json!({ "challenge": challenge_of(&waits), "code": app.recovery_codes[0], "trust_device": true });
    let proved = browser.post("login/second-factor", &proof).await;
    assert!(proved.ok()["access_token"].is_string() && proved.header("set-cookie").is_none(), "{proved:?}");
    assert_eq!(ann.get("users/me/trusted-devices").await.ok()["count"], 1);
}

/// Not even within minutes of the second factor that it stands for.
async fn a_trusted_device_proves_nothing_where_one_is_asked_again(database: Database) {
    let server = Setup::on(&database).start().await;
    let (_ann, app, browser) = ann_with_device(&database, &server.client()).await;
    let inside = server.client().with_cookie(&cookies_of(&browser.ask_for_cookie(ANN, PASSWORD).await));
    for refused in [
        inside.post("users/me/authenticator-apps/", &json!({ "name": "mine" })).await,
        inside.delete(&format!("users/me/authenticator-apps/{}", app.id)).await,
        inside.post("users/me/recovery-codes", &Value::Null).await,
        inside.patch("users/me", &json!({ "email": "new@example.com" })).await,
        inside.get("users/me/export").await,
        inside.delete("users/me").await,
    ] {
        refused.assert_refused(403, "recent_authentication_required");
    }
    inside.ask_to_confirm(&json!({ "password": PASSWORD })).await.assert_refused(400, "second_factor_needed");
    let _message = inside.ask_to_confirm(&json!({ "code": app.recovery_codes[0] })).await.ok();
    let _codes = inside.post("users/me/recovery-codes", &Value::Null).await.ok();
}

async fn a_new_password_takes_trusted_devices_along(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = ann.patch("users/me/password", &change).await.ok();
    assert_asked(&browser, NEW_PASSWORD).await;
    assert_eq!(ann.get("users/me/trusted-devices").await.ok()["count"], 0);
}

async fn a_reset_factor_takes_trusted_devices_along(database: Database) {
    let server = Setup::on(&database).start().await;
    let (visitor, root) = (server.client(), server.superuser().await);
    let (ann, _app, browser) = ann_with_device(&database, &visitor).await;
    let _message = root.delete(&format!("users/{}/second-factors", ann.id().await)).await.ok();
    let again = visitor.log_in(ANN).await;
    assert_eq!(again.get("users/me/trusted-devices").await.ok()["count"], 0);
    database.prove_addresses().await;
    let _app = again.add_app("new phone").await;
    assert_asked(&browser, PASSWORD).await;
}

async fn a_removed_factor_takes_trusted_devices_along(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, app, browser) = ann_with_device(&database, &server.client()).await;
    database.prove_addresses().await;
    let _other = ann.add_app("tablet").await;
    assert_not_asked(&browser).await;
    let _message = ann.delete(&format!("users/me/authenticator-apps/{}", app.id)).await.ok();
    assert_asked(&browser, PASSWORD).await;
}

async fn logging_out_everywhere_takes_trusted_devices_along(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    let _message = ann.delete("users/me/sessions").await.ok();
    assert_asked(&browser, PASSWORD).await;
}

async fn a_deactivation_takes_trusted_devices_along(database: Database) {
    let server = Setup::on(&database).start().await;
    let (root, visitor) = (server.superuser().await, server.client());
    let (ann, _app, browser) = ann_with_device(&database, &visitor).await;
    let path = format!("users/{}", ann.id().await);
    for is_active in [false, true] {
        let _user = root.patch(&path, &json!({ "is_active": is_active })).await.ok();
    }
    assert_asked(&browser, PASSWORD).await;
}

/// Nor is one that was trusted before.
async fn a_superuser_s_device_is_trusted_by_no_wish(database: Database) {
    let server = Setup::on(&database).start().await;
    let (root, visitor) = (server.superuser().await, server.client());
    let (ann, app, browser) = ann_with_device(&database, &visitor).await;
    let path = format!("users/{}", ann.id().await);
    let _user = root.patch(&path, &json!({ "is_superuser": true })).await.ok();
    assert_asked(&browser, PASSWORD).await;
    let trusted = trust(&visitor, ANN, &app.recovery_codes[0]).await;
    assert_eq!(trusted.headers.get_all("set-cookie").iter().count(), 1, "{trusted:?}");
    let _user = root.patch(&path, &json!({ "is_superuser": false })).await.ok();
    assert_asked(&browser, PASSWORD).await;
}

async fn a_device_that_was_revoked_is_asked_again(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    let listed = ann.get("users/me/trusted-devices").await.ok();
    let path = format!("users/me/trusted-devices/{}", listed["data"][0]["id"].as_str().unwrap());
    let _message = ann.delete(&path).await.ok();
    ann.delete(&path).await.assert_refused(404, "trusted_device_not_found");
    assert_asked(&browser, PASSWORD).await;
}

async fn where_trust_is_off_devices_of_before_are_asked(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let (_ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    let off = setup.with("IRONPLATE__SESSIONS__TRUST_DEVICE_DAYS", "0").start().await;
    let waits = browser.at(off.address()).ask_for_cookie(ANN, PASSWORD).await;
    let _challenge = challenge_of(&waits);
    assert!(waits.json().get("trust_days").is_none(), "{waits:?}");
}

async fn a_shorter_span_is_that_of_devices_of_before(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let (_ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    database.age_trust().await;
    assert_not_asked(&browser).await;
    let shorter = setup.with("IRONPLATE__SESSIONS__TRUST_DEVICE_DAYS", "1").start().await;
    assert_asked(&browser.at(shorter.address()), PASSWORD).await;
}

async fn a_device_cookie_is_asked_in_another_browser(database: Database) {
    let server = Setup::on(&database).start().await;
    let (_ann, _app, browser) = ann_with_device(&database, &server.client()).await;
    assert_asked(&browser.with_header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0"), PASSWORD)
        .await;
    assert_not_asked(&browser).await;
}

async fn logging_out_everywhere_ends_log_ins_that_wait(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, mut app, _browser) = ann_with_device(&database, &server.client()).await;
    let visitor = server.client();
    let challenge = challenge_of(&visitor.ask_for_token(ANN, PASSWORD).await);
    let _message = ann.delete("users/me/sessions").await.ok();
    visitor.ask_to_prove(&challenge, &app.code().await).await.assert_refused(400, "invalid_challenge");
}

async fn trust_ends_on_all_servers_at_once(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    let (ann, _app, browser) = ann_with_device(&database, &here.client()).await;
    let elsewhere = browser.at(there.address());
    assert_not_asked(&elsewhere).await;
    let _message = ann.delete("users/me/trusted-devices").await.ok();
    assert_asked(&elsewhere, PASSWORD).await;
    assert_asked(&browser, PASSWORD).await;
}

async fn nothing_that_is_stored_or_logged_passes_for_a_device(database: Database) {
    let server = Setup::on(&database).with("RUST_LOG", "trace").start().await;
    let (ann, _app, cookie) = ann_with_cookie(&database, &server.client()).await;
    assert_not_asked(&server.client().with_cookie(&cookie)).await;
    let exported = ann.get("users/me/export").await;
    assert_eq!(exported.json()["trusted_devices"].as_array().map(Vec::len), Some(1), "{exported:?}");
    let mut secrets = Secrets::default();
    secrets.add_token("a device's cookie", cookie.split_once('=').unwrap().1);
    let dump = database.dump().await;
    let log = server.stop().await;
    assert!(latin(&dump).contains(ANN) && log.stderr.contains("session.log_in"), "dump and log are there");
    secrets.assert_absent("the database", &dump);
    secrets.assert_absent("the export", exported.text.as_bytes());
    secrets.assert_absent("the log", log.output().as_bytes());
}
