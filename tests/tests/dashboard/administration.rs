//! What superusers look after.

use ironplate_tests::{Behaviour, Browser, Database, PASSWORD, SUPERUSER, SmtpServer, Stage, until};

use super::{ANN, log_in, server, setup};

pub(crate) async fn superusers_look_after_everything(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/users").await;
    browser.follow("main .head .main").await;
    browser.fill("email", ANN).await;
    browser.fill("full_name", "Ann").await;
    browser.follow("main form .main").await;
    browser.shows(&["the invitation is on its way", "Ann", "Invited"]).await;
    browser.click("a[data-confirm]").await;
    browser.shows(&["Deactivate this user?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The user is inactive", "Inactive", "Activate"]).await;
    browser.open("/dashboard/users?state=inactive").await;
    browser.shows(&["Ann", "1–1 of 1"]).await;

    browser.open("/dashboard/audit").await;
    browser.fill("actor", SUPERUSER).await;
    browser.choose("kind", "user.created").await;
    browser.follow("main .filters button").await;
    browser.click("main summary").await;
    browser.shows(&["User created", "All of this request"]).await;
    browser.follow("a[href*='request=']").await;
    browser.shows(&["User created"]).await;

    browser.open("/dashboard/outbox").await;
    until("the mail is sent", async || {
        browser.open("/dashboard/outbox?state=sent").await;
        browser.text().await.contains("Invitation").then_some(())
    })
    .await;
    browser.follow("tbody a").await;
    browser.shows(&["Its links are examples", ANN]).await;
    browser.open("/dashboard/system").await;
    browser.shows(&["Up to date", "At work", "Limits in force"]).await;
    browser.follow("main form button").await;
    browser.shows(&["The test mail is on its way."]).await;
    browser.was_quiet().await;
}

pub(crate) async fn accounts_are_found_changed_and_deleted(database: Database) {
    let server = server(&database).await;
    let ann = server.client().sign_up(ANN).await;
    server.client().sign_up("bob@example.com").await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/users").await;
    browser.fill("q", "ann").await;
    browser.choose("role", "user").await;
    browser.follow("main .filters button").await;
    browser.shows(&[ANN, "1–1 of 1"]).await;
    browser.follow("tbody a").await;
    browser.shows(&["Account", "Sessions", "Newest events", "Sign-up"]).await;
    browser.follow("main .card header form button").await;
    browser.shows(&["The user is logged out everywhere.", "Logged in nowhere."]).await;
    assert_eq!(ann.get("users/me").await.status, 403);

    browser.follow(".head a[href$='/edit']").await;
    browser.fill("full_name", "Ann Lindqvist").await;
    browser.fill("email", "bob@example.com").await;
    browser.click("[name=is_superuser]").await;
    browser.follow("main form .main").await;
    browser.shows(&["Another account has this address"]).await;
    browser.fill("email", ANN).await;
    browser.follow("main form .main").await;
    browser.shows(&["The user was saved.", "Ann Lindqvist", "Superuser"]).await;
    browser.click(".head a[href$='/deactivate']").await;
    browser.shows(&["Deactivate this user?"]).await;
    browser.follow("dialog .main").await;
    browser.follow(".head form button").await;
    browser.shows(&["The user is active."]).await;
    browser.follow("a[href*='subject=']").await;
    browser.shows(&["User changed", "Log-in"]).await;
    browser.back().await;
    browser.click(".head a[href$='/delete']").await;
    browser.shows(&["Delete this user?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The user was deleted.", "1–2 of 2"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn organizations_are_found_and_deleted(database: Database) {
    let server = server(&database).await;
    let ann = server.client().sign_up(ANN).await;
    for slug in ["acme", "umbrella"] {
        ann.add_organization(slug).await;
    }
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.follow("nav a[href='/dashboard/all-organizations']").await;
    browser.shows(&["All organisations", "umbrella", "acme", "1–2 of 2"]).await;
    browser.fill("q", "acm").await;
    browser.follow("main .filters button").await;
    browser.shows(&["acme", "1–1 of 1"]).await;
    browser.follow("tbody a").await;
    browser.shows(&["Members", "Invitations", "Owners", ANN]).await;
    browser.click(".head a[href$='/delete']").await;
    browser.shows(&["Delete this organisation?", "1 member loses access."]).await;
    browser.fill("typed_name", "acme").await;
    browser.follow("dialog .main").await;
    browser.shows(&["The organisation was deleted.", "umbrella", "1–1 of 1"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn mail_that_was_given_up_is_retried_and_discarded(database: Database) {
    let smtp = SmtpServer::start();
    for address in ["user@0.example.com", "user@1.example.com"] {
        smtp.tell_about(address, Behaviour::AnswerAt(Stage::Recipient, "550 5.1.1 no such user"));
    }
    let server = setup(&database).with_mail_to(&smtp).start().await;
    let root = server.superuser().await;
    root.queue_test_mails(2).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    until("both are given up", async || {
        browser.open("/dashboard/outbox?state=dead").await;
        browser.text().await.contains("1–2 of 2").then_some(())
    })
    .await;
    browser.shows(&["no such user", "Send all now"]).await;
    browser.click("tbody a[data-confirm]").await;
    browser.shows(&["Discard this mail?"]).await;
    browser.follow("dialog .main").await;
    browser.shows(&["The mail was discarded.", "1–1 of 1"]).await;
    for address in ["user@0.example.com", "user@1.example.com"] {
        smtp.tell_about(address, Behaviour::Accept);
    }
    browser.follow("tbody form button").await;
    browser.shows(&["The mail is queued and due now."]).await;
    until("it is sent", async || {
        browser.open("/dashboard/outbox?state=sent").await;
        browser.text().await.contains("Test mail").then_some(())
    })
    .await;
    browser.was_quiet().await;
}
