//! Mail servers that take their time for some recipients hold up nobody else's mail. Here they hold them until they are given up.

use ironplate_tests::{Behaviour, Client, Database, Server, Setup, SmtpServer, Stage, on_both_databases};

on_both_databases!(
    a_domain_that_tarpits_holds_up_no_other,
    many_domains_that_tarpit_do_not_hold_up_a_new_mail,
    what_was_tried_before_does_not_hold_up_what_was_not,
    a_slow_recipient_gets_their_mail,
);

const ANN: &str = "ann@example.com";

const MANY: usize = 48;

/// A server that owes mail to many who are held for ever as soon as they are named, and its superuser.
async fn tarpitted(database: &Database, smtp: &SmtpServer, address: impl Fn(usize) -> String) -> (Server, Client) {
    let setup = Setup::on(database).with_mail_to(smtp).with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1");
    let server = setup.start().await;
    let root = server.superuser().await;
    for address in (0..MANY).map(address) {
        smtp.tell_about(&address, Behaviour::HangAt(Stage::Recipient));
        root.send_test_mail(&address).await;
    }
    smtp.wait_for_attempts(1).await;
    (server, root)
}

async fn a_domain_that_tarpits_holds_up_no_other(database: Database) {
    let smtp = SmtpServer::start();
    let (_server, root) = tarpitted(&database, &smtp, |n| format!("user{n}@tarpit.example")).await;
    root.send_test_mail(ANN).await;
    smtp.wait_for_mail_to(ANN).await;
    assert!(smtp.attempts() < MANY, "it waited until each was given up");
}

/// It is claimed before those that have waited for longer.
async fn many_domains_that_tarpit_do_not_hold_up_a_new_mail(database: Database) {
    let smtp = SmtpServer::start();
    let (_server, root) = tarpitted(&database, &smtp, |n| format!("user@{n}.example")).await;
    root.send_test_mail(ANN).await;
    smtp.wait_for_mail_to(ANN).await;
    assert!(smtp.attempts() < MANY, "it waited until each was given up");
}

async fn what_was_tried_before_does_not_hold_up_what_was_not(database: Database) {
    let smtp = SmtpServer::start();
    let (_server, root) = tarpitted(&database, &smtp, |n| format!("user@{n}.example")).await;
    smtp.wait_for_attempts(MANY + 4).await;
    let before = smtp.attempts();
    root.send_test_mail(ANN).await;
    smtp.wait_for_mail_to(ANN).await;
    assert!(smtp.attempts() < before + MANY / 4, "it waited for what failed before");
}

/// At a later attempt, for which there is more patience.
async fn a_slow_recipient_gets_their_mail(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell_about(ANN, Behaviour::SlowAt(Stage::Recipient));
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1");
    let server = setup.start().await;
    server.superuser().await.send_test_mail(ANN).await;
    smtp.wait_for_mail_to(ANN).await;
    assert!(smtp.attempts() > 1, "the first attempt has less patience");
}
