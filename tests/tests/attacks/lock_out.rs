//! Guesses that are not meant to be right, but to keep somebody else out.

use futures::future::join_all;
use ironplate_tests::{Client, Database, NEW_PASSWORD, PASSWORD, Server, Setup, SmtpServer, on_both_databases};

use super::world::{ANN, BOB, WRONG};

on_both_databases!(
    nobody_locks_out_a_client_that_the_account_knows,
    nobody_ends_the_sessions_of_another_by_guessing,
    one_account_that_is_guessed_at_keeps_nobody_else_out,
    who_is_locked_out_gets_in_by_a_mailed_link,
);

const HOME: &str = "198.51.100.7";

/// Ann has been logged in from home; then all guesses at her account are used up.
async fn besieged(setup: Setup) -> (Server, Client) {
    let setup = setup.behind_proxy().with_limit("log_in_per_account", "5 per day");
    let server = setup.with_limit("log_in_per_known_client", "5 per day").start().await;
    let home = server.client().at_address(HOME);
    let ann = home.sign_up(ANN).await;
    let guesses = (0..20).map(|n| {
        let attacker = server.client().at_address(&format!("203.0.113.{n}"));
        async move { attacker.ask_for_token(ANN, WRONG).await }
    });
    let refused = join_all(guesses).await.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(refused, 15);
    (server, ann)
}

async fn nobody_locks_out_a_client_that_the_account_knows(database: Database) {
    let (server, _ann) = besieged(Setup::on(&database)).await;
    let home = server.client().at_address(HOME);
    for _ in 0..10 {
        let _session = home.open_session(ANN).await;
    }
    // A stranger is out, with the right password, too.
    server
        .client()
        .at_address("203.0.113.99")
        .ask_for_token(ANN, PASSWORD)
        .await
        .assert_refused(429, "too_many_attempts");
    // At home, guesses are counted as well, and told like those of strangers: they would tell that the account exists.
    for _ in 0..5 {
        home.ask_for_token(ANN, WRONG).await.assert_refused(429, "too_many_attempts");
    }
    home.ask_for_token(ANN, PASSWORD).await.assert_refused(429, "too_many_attempts");
}

async fn nobody_ends_the_sessions_of_another_by_guessing(database: Database) {
    let (_server, ann) = besieged(Setup::on(&database)).await;
    let _me = ann.get("users/me").await.ok();
    assert_eq!(ann.get("users/me").await.ok()["is_active"], true);
}

async fn one_account_that_is_guessed_at_keeps_nobody_else_out(database: Database) {
    let (server, _ann) = besieged(Setup::on(&database)).await;
    let _bob = server.client().at_address("203.0.113.1").sign_up(BOB).await;
}

async fn who_is_locked_out_gets_in_by_a_mailed_link(database: Database) {
    let smtp = SmtpServer::start();
    let (server, _ann) = besieged(Setup::on(&database).with_mail_to(&smtp)).await;
    smtp.wait_for_mail_to(ANN).await;
    let travelling = server.client().at_address("192.0.2.55");
    travelling.ask_for_token(ANN, PASSWORD).await.assert_refused(429, "too_many_attempts");
    let _message = travelling.ask_for_recovery(ANN).await.ok();
    let token = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap().token();
    let _message = travelling.reset_password(&token, NEW_PASSWORD).await.ok();
    let _tokens = server.client().at_address(HOME).ask_for_token(ANN, NEW_PASSWORD).await.ok();
}
