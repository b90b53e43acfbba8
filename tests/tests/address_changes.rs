//! A new address, with confirmation and without; the old one is told either way.

use ironplate_tests::{
    Client, Database, FRONTEND, NEW_PASSWORD, PASSWORD, SUPERUSER, Server, Setup, SmtpServer, on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    without_confirmation_a_new_address_counts_at_once,
    with_confirmation_a_new_address_counts_once_its_link_was_followed,
    a_change_of_address_takes_more_than_the_mailbox,
    a_newer_wish_supersedes_the_older,
    a_new_password_kills_a_pending_change,
    a_pending_address_is_held_for_nobody,
    an_address_changed_by_a_superuser_is_told,
    verify_first_asks_for_confirmation_whatever_the_setting,
);

const OLD: &str = "ann@example.com";
const NEW: &str = "ann@example.org";

/// A server, and Ann, whose address is verified.
async fn world(database: &Database, confirm: &str) -> (SmtpServer, Server, Client) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(database).with_mail_to(&smtp);
    let server = setup.with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", confirm).start().await;
    let ann = server.client().sign_up(OLD).await;
    let _message = ann.verify_email(&smtp.wait_for_mail_to(OLD).await.token()).await.ok();
    (smtp, server, ann)
}

async fn me(client: &Client) -> (String, bool) {
    let me = client.get("users/me").await.ok();
    (me["email"].as_str().unwrap().to_owned(), me["is_verified"].as_bool().unwrap())
}

async fn without_confirmation_a_new_address_counts_at_once(database: Database) {
    let (smtp, server, ann) = world(&database, "false").await;
    let changed = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    assert_eq!((&changed["email"], &changed["is_verified"]), (&json!(NEW), &json!(false)));
    let notice = smtp.wait_for_mails_to(OLD, 2).await.pop().unwrap();
    assert!(notice.text.contains(NEW) && notice.token_if_any().is_none(), "{}", notice.text);
    let link = smtp.wait_for_mail_to(NEW).await;
    let _message = ann.verify_email(&link.token()).await.ok();
    assert_eq!(me(&ann).await, (NEW.to_owned(), true));
    let _ann = server.client().log_in(NEW).await;
    server.client().assert_no_log_in(OLD, PASSWORD).await;
}

async fn with_confirmation_a_new_address_counts_once_its_link_was_followed(database: Database) {
    let (smtp, server, ann) = world(&database, "true").await;
    let answered = ann.patch("users/me", &json!({ "email": NEW, "full_name": "Ann" })).await.ok();
    assert_eq!((&answered["email"], &answered["full_name"]), (&json!(OLD), &json!("Ann")));
    let told = smtp.wait_for_mails_to(OLD, 2).await.pop().unwrap();
    assert!(told.text.contains(NEW) && told.token_if_any().is_none(), "{}", told.text);
    server.client().assert_no_log_in(NEW, PASSWORD).await;

    let link = smtp.wait_for_mail_to(NEW).await;
    assert!(link.link().as_str().starts_with(&format!("{FRONTEND}/verify-email?token=")), "{}", link.link());
    server.client().reset_password(&link.token(), NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    let _message = ann.verify_email(&link.token()).await.ok();
    assert_eq!(me(&ann).await, (NEW.to_owned(), true));
    ann.verify_email(&link.token()).await.assert_refused(400, "invalid_token");
    let told = smtp.wait_for_mails_to(OLD, 3).await.pop().unwrap();
    assert!(told.text.contains(NEW), "{}", told.text);
    let _ann = server.client().log_in(NEW).await;
}

/// A mistyped address gives nobody the account.
async fn a_change_of_address_takes_more_than_the_mailbox(database: Database) {
    let (smtp, server, ann) = world(&database, "true").await;
    let _user = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let link = smtp.wait_for_mail_to(NEW).await.token();
    let (visitor, bob) = (server.client(), server.client().sign_up("bob@example.com").await);
    for stranger in [&visitor, &bob] {
        stranger.verify_email(&link).await.assert_refused(400, "session_required");
        stranger.claim(&link, NEW_PASSWORD).await.assert_refused(400, "session_required");
    }
    assert_eq!(me(&ann).await, (OLD.to_owned(), true));
    let elsewhere = visitor.log_in(OLD).await;
    let _message = elsewhere.verify_email(&link).await.ok();
    assert_eq!(me(&ann).await, (NEW.to_owned(), true));
}

async fn a_newer_wish_supersedes_the_older(database: Database) {
    let (smtp, _server, ann) = world(&database, "true").await;
    let _user = ann.patch("users/me", &json!({ "email": "typo@example.org" })).await.ok();
    let typo = smtp.wait_for_mail_to("typo@example.org").await;
    let _user = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let link = smtp.wait_for_mail_to(NEW).await;
    ann.verify_email(&typo.token()).await.assert_refused(400, "invalid_token");
    let _message = ann.verify_email(&link.token()).await.ok();
    assert_eq!(me(&ann).await.0, NEW);
}

async fn a_new_password_kills_a_pending_change(database: Database) {
    let (smtp, _server, ann) = world(&database, "true").await;
    let _user = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let link = smtp.wait_for_mail_to(NEW).await;
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = ann.patch("users/me/password", &change).await.ok();
    ann.verify_email(&link.token()).await.assert_refused(400, "invalid_token");
    assert_eq!(me(&ann).await.0, OLD);
}

async fn a_pending_address_is_held_for_nobody(database: Database) {
    let (smtp, server, ann) = world(&database, "true").await;
    let _user = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let link = smtp.wait_for_mail_to(NEW).await;
    let owner = server.client().sign_up(NEW).await;
    owner.verify_email(&link.token()).await.assert_refused(400, "session_required");
    ann.verify_email(&link.token()).await.assert_refused(409, "email_taken");
    assert_eq!((me(&ann).await.0.as_str(), me(&owner).await.0.as_str()), (OLD, NEW));
    let taken = ann.patch("users/me", &json!({ "email": NEW.to_uppercase() })).await;
    taken.assert_refused(409, "email_taken");
    assert_eq!(taken.json()["detail"], "User with this email already exists");
}

async fn an_address_changed_by_a_superuser_is_told(database: Database) {
    let (smtp, server, ann) = world(&database, "true").await;
    let root = server.superuser().await;
    let path = format!("users/{}", ann.id().await);
    let changed = root.patch(&path, &json!({ "email": NEW, "password": NEW_PASSWORD })).await.ok();
    assert_eq!((&changed["email"], &changed["is_verified"]), (&json!(NEW), &json!(false)));
    let told = smtp.wait_for_mails_to(OLD, 3).await;
    assert!(told.iter().any(|mail| mail.text.contains(NEW)), "the old address is told");
    assert!(told.iter().all(|mail| !mail.source.contains(NEW_PASSWORD)));
    let link = smtp.wait_for_mail_to(NEW).await;
    let _message = ann.post("logout", &Value::Null).await;
    ann.verify_email(&link.token()).await.assert_refused(400, "password_required");
    let _message = ann.claim(&link.token(), PASSWORD).await.ok();
    assert_eq!(root.get(&path).await.ok()["is_verified"], true);
}

async fn verify_first_asks_for_confirmation_whatever_the_setting(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    let server = setup.with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "false").start().await;
    let root = server.superuser().await;
    let answered = root.patch("users/me", &json!({ "email": NEW })).await.ok();
    assert_eq!(answered["email"], SUPERUSER);
    let _message = root.verify_email(&smtp.wait_for_mail_to(NEW).await.token()).await.ok();
    assert_eq!(me(&root).await, (NEW.to_owned(), true));
}
