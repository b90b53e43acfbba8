//! Who proved who they are too long ago is asked in place, keeps what they typed, and goes on.

use std::time::Duration;

use ironplate_domain::Role;
use ironplate_testkit::samples::PASSWORD;

use super::browser::{ANN, Browser, ROOT, Seen};

const CONFIRM: &str = "/dashboard/settings/confirm";
const ASKED: &str = "Confirm that it is you";

/// Logged in as this user, twenty minutes ago; Ann owns Acme, of which Root is a member.
async fn stale(email: &str) -> (Browser, String) {
    let mut browser = Browser::new().await;
    let acme = browser.world.organization("Acme", &[(ANN, Role::Owner), (ROOT, Role::Member)]).await;
    browser.log_in(email).await;
    browser.world.clock.advance(Duration::from_mins(20));
    (browser, acme.to_string())
}

/// All hidden fields, as a browser sends them.
fn hidden(seen: &Seen) -> Vec<(String, String)> {
    let inputs = seen.text.split(r#"<input type="hidden" name=""#).skip(1);
    let fields = inputs.filter_map(|rest| {
        let (name, rest) = rest.split_once(r#"" value=""#)?;
        let text = rest.split_once('"')?.0.replace("&lt;", "<").replace("&gt;", ">").replace("&#x2f;", "/");
        Some((name.to_owned(), text))
    });
    fields.collect()
}

/// Sends the form of a page with these fields beside those that it holds.
async fn send(browser: &mut Browser, to: &str, seen: &Seen, typed: &[(&str, &str)]) -> Seen {
    let hidden = hidden(seen);
    let held = hidden.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let fields: Vec<(&str, &str)> = held.chain(typed.iter().copied()).collect();
    browser.post(to, &fields).await
}

#[actix_web::test]
async fn a_new_address_is_kept_while_its_owner_is_asked() {
    let (mut browser, _) = stale(ANN).await;
    let path = "/dashboard/settings/profile";
    let typed = [("full_name", "Ann <1>"), ("was.full_name", ""), ("email", "new@example.com"), ("was.email", ANN)];
    let asked = browser.post(path, &typed).await;
    asked.shows(403, &[ASKED, "What you typed is not lost", "Ann &lt;1&gt;", "new@example.com", "Your password"]);
    assert!(browser.world.find_user(ANN).is_some());
    let wrong = send(&mut browser, CONFIRM, &asked, &[("password", "wrong horse")]).await;
    wrong.shows(422, &[ASKED, "not right", "new@example.com"]).hides("wrong horse");
    let confirmed = send(&mut browser, CONFIRM, &wrong, &[("password", PASSWORD)]).await;
    confirmed.shows(200, &["Go on with what you began", "Name", "new@example.com", path, "Send it now"]);
    confirmed.hides(PASSWORD);
    assert!(browser.world.find_user(ANN).is_some(), "nothing is done behind anybody's back");
    send(&mut browser, path, &confirmed, &[]).await.leads_to(path);
    assert_eq!(browser.world.user("new@example.com").full_name.unwrap().as_str(), "Ann <1>");
}

#[actix_web::test]
async fn a_name_is_changed_without_being_asked() {
    let (mut browser, _) = stale(ANN).await;
    let typed = [("full_name", "Ann"), ("was.full_name", ""), ("email", ANN), ("was.email", ANN)];
    browser.post("/dashboard/settings/profile", &typed).await.leads_to("/dashboard/settings/profile");
    browser.log_in(ROOT).await;
    browser.world.clock.advance(Duration::from_mins(20));
    let path = format!("/dashboard/users/{}", browser.world.user(ANN).id);
    let typed = [("full_name", "Änn"), ("was.full_name", "Ann"), ("email", ANN), ("was.email", ANN)];
    browser.post(&format!("{path}/edit"), &typed).await.leads_to(&path);
}

/// Nobody keeps a password: it is typed again.
#[actix_web::test]
async fn an_account_that_is_changed_is_kept_but_for_its_password() {
    let (mut browser, _) = stale(ROOT).await;
    let path = format!("/dashboard/users/{}/edit", browser.world.user(ANN).id);
    let typed = [
        ("email", ANN),
        ("was.email", ANN),
        ("full_name", "Ann"),
        ("was.full_name", ""),
        ("password", "a new fine one"),
    ];
    let asked = browser.post(&path, &typed).await;
    asked.shows(403, &[ASKED]).hides("a new fine one");
    let confirmed = send(&mut browser, CONFIRM, &asked, &[("password", PASSWORD)]).await;
    confirmed.shows(200, &["but for passwords", "It was not kept, so type it again"]);
    let saved = send(&mut browser, &path, &confirmed, &[("password", "a new fine one")]).await;
    saved.leads_to(path.trim_end_matches("/edit"));
    let new = "/dashboard/users/new";
    browser.world.clock.advance(Duration::from_mins(20));
    let plain = [("email", "bob@example.com"), ("full_name", "")];
    assert_eq!(browser.post(new, &plain).await.status, 303, "an account without rights");
    let superuser = [("email", "eve@example.com"), ("full_name", ""), ("is_superuser", "true")];
    browser.post(new, &superuser).await.shows(403, &[ASKED, "eve@example.com"]);
    assert!(browser.world.find_user("eve@example.com").is_none());
}

#[actix_web::test]
async fn before_a_question_comes_the_proof() {
    let (mut browser, acme) = stale(ANN).await;
    let root = browser.world.user(ROOT).id;
    let questions = [
        "/dashboard/settings/data/delete".to_owned(),
        format!("/dashboard/organizations/{acme}/delete"),
        format!("/dashboard/organizations/{acme}/transfer/{root}"),
    ];
    for question in &questions {
        let to = browser.get(question).await.location().to_owned();
        assert!(to.starts_with(&format!("{CONFIRM}?next=%2Fdashboard%2F")), "{question}: {to}");
        browser.get(&to).await.shows(200, &[ASKED, question]).hides("not lost");
        // Whoever let the question lie for too long.
        let typed = [("typed_name", "Acme"), ("with_organizations", "true")];
        browser.post(question, &typed).await.shows(403, &[ASKED]);
    }
    browser
        .get("/dashboard/settings/data/export")
        .await
        .leads_to(&format!("{CONFIRM}?next=%2Fdashboard%2Fsettings%2Fdata"));
    browser.post(CONFIRM, &[("next", &questions[0]), ("password", PASSWORD)]).await.leads_to(&questions[0]);
    for question in &questions {
        browser.get(question).await.shows(200, &[]);
    }
    browser.get("/dashboard/settings/data/export").await.leads_to("/api/v1/users/me/export");
    assert!(browser.world.find_user(ANN).is_some());
}

#[actix_web::test]
async fn superusers_are_asked_before_they_take_something_away() {
    let (mut browser, acme) = stale(ROOT).await;
    let ann = browser.world.user(ANN).id;
    for question in [
        format!("/dashboard/users/{ann}/deactivate"),
        format!("/dashboard/users/{ann}/delete"),
        format!("/dashboard/all-organizations/{acme}/delete"),
    ] {
        assert!(browser.get(&question).await.location().starts_with(CONFIRM), "{question}");
        let typed = [("typed_name", "Acme"), ("with_organizations", "true")];
        browser.post(&question, &typed).await.shows(403, &[ASKED]);
    }
    browser.post(&format!("/dashboard/users/{ann}/activate"), &[]).await.leads_to(&format!("/dashboard/users/{ann}"));
    assert!(browser.world.user(ANN).is_active && browser.world.store.organizations().len() == 1);
}

#[actix_web::test]
async fn whoever_gives_ownership_is_asked() {
    let (mut browser, acme) = stale(ANN).await;
    let root = browser.world.user(ROOT).id;
    let role = format!("/dashboard/organizations/{acme}/members/{root}/role");
    browser.post(&role, &[("new_role", "owner")]).await.shows(403, &[ASKED, "kept.new_role"]);
    assert_eq!(browser.world.role("Acme", ROOT), Some(Role::Member));
    browser.post(&role, &[("new_role", "admin")]).await.leads_to(&format!("/dashboard/organizations/{acme}/members"));
}

/// By a page of another site, or by what is in an address, nobody is led elsewhere.
#[actix_web::test]
async fn a_proof_leads_nowhere_else() {
    let (mut browser, _) = stale(ANN).await;
    for next in ["https://evil.example", "//evil.example", "/api/v1/logout"] {
        browser.post(CONFIRM, &[("next", next), ("password", PASSWORD)]).await.leads_to("/dashboard");
    }
}
