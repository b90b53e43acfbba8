//! Getting back in by a mailed link: a link is a key, works once, and fits one lock.

use futures::future::join_all;
use ironplate_tests::{
    Client, Database, FRONTEND, NEW_PASSWORD, PASSWORD, SENDER, SUPERUSER, Server, Setup, SmtpServer, on_both_databases,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    a_forgotten_password_is_reset_by_mail,
    a_link_works_for_one_of_many_at_once,
    a_newer_link_supersedes_the_older,
    of_two_links_the_later_one_works,
    a_change_of_password_or_address_kills_links,
    a_link_fits_one_purpose,
    unknown_and_inactive_addresses_answer_alike,
    links_are_built_from_the_configuration_alone,
    a_preview_holds_no_live_link,
);

const ANN: &str = "ann@example.com";
const SAME_ANSWER: &str = "If that email is registered, we sent a password recovery link";

/// A server with its mail server, and Ann, whose address is not verified yet.
async fn world(database: &Database) -> (SmtpServer, Server, Client) {
    let smtp = SmtpServer::start();
    let server = Setup::on(database).with_mail_to(&smtp).start().await;
    let ann = server.client().sign_up(ANN).await;
    smtp.wait_for_mails_to(ANN, 1).await;
    (smtp, server, ann)
}

/// Asks for a recovery mail; answers the token in it.
async fn recovery_token(smtp: &SmtpServer, visitor: &Client) -> String {
    let before = smtp.mails_to(ANN).len();
    let _message = visitor.ask_for_recovery(ANN).await.ok();
    let mails = smtp.wait_for_mails_to(ANN, before + 1).await;
    // Notices may arrive between.
    mails.iter().rfind(|mail| mail.html.contains("/reset-password?token=")).expect("a mail with a link").token()
}

async fn a_forgotten_password_is_reset_by_mail(database: Database) {
    let (smtp, server, ann) = world(&database).await;
    let elsewhere = server.client().log_in(ANN).await;
    assert_eq!(ann.get("users/me").await.ok()["is_verified"], false);

    let visitor = server.client();
    // The contract's path, in another spelling of the address.
    let asked = visitor.post("password-recovery/ANN%40EXAMPLE.com", &Value::Null).await.ok();
    assert_eq!(asked["message"], SAME_ANSWER);
    let mail = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap();
    assert_eq!((mail.sender.as_str(), mail.to.as_slice()), (SENDER, [ANN.to_owned()].as_slice()));
    assert!(mail.link().as_str().starts_with(&format!("{FRONTEND}/reset-password?token=")), "{}", mail.link());
    assert!(mail.html.contains(&mail.token()), "the button leads to the same place");
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    let token = mail.token();

    visitor.reset_password(&token, "short").await.assert_refused(422, "validation_error");
    let reset = visitor.reset_password(&token, NEW_PASSWORD).await.ok();
    assert_eq!(reset["message"], "Password updated successfully");
    ann.assert_logged_out().await;
    elsewhere.assert_logged_out().await;
    visitor.assert_no_log_in(ANN, PASSWORD).await;
    let access = visitor.ask_for_token(ANN, NEW_PASSWORD).await.ok();
    let ann = visitor.with_token(access["access_token"].as_str().unwrap());
    assert_eq!(ann.get("users/me").await.ok()["is_verified"], true, "the link went to this address");

    let again = visitor.reset_password(&token, "a-third-fine-password-9").await;
    again.assert_refused(400, "invalid_token");
    assert_eq!(again.json()["detail"], "Invalid token");
    let _me = ann.get("users/me").await.ok();
    let notice = smtp.wait_for_mails_to(ANN, 3).await.pop().unwrap();
    assert_eq!(notice.token_if_any(), None, "a notice is no key");
    assert_ne!(notice.subject, mail.subject);
}

async fn a_link_works_for_one_of_many_at_once(database: Database) {
    let (smtp, server, _) = world(&database).await;
    let token = recovery_token(&smtp, &server.client()).await;
    let passwords: Vec<_> = (0..16).map(|n| format!("another-fine-password-{n}")).collect();
    let visitor = server.client();
    let answers = join_all(passwords.iter().map(|password| visitor.reset_password(&token, password))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().zip(&passwords).partition(|(answer, _)| answer.status == 200);
    assert_eq!(won.len(), 1, "{won:?}");
    for (answer, password) in lost {
        answer.assert_refused(400, "invalid_token");
        visitor.assert_no_log_in(ANN, password).await;
    }
    let _access = visitor.ask_for_token(ANN, won[0].1).await.ok();
}

async fn a_newer_link_supersedes_the_older(database: Database) {
    let (smtp, server, _) = world(&database).await;
    let visitor = server.client();
    let (older, newer) = (recovery_token(&smtp, &visitor).await, recovery_token(&smtp, &visitor).await);
    visitor.reset_password(&older, NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    let _message = visitor.reset_password(&newer, NEW_PASSWORD).await.ok();
}

/// As by a double click: the person opens the newest mail.
async fn of_two_links_the_later_one_works(database: Database) {
    let (smtp, server, _) = world(&database).await;
    let visitor = server.client();
    // A link that a newer one replaced before it was mailed is not mailed.
    for count in 2..=3 {
        let _message = visitor.ask_for_recovery(ANN).await.ok();
        smtp.wait_for_mails_to(ANN, count).await;
    }
    let mut mails = smtp.mails_to(ANN).split_off(1);
    // Identifiers sort by the time of the request.
    mails.sort_by(|one, other| one.message_id().cmp(other.message_id()));
    visitor.reset_password(&mails[0].token(), NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    let _message = visitor.reset_password(&mails[1].token(), NEW_PASSWORD).await.ok();
}

async fn a_change_of_password_or_address_kills_links(database: Database) {
    let (smtp, server, ann) = world(&database).await;
    let visitor = server.client();
    let token = recovery_token(&smtp, &visitor).await;
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = ann.patch("users/me/password", &change).await.ok();
    visitor.reset_password(&token, PASSWORD).await.assert_refused(400, "invalid_token");
    smtp.wait_for_mails_to(ANN, 3).await;

    let token = recovery_token(&smtp, &visitor).await;
    let moved = ann.patch("users/me", &json!({ "email": "ann@example.org" })).await.ok();
    assert_eq!(moved["email"], "ann@example.org");
    visitor.reset_password(&token, PASSWORD).await.assert_refused(400, "invalid_token");
}

async fn a_link_fits_one_purpose(database: Database) {
    let (smtp, server, ann) = world(&database).await;
    let visitor = server.client();
    let verify = smtp.mails_to(ANN)[0].token();
    let reset = recovery_token(&smtp, &visitor).await;
    visitor.reset_password(&verify, NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    visitor.verify_email(&reset).await.assert_refused(400, "invalid_token");
    visitor.reset_password(ann.token().unwrap(), NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    visitor.with_token(&reset).get("users/me").await.assert_refused(403, "invalid_token");
    // None of that used them up.
    let _message = ann.verify_email(&verify).await.ok();
    let _message = visitor.reset_password(&reset, NEW_PASSWORD).await.ok();
}

async fn unknown_and_inactive_addresses_answer_alike(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let server = setup.start().await;
    let ann = server.client().sign_up(ANN).await;
    smtp.wait_for_mails_to(ANN, 1).await;
    let (root, visitor) = (server.superuser().await, server.client());
    let token = recovery_token(&smtp, &visitor).await;
    let before = smtp.mails_to(ANN).len();
    let path = format!("users/{}", ann.id().await);
    let _user = root.patch(&path, &json!({ "is_active": false })).await.ok();
    for address in ["nobody@example.com", ANN, "no address at all"] {
        let answer = visitor.post(&format!("password-recovery/{address}"), &Value::Null).await;
        assert_eq!(answer.ok(), json!({ "message": SAME_ANSWER }), "{address}");
    }
    visitor.reset_password(&token, NEW_PASSWORD).await.assert_refused(400, "inactive_user");
    let _message = visitor.ask_for_recovery(SUPERUSER).await.ok();
    smtp.wait_for_mail_to(SUPERUSER).await;
    setup.wait_for_empty_outbox().await;
    assert!(smtp.mails_to("nobody@example.com").is_empty());
    assert_eq!(smtp.mails_to(ANN).len(), before, "a link would open nothing");
    let _user = root.patch(&path, &json!({ "is_active": true })).await.ok();
    let _message = visitor.reset_password(&token, NEW_PASSWORD).await.ok();
}

async fn links_are_built_from_the_configuration_alone(database: Database) {
    let (smtp, server, ann) = world(&database).await;
    let evil = [
        ("Host", "evil.test"),
        ("X-Forwarded-Host", "evil.test"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Original-Host", "evil.test"),
        ("Forwarded", "host=evil.test;proto=http"),
        ("Origin", "https://evil.test"),
        ("Referer", "https://evil.test/"),
    ];
    let send = async |mut request: reqwest::RequestBuilder| {
        for (name, value) in evil {
            request = request.header(name, value);
        }
        let _answer = Client::send(request).await.unwrap().ok();
    };
    let visitor = server.client();
    send(visitor.request(Method::POST, "password-recovery").json(&json!({ "email": ANN }))).await;
    send(ann.request(Method::POST, "users/me/verify-email")).await;
    smtp.wait_for_mails_to(ANN, 3).await;
    send(ann.request(Method::PATCH, "users/me").json(&json!({ "email": "ann@example.org" }))).await;
    let root = server.superuser().await;
    send(root.request(Method::POST, "users/").json(&json!({ "email": "bob@example.com" }))).await;
    smtp.wait_for_mail_to("bob@example.com").await;
    smtp.wait_for_mail_to("ann@example.org").await;
    for mail in smtp.wait_for(6).await {
        assert!(mail.link().as_str().starts_with(&format!("{FRONTEND}/")), "{}", mail.link());
        assert!(!mail.source.contains("evil"), "{}", mail.source);
        assert!(!mail.html.contains("evil") && !mail.text.contains("evil"), "{}", mail.source);
    }
}

async fn a_preview_holds_no_live_link(database: Database) {
    let (smtp, server, ann) = world(&database).await;
    let root = server.superuser().await;
    let path = format!("password-recovery-html-content/{ANN}");
    let preview = root.post(&path, &Value::Null).await;
    assert_eq!(
        (preview.status, preview.header("content-type")),
        (200, Some("text/html; charset=utf-8")),
        "{preview:?}"
    );
    assert!(preview.header("subject").is_some_and(|subject| !subject.is_empty()), "{preview:?}");
    assert!(preview.text.contains(&format!("{FRONTEND}/reset-password?token=")), "{preview:?}");
    ann.post(&path, &Value::Null).await.assert_refused(403, "not_enough_privileges");
    let nobody = root.post("password-recovery-html-content/nobody@example.com", &Value::Null).await;
    nobody.assert_refused(404, "user_not_found");

    let (_, after) = preview.text.split_once("reset-password?token=").unwrap();
    let token = after.split(|end: char| !end.is_ascii_alphanumeric() && !"-_".contains(end)).next().unwrap();
    server.client().reset_password(token, NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    let _access = server.client().ask_for_token(SUPERUSER, PASSWORD).await.ok();
    assert_eq!(smtp.count(), 1, "and nothing was sent");
}
