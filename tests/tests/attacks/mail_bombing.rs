//! Mail that an attacker has sent to a mailbox of somebody else.

use ironplate_tests::{Database, Setup, SmtpServer, on_both_databases};
use serde_json::json;

use super::world::{ANN, BOB, NOBODY};

on_both_databases!(
    nobody_fills_a_mailbox_with_recoveries_and_sign_ups,
    nobody_fills_a_mailbox_with_changes_of_address,
    nobody_fills_a_mailbox_with_invitations,
    nobody_asks_about_addresses_without_end_by_changing_to_them,
);

const AT_MOST: usize = 3;

fn limited(database: &Database, smtp: &SmtpServer) -> Setup {
    let quota = format!("{AT_MOST} per day");
    Setup::on(database).with_mail_to(smtp).with_limit("mail_per_recipient", &quota).behind_proxy()
}

async fn assert_at_most(setup: &Setup, smtp: &SmtpServer, victim: &str) {
    setup.wait_for_empty_outbox().await;
    let mails = smtp.mails_to(victim).len();
    assert!((1..=AT_MOST).contains(&mails), "{mails} mails");
}

async fn nobody_fills_a_mailbox_with_recoveries_and_sign_ups(database: Database) {
    let smtp = SmtpServer::start();
    let setup = limited(&database, &smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    let server = setup.start().await;
    for n in 0..10 {
        let bot = server.client().at_address(&format!("203.0.113.{n}"));
        let _answers = (bot.ask_for_account(NOBODY).await, bot.ask_for_recovery("NOBODY@example.com").await);
    }
    assert_at_most(&setup, &smtp, NOBODY).await;
}

async fn nobody_fills_a_mailbox_with_changes_of_address(database: Database) {
    for confirm in ["true", "false"] {
        let smtp = SmtpServer::start();
        let setup = limited(&database, &smtp).with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", confirm);
        // Each account has permits of its own for what it does; here there are many accounts.
        let server = setup.clone().with_limit("email_change_per_account", "1 per day").start().await;
        let victim = format!("victim-{confirm}@example.com");
        for n in 0..10 {
            let bot = server.client().sign_up(&format!("bot{n}-{confirm}@example.com")).await;
            let answer = bot.patch("users/me", &json!({ "email": victim })).await;
            assert!([200, 409, 429].contains(&answer.status), "{answer:?}");
        }
        assert_at_most(&setup, &smtp, &victim).await;
    }
}

/// From many accounts, to many organisations, in many spellings, and again and again.
async fn nobody_fills_a_mailbox_with_invitations(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let setup = setup.with_limit("invitations_per_recipient", &format!("{AT_MOST} per day"));
    let server = setup.start().await;
    for n in 0..5 {
        let bot = server.client().sign_up(&format!("bot{n}@example.com")).await;
        let organization = bot.add_organization(&format!("bots-{n}")).await;
        let path = format!("organizations/{organization}/invitations/");
        let results = bot.ask_to_invite(&organization, &["NOBODY@EXAMPLE.COM", NOBODY], "owner").await.ok();
        let Some(sent) = results["data"][0]["id"].as_str() else { continue };
        let _again = bot.post(&format!("{path}{sent}/resend"), &json!(null)).await;
        let _deleted = bot.delete(&format!("{path}{sent}")).await.ok();
        let _anew = bot.ask_to_invite(&organization, &[NOBODY], "owner").await;
    }
    setup.wait_for_empty_outbox().await;
    let mails = smtp.mails_to(NOBODY).len() + smtp.mails_to("NOBODY@example.com").len();
    assert!((1..=AT_MOST).contains(&mails), "{mails} mails");
}

async fn nobody_asks_about_addresses_without_end_by_changing_to_them(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true");
    let server = setup.with_limit("email_change_per_account", &format!("{AT_MOST} per day")).start().await;
    let _ann = server.client().sign_up(ANN).await;
    let bob = server.client().sign_up(BOB).await;
    let mut statuses = Vec::new();
    for address in [ANN, "a@example.com", "b@example.com", ANN, "c@example.com"] {
        statuses.push(bob.patch("users/me", &json!({ "email": address })).await.status);
    }
    assert_eq!(statuses, [409, 200, 200, 429, 429]);
    // The rest of the profile costs nothing, nor does one's own address.
    let _user = bob.patch("users/me", &json!({ "full_name": "Bob", "email": "BOB@example.com" })).await.ok();
}
