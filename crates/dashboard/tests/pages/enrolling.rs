//! Whoever must have a second factor is led to where they add one, by the product or by an organisation.

use ironplate_application::SecondFactorPolicy;
use ironplate_domain::{MailTemplate, Role};

use super::browser::{ANN, Browser, ROOT};

const SECURITY: &str = "/dashboard/settings/security";
const NEEDED: &str = "A second factor is needed";

#[actix_web::test]
async fn who_must_have_one_is_led_there_and_sees_nothing_else() {
    let mut browser = Browser::of(ANN).await;
    browser.world.policy.second_factor = SecondFactorPolicy::Everybody;
    for page in ["", "/settings/profile", "/settings/data", "/organizations"] {
        let seen = browser.get(&format!("/dashboard{page}")).await;
        seen.leads_to(SECURITY);
    }
    let typed = browser.post("/dashboard/organizations/new", &[("name", "Milk")]).await;
    typed.shows(403, &[NEEDED, "Milk", "Set one up"]);
    assert!(browser.world.store.organizations().is_empty());
    browser.get(SECURITY).await.shows(200, &["Your account needs a second factor", "is not confirmed yet"]);
    browser.submit(&format!("{SECURITY}/verify"), &[]).await.shows(200, &["We sent you a link"]);
    browser.world.prove_address(ANN).await;
    let seen = browser.get(SECURITY).await;
    seen.shows(200, &["Your account needs a second factor", "Add an app"]).hides("Change password");
    for page in ["settings/security/apps/new", "settings/confirm", "settings/security", "settings/appearance"] {
        browser.get(&format!("/dashboard/{page}")).await.shows(200, &[ANN]);
    }
    browser.world.add_app(ANN).await;
    browser.get("/dashboard").await.shows(200, &["Hello"]);
    browser.get(SECURITY).await.hides("Your account needs");
}

#[actix_web::test]
async fn the_last_one_stays_where_one_must_be() {
    let mut browser = Browser::of(ANN).await;
    browser.world.add_app(ANN).await;
    browser.world.policy.second_factor = SecondFactorPolicy::Everybody;
    let app = browser.world.store.authenticator_apps()[0].id;
    browser.post(&format!("{SECURITY}/apps/{app}/remove"), &[]).await.shows(409, &["this is the last one"]);
    assert_eq!(browser.world.store.authenticator_apps().len(), 1);
}

#[actix_web::test]
async fn an_owner_asks_for_one_and_members_without_are_led_there() {
    let mut browser = Browser::of(ANN).await;
    let acme = browser.world.organization("Acme", &[(ANN, Role::Owner), (ROOT, Role::Member)]).await;
    browser.world =
        browser.world.with_user("bob@example.com").await.with_member("Acme", "bob@example.com", Role::Admin).await;
    let settings = format!("/dashboard/organizations/{acme}/settings");
    browser.get(&settings).await.shows(200, &["Members need a second factor", "told by mail"]);
    let typed = [
        ("name", "Acme"),
        ("was.name", "Acme"),
        ("slug", "acme"),
        ("was.slug", "acme"),
        ("was.requires_second_factor", ""),
        ("requires_second_factor", "true"),
    ];
    browser.post(&settings, &typed).await.shows(422, &["Set up a second factor of your own first"]);
    browser.world.add_app(ANN).await;
    browser.post(&settings, &typed).await.leads_to(&settings);
    assert!(browser.world.organization_called("Acme").requires_second_factor);
    browser.world.mail(MailTemplate::SecondFactorRequired, "bob@example.com").await;

    browser.log_in("bob@example.com").await;
    let leave = format!("/dashboard/organizations/{acme}/leave");
    for page in ["/members", "/settings", "/invitations", "/audit"] {
        let seen = browser.get(&format!("/dashboard/organizations/{acme}{page}")).await;
        seen.shows(403, &[NEEDED, "asks its members", SECURITY, "Set one up", &leave]);
    }
    // Whoever had it at hand has what is their own.
    browser.set_cookie("organization", &acme.to_string());
    browser.get("/dashboard").await.shows(200, &["Hello"]);
    browser.world.add_app("bob@example.com").await;
    browser.get(&settings).await.shows(200, &["Acme"]).hides("Members need a second factor");
    // Nobody is kept in.
    browser.world =
        browser.world.with_user("eve@example.com").await.with_member("Acme", "eve@example.com", Role::Viewer).await;
    browser.log_in("eve@example.com").await;
    browser
        .get(&leave)
        .await
        .shows(200, &["Leave this organisation?", "Acme", "/dashboard/organizations\""])
        .hides(&settings);
    browser.submit(&leave, &[]).await.shows(200, &["You left the organisation."]);
    assert_eq!(browser.world.role("Acme", "eve@example.com"), None);
}

#[actix_web::test]
async fn whoever_is_invited_is_told_before_they_join() {
    let mut browser = Browser::new().await;
    browser.world = browser.world.with_organization(ANN, "Acme").await;
    let (_, secret) = browser.world.invite(ANN, "Acme", "new@example.com", Role::Member).await;
    let link = format!("/dashboard/invitation?token={}", secret.expose());
    browser.get(&link).await.shows(200, &["Acme"]).hides("Second factor");
    // Whose inviter has none is worth nothing.
    browser.world.add_app(ANN).await;
    let mut work = ironplate_application::ports::Store::begin(&browser.world.store).await.unwrap();
    let id = browser.world.organization_called("Acme").id;
    let changes = ironplate_domain::OrganizationChanges {
        requires_second_factor: Some(true),
        ..ironplate_domain::OrganizationChanges::default()
    };
    work.organizations().update(id, &changes).await.unwrap();
    work.commit().await.unwrap();
    browser.get(&link).await.shows(200, &["Acme", "Second factor", "Needed", "after you joined"]);
}
