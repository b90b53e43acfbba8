//! What happened within an organisation, on its own page.

use std::time::Duration;

use ironplate_domain::{OrganizationChanges, Role};
use ironplate_testkit::samples::{client_at, text};

use super::{
    browser::{ANN, ROOT},
    organizations::{BOB, acme, acme_with_bob_as},
};

const EVE: &str = "eve@example.com";

#[actix_web::test]
async fn it_is_for_those_who_answer_for_it() {
    for (role, may) in [(Role::Viewer, false), (Role::Member, false), (Role::Admin, true), (Role::Owner, true)] {
        let mut bob = acme_with_bob_as(role, BOB).await;
        let log = acme(&bob, "/audit");
        let tabs = bob.get(&acme(&bob, "/members")).await;
        assert_eq!(tabs.text.contains(&format!("href=\"{log}\"")), may, "{role}");
        if may {
            bob.get(&log).await.shows(200, &["Audit log of Acme", "Members", "Settings", "Nothing happened yet"]);
        } else {
            bob.get(&log).await.shows(403, &["Not allowed"]);
        }
    }
    let mut root = acme_with_bob_as(Role::Member, ROOT).await;
    root.get(&acme(&root, "/audit")).await.shows(200, &["Nothing happened yet"]);
}

#[actix_web::test]
async fn members_are_named_and_of_others_is_told_that_there_was_somebody() {
    let mut bob = acme_with_bob_as(Role::Admin, BOB).await;
    bob.world = bob.world.with_user(EVE).await;
    let (id, log) = (bob.world.organization_called("Acme").id, acme(&bob, "/audit"));
    let changes = OrganizationChanges { name: Some(text("Umbrella")), ..OrganizationChanges::default() };
    let organizations = bob.world.organizations();
    let eve = bob.world.actor_at("Acme", EVE);
    assert!(organizations.read(eve, id, &client_at("203.0.113.3")).await.is_err());
    bob.world.clock.advance(Duration::from_mins(1));
    organizations.change(bob.world.actor_at("Acme", ANN), id, changes, &client_at("203.0.113.1")).await.unwrap();

    let seen = bob.get(&log).await;
    seen.shows(200, &["Organisation changed", ANN, "Tried without permission", &eve.user.to_string()]);
    for hidden in [EVE, "203.0.113.", "The operator", "\"/dashboard/audit"] {
        seen.hides(hidden);
    }
    seen.shows(200, &[&format!("{log}?actor={}", eve.user)]);
    bob.get(&format!("{log}?actor={}", eve.user)).await.shows(200, &["Tried without", "Clear"]).hides(ANN);
    bob.get(&format!("{log}?actor=ANN%40example.com")).await.shows(200, &["Organisation changed"]);
    for nth in 0..=100 {
        let like_hers = format!("{nth}{ANN}");
        bob.world = bob.world.with_user(&like_hers).await.with_member("Umbrella", &like_hers, Role::Viewer).await;
    }
    bob.get(&format!("{log}?actor=ANN%40example.com")).await.shows(200, &["Organisation changed"]);
    bob.get(&format!("{log}?actor=eve%40example.com")).await.shows(422, &["No member has this address"]);
    bob.get(&format!("{log}?actor=eve")).await.shows(422, &["Enter an email address or an id"]);
    let failed = bob.get(&format!("{log}?outcome=failed&kind=permission.refused")).await;
    failed.shows(200, &["Organisation left", "Tried without"]).hides("Log-in");
    failed.hides(ANN);
    bob.get(&format!("{log}?kind=organization.member_left")).await.shows(200, &["No such events", "Show all events"]);
    // What the log of everything is asked for is not asked for here.
    let other = format!("{log}?organization=0190a1b2-c3d4-7e5f-8a9b-000000000001&request=x&subject={}", eve.user);
    bob.get(&other).await.shows(200, &["Organisation changed"]).hides("Clear");
}
