//! The dashboard in a real browser: every page, every flow, for a stranger, a newcomer, a user and a superuser.

mod administration;
mod entry;
mod invitations;
mod items;
mod looks;
mod organizations;
mod passkeys;
mod security;
mod settings;

use administration::*;
use entry::*;
use invitations::*;
use ironplate_tests::{Browser, Database, Server, Setup, on_both_databases, until};
use items::*;
use looks::{Looks, fits};
use organizations::*;
use passkeys::*;
use security::*;
use settings::*;

on_both_databases!(
    a_newcomer_signs_up_and_confirms_their_address,
    who_signs_up_where_addresses_are_verified_first_chooses_a_password_by_the_link,
    a_forgotten_password_is_replaced,
    whoever_is_invited_chooses_a_password_by_the_link,
    a_session_that_is_over_loses_nothing,
    items_are_kept_with_scripts_and_without,
    items_are_found_sorted_and_changed,
    items_of_an_organization_are_made_moved_and_looked_at,
    an_organization_is_made_and_looked_after,
    an_organization_is_chosen_by_keyboard,
    people_are_invited_at_once_and_looked_after,
    an_invitation_is_answered_by_each_visitor,
    an_invitation_is_answered_among_ones_own_organisations,
    settings_are_changed,
    a_new_address_counts_when_its_link_is_followed,
    who_is_asked_again_loses_nothing,
    other_devices_are_logged_out,
    an_app_is_added_and_asked_for,
    a_passkey_is_added_and_opens_the_account,
    a_simple_security_key_is_asked_for_after_the_password,
    without_scripts_passkeys_are_explained_and_not_offered,
    superusers_look_after_everything,
    accounts_are_found_changed_and_deleted,
    organizations_are_found_and_deleted,
    mail_that_was_given_up_is_retried_and_discarded,
);

const ANN: &str = "ann@example.com";

/// In development, where mail is to be looked at.
fn setup(database: &Database) -> Setup {
    Setup::on(database)
        .with("ENVIRONMENT", "development")
        .with("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "1024")
        .with("IRONPLATE__PASSWORD_HASHING__ITERATIONS", "1")
}

async fn server(database: &Database) -> Server {
    setup(database).start_with_links_to_itself().await
}

/// Whoever was logged in before.
async fn log_in(browser: &Browser, email: &str, password: &str) {
    browser.forget().await;
    browser.open("/dashboard/log-in").await;
    browser.fill("email", email).await;
    browser.fill("password", password).await;
    browser.follow("main form .main").await;
    browser.shows(&["Hello"]).await;
}

/// Follows the link of the newest mail of this subject.
async fn follow_mail(browser: &Browser, server: &Server, words: &str) {
    browser.open(&mailed_link(server, words).await).await;
}

/// Where the link of the newest mail of this subject leads.
async fn mailed_link(server: &Server, words: &str) -> String {
    let visitor = server.client();
    let path = until("the mail is there", async || {
        let list = visitor.get("/dev/mailbox").await.text;
        let (before, _) = list.split_once(words)?;
        let (_, path) = before.rsplit_once("href=\"")?;
        Some(path.split('"').next()?.to_owned())
    })
    .await;
    let mail = visitor.get(&format!("{path}/text")).await.text;
    let link = mail.split_whitespace().find(|word| word.contains("?token=")).expect("a link");
    let base = format!("http://{}", server.address());
    link.strip_prefix(&base).unwrap_or_else(|| panic!("{link} leads elsewhere")).to_owned()
}
