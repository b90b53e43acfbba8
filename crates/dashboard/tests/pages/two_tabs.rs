//! One thing on two pages at once, or what one of them shows being over.

use actix_web::http::header::{ORIGIN, REFERER};
use ironplate_testkit::samples;

use super::browser::{ANN, Browser, ROOT, SESSION, form};

#[actix_web::test]
async fn of_two_administrators_at_once_none_undoes_what_the_other_did() {
    let mut browser = Browser::of(ROOT).await;
    let path = format!("/dashboard/users/{}/edit", browser.world.user(ANN).id);
    let was = [("was.email", ANN), ("was.full_name", ""), ("was.is_superuser", "")];
    let promoting = [&was[..], &[("email", ANN), ("full_name", ""), ("is_superuser", "true")]].concat();
    let naming = [&was[..], &[("email", ANN), ("full_name", "Ann")]].concat();
    browser.get(&path).await.shows(200, &[r#"name="was.email" value="ann@example.com""#, r#"name="was.is_superuser""#]);
    browser.submit(&path, &promoting).await.shows(200, &["The user was saved"]);
    browser.submit(&path, &naming).await.shows(200, &["The user was saved"]);
    let ann = browser.world.user(ANN);
    assert!(ann.is_superuser, "who only gave a name took no right away");
    assert_eq!(ann.full_name, Some(samples::full_name("Ann")));
}

#[actix_web::test]
async fn a_name_that_is_saved_in_one_tab_leaves_the_address_of_the_other_alone() {
    let mut browser = Browser::of(ANN).await;
    let path = "/dashboard/settings/profile";
    let was = [("was.email", ANN), ("was.full_name", "")];
    let moving = [&was[..], &[("email", "ann@new.example"), ("full_name", "")]].concat();
    let naming = [&was[..], &[("email", ANN), ("full_name", "Ann")]].concat();
    browser.submit(path, &moving).await.shows(200, &["ann@new.example"]);
    browser.submit(path, &naming).await.shows(200, &["ann@new.example", r#"value="Ann""#]);
}

#[actix_web::test]
async fn whoever_is_logged_out_already_logs_out_all_the_same() {
    let mut browser = Browser::of(ANN).await;
    let session = browser.cookie(SESSION).unwrap().to_owned();
    for _ in 0..2 {
        browser.set_cookie(SESSION, &session);
        browser.submit("/dashboard/log-out", &[]).await.shows(200, &["You are logged out."]);
        assert_eq!(browser.cookie(SESSION), None);
    }
}

#[actix_web::test]
async fn passwords_that_were_typed_when_the_session_was_over_are_asked_for_again() {
    let mut browser = Browser::of(ROOT).await;
    let path = format!("/dashboard/users/{}/edit", browser.world.user(ANN).id);
    browser.set_cookie(SESSION, "over");
    let typed = [("email", "ann@new.example.com"), ("full_name", ""), ("password", "another secret")];
    let seen = browser.post(&path, &typed).await;
    seen.shows(403, &["Log in again", "but for passwords", r#"name="again.password""#]).hides("another secret");
    let again = [
        ("email", ROOT),
        ("password", samples::PASSWORD),
        ("next", &path),
        ("resume", "true"),
        ("kept.email", "ann@new.example.com"),
        ("again.password", "another secret"),
    ];
    let wrong = browser.post("/dashboard/log-in", &[again[0], ("password", "x"), again[2], again[3], again[5]]).await;
    wrong.shows(422, &[r#"name="again.password" value="true""#]).hides("another secret");
    let seen = browser.post("/dashboard/log-in", &again).await;
    seen.shows(200, &["type them again", "ann@new.example.com", r#"type="password""#, r#"name="password""#]);
    seen.shows(200, &["Send it now"]).hides("another secret");
}

/// What nobody typed is not done later, out of sight of what it was about.
#[actix_web::test]
async fn a_button_that_was_pressed_when_the_session_was_over_is_there_to_be_pressed_again() {
    let mut browser = Browser::of(ANN).await;
    for (path, page) in [
        ("/dashboard/settings/security/sessions/revoke-others", "/dashboard/settings/security"),
        ("/dashboard/settings/data/delete", "/dashboard/settings/data"),
        ("/dashboard/settings/password", "/dashboard/settings/password"),
    ] {
        browser.set_cookie(SESSION, "over");
        let press = form(path, &[("password", "some secret")]).insert_header((ORIGIN, "http://localhost:8000"));
        let seen = browser.send(press.insert_header((REFERER, format!("http://localhost:8000{page}")))).await;
        let next: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
        seen.leads_to(&format!("/dashboard/log-in?next={next}&problem=is_over"));
    }
    let press = form("/dashboard/settings/security/sessions/revoke-others", &[]);
    browser.send(press.insert_header((ORIGIN, "http://localhost:8000"))).await.leads_to("/dashboard/log-in");
}

#[actix_web::test]
async fn who_changes_what_somebody_else_changed_meanwhile_is_told_before_it_is_replaced() {
    let mut browser = Browser::of(ANN).await;
    let profile = |name| [("full_name", name), ("was.full_name", ""), ("email", ANN), ("was.email", ANN)];
    browser.submit("/dashboard/settings/profile", &profile("Ann")).await.shows(200, &["was saved"]);
    let told = browser.post("/dashboard/settings/profile", &profile("Anna")).await;
    told.shows(422, &["This was changed to “Ann” meanwhile"]);

    let mut root = Browser::within(browser.world);
    root.log_in(ROOT).await;
    let path = format!("/dashboard/users/{}/edit", root.world.user(ANN).id);
    let told = root.post(&path, &profile("Anna")).await;
    told.shows(422, &["This was changed to “Ann” meanwhile"]);
    assert_eq!(root.world.user(ANN).full_name.unwrap().as_str(), "Ann");
}

#[actix_web::test]
async fn behind_the_end_of_a_list_is_its_last_page() {
    let mut browser = Browser::of(ROOT).await;
    browser.get("/dashboard/users?page=9&role=user").await.leads_to("/dashboard/users?role=user");
    browser.get("/dashboard/outbox?page=3&state=dead").await.leads_to("/dashboard/outbox?state=dead");
}
