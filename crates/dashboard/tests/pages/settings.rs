//! One's own account.

use ironplate_domain::MailTemplate;
use ironplate_testkit::{World, samples};

use super::browser::{ANN, Browser, ROOT};

#[actix_web::test]
async fn a_profile_is_shown_and_changed() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard/settings").await.leads_to("/dashboard/settings/profile");
    let seen = browser.get("/dashboard/settings/profile").await;
    seen.shows(200, &["Your email address is not confirmed yet.", r#"value="ann@example.com""#]);
    let typed = [("full_name", "<script>alert(1)</script>"), ("email", ANN)];
    let seen = browser.submit("/dashboard/settings/profile", &typed).await;
    seen.shows(200, &["Your profile was saved.", "&lt;script&gt;"]).hides("<script>alert");
    assert_eq!(browser.world.user(ANN).full_name.unwrap().as_str(), "<script>alert(1)</script>");
    for path in ["/dashboard", "/dashboard/organizations", "/dashboard/settings/data"] {
        browser.get(path).await.shows(200, &["&lt;script&gt;"]).hides("<script>alert");
    }
}

#[actix_web::test]
async fn a_taken_address_is_said_at_its_field() {
    let mut browser = Browser::of(ANN).await;
    let seen = browser.post("/dashboard/settings/profile", &[("full_name", "Ann"), ("email", ROOT)]).await;
    seen.shows(422, &["Another account has this address", r#"value="Ann""#, r#"id="email-error""#]);
}

#[actix_web::test]
async fn a_new_address_that_waits_is_shown() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let mut browser = Browser::within(world);
    browser.log_in(ANN).await;
    let seen = browser.submit("/dashboard/settings/profile", &[("full_name", ""), ("email", "new@example.com")]).await;
    seen.shows(
        200,
        &[
            "We sent a link to the new address.",
            "<bdi dir=\"ltr\">new@example.com</bdi> counts as soon",
            r#"value="ann@example.com""#,
        ],
    );
}

#[actix_web::test]
async fn a_link_to_confirm_the_address_is_sent_again() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard/settings/profile").await.shows(200, &["not confirmed yet", "Send me a link to confirm it"]);
    let seen = browser.submit("/dashboard/settings/profile/verify", &[]).await;
    seen.shows(200, &["We sent you a link to confirm your address."]).hides("not confirmed yet");
    let later = browser.get("/dashboard/settings/profile").await;
    later.shows(200, &["not confirmed yet", "We sent you a link on", "Send me another"]);
    browser.world.mail(MailTemplate::VerifyAddress, ANN).await;
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_it() {
    let mut browser = Browser::of(ANN).await;
    let path = "/dashboard/settings/password";
    browser.get(path).await.shows(200, &["Current password", "New password"]);
    let wrong = browser.post(path, &[("current_password", "wrong horse"), ("new_password", "battery staple")]).await;
    wrong.shows(422, &["The password is not right"]).hides("battery staple");
    let short = browser.post(path, &[("current_password", "x"), ("new_password", "y")]).await;
    short.shows(422, &["The password needs at least 8 characters"]);
    let compared = browser.post(path, &[("current_password", "x"), ("new_password", "battery staple")]).await;
    compared.shows(422, &["The password is not right"]);
    let empty = browser.post(path, &[("current_password", ""), ("new_password", "y")]).await;
    empty.shows(422, &["Enter your current password", "The password needs at least 8 characters"]);
    let same = [("current_password", samples::PASSWORD), ("new_password", samples::PASSWORD)];
    browser.post(path, &same).await.shows(422, &["The new password is the same as the current one"]);
    let right = [("current_password", samples::PASSWORD), ("new_password", "battery staple")];
    browser.submit(path, &right).await.shows(200, &["Your password was changed."]);
}

#[actix_web::test]
async fn devices_are_seen_and_logged_out() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard/settings/sessions").await.leads_to("/dashboard/settings/security#sessions");
    let path = "/dashboard/settings/security";
    browser.get(path).await.shows(200, &["This device"]).hides("Log out all other devices");
    let other = browser.world.open_session(ANN).await;
    let seen = browser.get(path).await;
    seen.shows(200, &["Log out all other devices", "This device", "Firefox on Linux", "203.0.113.7"]);
    let end = format!("{path}/sessions/{}/revoke", other.id);
    browser.submit(&end, &[]).await.shows(200, &["The device was logged out."]);
    assert!(!browser.world.is_live(other.id));
    browser.post(&end, &[]).await.leads_to(path);
    let another = browser.world.open_session(ANN).await;
    browser.submit(&format!("{path}/sessions/revoke-others"), &[]).await.shows(200, &["This device"]);
    assert!(!browser.world.is_live(another.id));
}

#[actix_web::test]
async fn a_theme_is_kept_on_the_device_also_when_logged_out() {
    let mut browser = Browser::of(ANN).await;
    let dark = browser.submit("/dashboard/settings/appearance", &[("theme", "dark")]).await;
    dark.shows(200, &[r#"data-theme="dark""#, "This device keeps the theme.", r#"value="dark" checked"#]);
    browser.submit("/dashboard/log-out", &[]).await.shows(200, &[r#"data-theme="dark""#]);
    browser.set_cookie("theme", "\"><script>");
    browser.get("/dashboard/log-in").await.shows(200, &[r#"data-theme="system""#]).hides("\"><script>");
}

#[actix_web::test]
async fn an_account_is_taken_along_and_deleted() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard/settings/data").await.shows(200, &["/dashboard/settings/data/export", "Delete account"]);
    browser.get("/dashboard/settings/data/export").await.leads_to("/api/v1/users/me/export");
    let path = "/dashboard/settings/data/delete";
    browser.get(path).await.shows(200, &["Delete your account?", "at once and for good"]);
    browser.submit(path, &[]).await.shows(200, &["Your account was deleted.", "Log in"]);
    assert!(browser.world.find_user(ANN).is_none());
}

#[actix_web::test]
async fn superusers_do_not_delete_themselves() {
    let mut browser = Browser::of(ROOT).await;
    browser.get("/dashboard/settings/data").await.shows(200, &["Superusers can’t delete themselves"]);
    let path = "/dashboard/settings/data/delete";
    browser.post(path, &[]).await.shows(403, &["Not allowed"]);
    assert!(browser.world.find_user(ROOT).is_some());
}
