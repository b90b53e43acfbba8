//! Ways in: sign-up, log-in, and the links in mail.

use ironplate_tests::{Browser, Database, PASSWORD, SUPERUSER};

use super::{ANN, follow_mail, log_in, server, setup};

pub(crate) async fn a_newcomer_signs_up_and_confirms_their_address(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    browser.open("/").await;
    browser.shows(&["Log in", "No account yet?"]).await;
    browser.follow("a[href='/dashboard/sign-up']").await;
    browser.fill("full_name", "Ann Lindqvist").await;
    browser.fill("email", "ann@").await;
    browser.fill("password", "short").await;
    browser.follow("main form .main").await;
    browser.shows(&["Please check what you entered", "Enter an email address", "at least 8 characters"]).await;
    assert_eq!(browser.script("return document.activeElement.id").await, "problem", "errors are told first");
    browser.fill("email", ANN).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["Welcome!", "We sent you a mail to confirm your address.", "Hello, Ann Lindqvist"]).await;
    assert!(!browser.text().await.contains("not confirmed"), "it is said once");
    browser.open("/dashboard/settings/profile").await;
    browser.shows(&["Your email address is not confirmed yet.", "We sent you a link on", "Send me another"]).await;

    follow_mail(&browser, &server, "Confirm your").await;
    browser.shows(&["Confirm your email address", ANN]).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your email address is confirmed.", "Hello, Ann Lindqvist"]).await;
    assert!(!browser.text().await.contains("not confirmed"));
    browser.was_quiet().await;
}

/// Nobody but the owner of the address gets to choose the password.
pub(crate) async fn who_signs_up_where_addresses_are_verified_first_chooses_a_password_by_the_link(database: Database) {
    let setup = setup(&database).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    let server = setup.start_with_links_to_itself().await;
    let Some(browser) = Browser::on(&server).await else { return };
    browser.open("/dashboard/sign-up").await;
    browser.fill("email", ANN).await;
    browser.follow("main form .main").await;
    browser.shows(&["Check your inbox", ANN]).await;
    follow_mail(&browser, &server, "Finish signing up").await;
    browser.shows(&["Choose your password", "confirms your email address"]).await;
    browser.fill("password", "short").await;
    browser.follow("main form .main").await;
    browser.shows(&["at least 8 characters"]).await;
    // The link is still good for a page that is loaded again.
    browser.open(&browser.path().await).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["Your password is set."]).await;
    log_in(&browser, ANN, PASSWORD).await;
    follow_mail(&browser, &server, "Finish signing up").await;
    browser.shows(&["This link does not work any more", "No account yet?"]).await;
    browser.was_quiet().await;
}

pub(crate) async fn a_forgotten_password_is_replaced(database: Database) {
    let server = server(&database).await;
    server.client().sign_up(ANN).await;
    let Some(browser) = Browser::on(&server).await else { return };
    browser.open("/dashboard/log-in").await;
    browser.follow("a[href='/dashboard/forgot-password']").await;
    browser.fill("email", ANN).await;
    browser.follow("main form .main").await;
    browser.shows(&["Check your inbox", ANN]).await;
    follow_mail(&browser, &server, "Password recovery").await;
    browser.shows(&["Choose a new password", "Show"]).await;
    browser.fill("password", "another battery staple").await;
    browser.follow("main form .main").await;
    browser.shows(&["Your password is set."]).await;
    log_in(&browser, ANN, "another battery staple").await;
    browser.was_quiet().await;
}

pub(crate) async fn whoever_is_invited_chooses_a_password_by_the_link(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/users/new").await;
    browser.fill("email", ANN).await;
    browser.follow("main form .main").await;
    browser.shows(&["the invitation is on its way", "Invited"]).await;
    browser.open("/dashboard").await;
    browser.click(".who summary").await;
    browser.follow(".who form button").await;
    browser.shows(&["You are logged out."]).await;
    follow_mail(&browser, &server, "New account").await;
    browser.shows(&["Choose your password", "An administrator made an account for you."]).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    log_in(&browser, ANN, PASSWORD).await;
    assert!(!browser.text().await.contains("not confirmed"), "who follows a link has the address");
    browser.was_quiet().await;
}

pub(crate) async fn a_session_that_is_over_loses_nothing(database: Database) {
    let server = server(&database).await;
    let Some(browser) = Browser::on(&server).await else { return };
    log_in(&browser, SUPERUSER, PASSWORD).await;
    browser.open("/dashboard/organizations/new").await;
    browser.fill("name", "Long in the writing").await;
    // Another tab logs out.
    let gone = "return (async () => (await fetch('/api/v1/session', {method: 'DELETE'})).status)()";
    assert_eq!(browser.script(gone).await, 200);
    browser.follow("main form .main").await;
    browser.shows(&["Log in again", "What you typed is not lost"]).await;
    browser.fill("email", SUPERUSER).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("main form .main").await;
    browser.shows(&["You are logged in again", "Name", "Long in the writing"]).await;
    browser.follow("main form .main").await;
    browser.shows(&["The organisation was created.", "Long in the writing"]).await;
    // Back leads past what was sent, and sends nothing again.
    for _ in 0..3 {
        browser.back().await;
        browser.shows(&["New organisation"]).await;
    }
    browser.open("/dashboard/nowhere").await;
    browser.shows(&["Not found", "request id"]).await;
    browser.was_quiet().await;
}
