//! Invitations: sent to many at once, and answered by each sort of visitor.

use ironplate_tests::{Browser, Database, PASSWORD, Scripts, SmtpServer};
use serde_json::json;

use super::{ANN, log_in, setup};

const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const NEW: &str = "new@example.com";

pub(crate) async fn people_are_invited_at_once_and_looked_after(database: Database) {
    let smtp = SmtpServer::start();
    let server = setup(&database).with_mail_to(&smtp).start().await;
    let ann = server.client().sign_up(ANN).await;
    let id = ann.add_organization("acme").await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, ANN, PASSWORD).await;
    let members = format!("/dashboard/organizations/{id}/members");
    browser.open(&members).await;
    browser.follow(".head .main").await;
    browser.shows(&["Invite people", "manages members and viewers", "No invitations wait"]).await;
    browser.fill("emails", &format!("{NEW}\nBob <{BOB}>, nonsense; {ANN}")).await;
    browser.click("main input[value=admin]").await;
    browser.follow("main form.card .main").await;
    browser.shows(&["2 of 4 invited", "Is no email address", "Is a member already"]).await;
    browser.is_accessible().await;
    let kept = "return document.getElementById('emails').value + document.querySelector('[name=role]:checked').value";
    assert_eq!(browser.script(kept).await, "nonsenseadmin");
    browser.fill("emails", EVE).await;
    browser.follow("main form.card .main").await;
    browser.shows(&["The invitations are on their way.", EVE, NEW, BOB]).await;
    // Back leads to pages, and invites nobody again.
    browser.back().await;
    browser.shows(&["Invite people"]).await;
    let _mails = [smtp.invitation_to(NEW, 1).await, smtp.invitation_to(BOB, 1).await, smtp.invitation_to(EVE, 1).await];

    // The same buttons are on the page of members, with scripts and without.
    let button = |action: &str, email: &str| format!("form[action$='/{action}'] button[aria-label$='{email}']");
    browser.open(&members).await;
    browser.follow(&button("resend", NEW)).await;
    browser.shows(&["The invitation is on its way again.", "Members"]).await;
    assert_eq!(browser.path().await, members);
    let newest = smtp.invitation_to(NEW, 2).await;
    browser.run_scripts(Scripts::Off).await;
    browser.open(&members).await;
    browser.follow(&button("revoke", EVE)).await;
    browser.shows(&["The invitation was taken back.", NEW, BOB]).await;
    assert!(!browser.text().await.contains(EVE));
    browser.run_scripts(Scripts::On).await;

    browser.forget().await;
    for (token, told) in [
        (&newest, "Sign up and join"),
        (&smtp.invitation_to(EVE, 1).await, "This invitation does not work any more"),
        (&smtp.mails_to(NEW)[0].token(), "This invitation does not work any more"),
    ] {
        browser.open(&format!("/invitation?token={token}")).await;
        browser.shows(&[told]).await;
    }
    browser.was_quiet().await;
}

/// Where nobody signs up without an invitation.
pub(crate) async fn an_invitation_is_answered_by_each_visitor(database: Database) {
    let smtp = SmtpServer::start();
    let setup = setup(&database).with_mail_to(&smtp);
    let before = setup.start().await;
    let ann = before.client().sign_up(ANN).await;
    for email in [BOB, EVE] {
        before.client().sign_up(email).await;
    }
    let id = ann.add_organization("acme").await;
    for (email, role) in [(BOB, "admin"), (EVE, "viewer"), (NEW, "member")] {
        ann.invite(&id, email, role).await;
    }
    let link = async |email: &str| format!("/invitation?token={}", smtp.invitation_to(email, 1).await);
    let server = setup.with("IRONPLATE__REGISTRATION__MODE", "closed").start().await;
    let Some(browser) = Browser::on(&server).await else { return };

    // Nobody is logged in, and the address has an account.
    browser.open(&link(BOB).await).await;
    browser.shows(&["Join “acme”", ANN, "Admin", "manages members and viewers", "The address has an account"]).await;
    browser.follow("main a.main").await;
    let referrer = browser.script("return document.referrer").await;
    assert!(referrer.as_str().is_some_and(|it| it.ends_with('/') && !it.contains("token")), "{referrer}");
    browser.fill("email", BOB).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    // Now they are, and it is theirs.
    browser.shows(&["Join “acme”", "Accept"]).await;
    browser.follow("button[value=accept]").await;
    browser.shows(&["You are a member now", "At hand", "acme", BOB]).await;
    assert_eq!(browser.path().await, format!("/dashboard/organizations/{id}/members"));
    browser.open("/dashboard").await;
    browser.shows(&["acme", "Organisation"]).await;

    // It is for another account, which is not there yet.
    browser.open(&link(NEW).await).await;
    browser.shows(&[&format!("This invitation is for {NEW}; you are logged in as {BOB}.")]).await;
    browser.follow("form[action$='log-out'] button").await;
    browser.shows(&["You are logged out.", "Sign up and join"]).await;
    browser.fill("full_name", "Nell").await;
    browser.fill("password", "short").await;
    browser.follow("button[value=sign_up]").await;
    browser.shows(&["at least 8 characters"]).await;
    // The link is still good for a page that is loaded again.
    browser.open(&browser.path().await).await;
    browser.fill("full_name", "Nell").await;
    browser.fill("password", PASSWORD).await;
    browser.follow("button[value=sign_up]").await;
    browser.shows(&["Welcome! Your account was created", "acme", "Nell"]).await;
    log_in(&browser, NEW, PASSWORD).await;
    browser.shows(&["Hello, Nell"]).await;

    // The link is used up; and anybody who has one declines.
    browser.open(&link(NEW).await).await;
    browser.shows(&["This invitation does not work any more", "Your organisations and invitations"]).await;
    browser.forget().await;
    browser.run_scripts(Scripts::Off).await;
    browser.open(&link(EVE).await).await;
    browser.follow("button[value=decline]").await;
    browser.shows(&["You declined the invitation.", "Log in"]).await;
    browser.open(&link(EVE).await).await;
    browser.shows(&["This invitation does not work any more"]).await;
    browser.run_scripts(Scripts::On).await;
    let members = ann.get(&format!("organizations/{id}/members/?order_by=email")).await.ok();
    let roles: Vec<_> = members["data"].as_array().unwrap().iter().map(|it| (&it["email"], &it["role"])).collect();
    let expected = [(ANN, "owner"), (BOB, "admin"), (NEW, "member")].map(|(email, role)| (json!(email), json!(role)));
    assert_eq!(roles, expected.each_ref().map(|(email, role)| (email, role)));
    browser.was_quiet().await;
}

pub(crate) async fn an_invitation_is_answered_among_ones_own_organisations(database: Database) {
    let smtp = SmtpServer::start();
    let server = setup(&database).with_mail_to(&smtp).start().await;
    let ann = server.client().sign_up(ANN).await;
    let bob = server.client().sign_up(BOB).await;
    let _verified = bob.verify_email(&smtp.wait_for_mail_to(BOB).await.token()).await.ok();
    for slug in ["acme", "umbrella"] {
        let id = ann.add_organization(slug).await;
        ann.invite(&id, BOB, "member").await;
    }
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, BOB, PASSWORD).await;
    browser.open("/dashboard/organizations").await;
    browser.shows(&["Invitations to you", "acme", "umbrella", ANN, "No organisations yet"]).await;
    browser.is_accessible().await;
    browser.follow("button[aria-label='Decline: acme']").await;
    browser.shows(&["You declined the invitation.", "umbrella"]).await;
    assert!(!browser.text().await.contains("acme"));
    browser.follow("button[aria-label='Accept: umbrella']").await;
    browser.shows(&["You are a member now", "umbrella", BOB, ANN]).await;
    browser.open("/dashboard/organizations").await;
    browser.shows(&["umbrella", "At hand"]).await;
    assert!(!browser.text().await.contains("Invitations to you"));
    browser.was_quiet().await;
}
