//! The organisation at hand: chosen, remembered, and no right.

use std::time::Duration;

use ironplate_domain::Role;

use super::{
    browser::{ANN, Browser},
    organizations::{BOB, LIST, acme, acme_with_bob_as},
};

const SWITCH: &str = "/dashboard/organizations/switch";

/// The id of the organisation of this name.
fn id(browser: &Browser, name: &str) -> String {
    browser.world.organization_called(name).id.to_string()
}

#[actix_web::test]
async fn what_is_chosen_stays_at_hand_until_something_else_is() {
    let mut browser = acme_with_bob_as(Role::Member, BOB).await;
    browser.world = browser.world.with_organization(BOB, "Bobs").await;
    let [acme, bobs] = ["Acme", "Bobs"].map(|name| id(&browser, name));
    browser.get("/dashboard").await.shows(200, &["Personal", "What is yours alone"]).hides(">Members<");
    let page = browser.get(SWITCH).await;
    page.shows(200, &["value=\"\" aria-current=\"true\"", "Personal", "Bobs", "Owner", "Acme", "Member"]);
    browser.submit(SWITCH, &[("organization", &acme), ("next", "")]).await.shows(200, &["Members"]);
    browser.get("/dashboard").await.shows(200, &["<bdi>Acme</bdi>", &format!("{LIST}/{acme}/members"), "Members"]);
    browser.get(SWITCH).await.shows(200, &["Personal", &format!("value=\"{acme}\" aria-current=\"true\"")]);
    // A page of another one is of that, and what was chosen stays chosen.
    browser
        .get(&format!("{LIST}/{bobs}/members"))
        .await
        .shows(200, &["<bdi>Bobs</bdi>", &format!("{LIST}/{bobs}/members")]);
    browser.get("/dashboard").await.shows(200, &["<bdi>Acme</bdi>"]);
    browser.submit(SWITCH, &[("organization", "")]).await.shows(200, &["Personal"]);
    assert_eq!(browser.cookie("organization"), None);
}

#[actix_web::test]
async fn a_choice_leads_back_to_where_one_was_but_to_no_page_of_another_organisation() {
    let mut browser = acme_with_bob_as(Role::Member, BOB).await;
    let (acme, members) = (id(&browser, "Acme"), acme(&browser, "/members"));
    for (next, leads) in [
        ("/dashboard/organizations", &members),
        ("/dashboard/organizations/0190a1b2-c3d4-7e5f-8a9b-000000000001/settings", &members),
        ("https://evil.example", &members),
        ("", &members),
    ] {
        browser.post(SWITCH, &[("organization", &acme), ("next", next)]).await.leads_to(leads);
    }
    browser.post(SWITCH, &[("organization", ""), ("next", &members)]).await.leads_to("/dashboard");
    browser.post(SWITCH, &[("organization", "x")]).await.shows(404, &["Not found"]);
}

/// It says which of one's own is meant, and nothing of whether one may.
#[actix_web::test]
async fn a_choice_gives_nobody_anything() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    browser.world = browser.world.with_organization(BOB, "Bobs").await;
    let bobs = id(&browser, "Bobs");
    let members = format!("{LIST}/{bobs}/members");
    browser.post(SWITCH, &[("organization", &bobs)]).await.leads_to(&members);
    browser.get(&members).await.shows(404, &["There is no such organisation"]).hides("Bobs");
    browser.get("/dashboard").await.shows(200, &["Personal"]).hides("Bobs");
    for value in ["", "x", "\"><script>", "0190a1b2-c3d4-7e5f-8a9b-000000000001"] {
        browser.set_cookie("organization", value);
        browser.get("/dashboard").await.shows(200, &["Personal"]).hides("><script>");
    }
    // A member who was removed has it at hand no longer.
    let acme = id(&browser, "Acme");
    let mut bob = Browser::within(browser.world);
    bob.log_in(BOB).await;
    bob.submit(SWITCH, &[("organization", &acme)]).await.shows(200, &["<bdi>Acme</bdi>"]);
    let path = format!("{LIST}/{acme}/leave");
    bob.submit(&path, &[]).await.shows(200, &["You left the organisation.", "Bobs"]).hides("<bdi>Acme</bdi>");
}

#[actix_web::test]
async fn logging_in_and_out_forgets_it() {
    let mut browser = acme_with_bob_as(Role::Member, BOB).await;
    let acme = id(&browser, "Acme");
    browser.post(SWITCH, &[("organization", &acme)]).await;
    assert_eq!(browser.cookie("organization"), Some(&*acme));
    browser.submit("/dashboard/log-out", &[]).await;
    assert_eq!(browser.cookie("organization"), None);
    browser.set_cookie("organization", &acme);
    browser.log_in(BOB).await;
    assert_eq!(browser.cookie("organization"), None);
}

#[actix_web::test]
async fn whoever_is_in_many_finds_the_rest_by_a_search() {
    let mut browser = Browser::of(ANN).await;
    for number in 1..=9 {
        browser.world = browser.world.with_organization(ANN, &format!("Team-{number}")).await;
    }
    browser.get(SWITCH).await.shows(200, &["Personal", "Team-1"]).hides("role=\"search\"");
    for number in 10..=30 {
        browser.world.clock.advance(Duration::from_mins(1));
        browser.world = browser.world.with_organization(ANN, &format!("Team-{number}")).await;
    }
    let page = browser.get(SWITCH).await;
    page.shows(200, &["data-more", "role=\"search\"", "Personal", "Team-30", "the newest 25 of 30", "1–25 of 30"]);
    let found = browser.get(&format!("{SWITCH}?q=m-1")).await;
    found.shows(200, &["value=\"m-1\"", "Team-19", "Team-1<"]).hides("Team-30");
    browser.get(&format!("{SWITCH}?q=nothing")).await.shows(200, &["Nothing found", "All organisations"]);
}

/// What goes wrong is told inside the shell of where the reader is.
#[actix_web::test]
async fn an_error_keeps_the_organisation_at_hand() {
    let mut browser = acme_with_bob_as(Role::Member, BOB).await;
    let acme = id(&browser, "Acme");
    browser.post(SWITCH, &[("organization", &acme)]).await;
    browser.get("/dashboard/nowhere").await.shows(404, &["<bdi>Acme</bdi>", "Error 404"]);
}
