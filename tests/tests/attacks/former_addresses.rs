//! Whoever has an address now gets nothing of whoever had it before.

use ironplate_tests::{Behaviour, Database, PASSWORD, Setup, SmtpServer, Stage, on_both_databases, until};
use serde_json::{Value, json};

use super::world::{ANN, BOB};

on_both_databases!(
    mail_about_an_account_is_neither_shown_nor_removed_by_whoever_has_its_former_address,
    a_thief_who_deletes_the_account_does_not_silence_its_notices,
    an_invitation_to_a_former_address_does_not_follow_the_account,
);

const NEW: &str = "ann@example.org";

async fn exported_mail(client: &ironplate_tests::Client) -> Vec<Value> {
    client.get("users/me/export").await.ok()["messages"].as_array().unwrap().clone()
}

async fn mail_about_an_account_is_neither_shown_nor_removed_by_whoever_has_its_former_address(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::AnswerAt(Stage::Recipient, "451 later"));
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let _elsewhere = visitor.with_header("user-agent", "Firefox/140.0 (Windows NT 10.0)").log_in(ANN).await;
    let _recovery = visitor.ask_for_recovery(ANN).await.ok();
    let _ann = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let hers = until("her mail is queued", async || {
        let hers = exported_mail(&ann).await;
        (hers.len() >= 3).then_some(hers)
    })
    .await;

    let heir = visitor.sign_up(ANN).await;
    let theirs = exported_mail(&heir).await;
    assert!(theirs.iter().all(|mail| mail["template"] == "verify_address"), "{theirs:?}");
    assert!(!heir.get("users/me/export").await.text.contains(NEW));
    let _message = heir.delete("users/me").await.ok();
    let left = exported_mail(&ann).await;
    let is_left = |mail: &Value| left.iter().any(|other| other["id"] == mail["id"]);
    assert!(hers.iter().all(is_left), "{hers:?}, of which are left {left:?}");
    assert_eq!(left.len(), hers.len(), "{left:?}");
    smtp.tell(Behaviour::Accept);
    let _session = server.client().ask_for_token(NEW, PASSWORD).await.ok();
}

async fn a_thief_who_deletes_the_account_does_not_silence_its_notices(database: Database) {
    let mut smtp = SmtpServer::start_down();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1");
    let server = setup.start().await;
    let stolen = server.client().sign_up(ANN).await;
    let _user = stolen.patch("users/me", &json!({ "email": "thief@example.net" })).await.ok();
    let _message = stolen.delete("users/me").await.ok();
    smtp.come_up();
    let notice = smtp.wait_for_mail_to(ANN).await;
    assert!(notice.text.contains("thief@example.net"), "{}", notice.text);
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.deliveries_by_recipient().get(ANN), Some(&1), "and no mail with a link");
}

async fn an_invitation_to_a_former_address_does_not_follow_the_account(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let _verified = ann.verify_email(&smtp.wait_for_mail_to(ANN).await.token()).await.ok();
    let sent = bob.invite(&bob.add_organization("acme").await, ANN, "admin").await;
    let token = smtp.invitation_to(ANN, 1).await;
    assert_eq!(ann.get("users/me/invitations").await.ok()["data"][0]["id"], sent.as_str());

    let _user = ann.patch("users/me", &json!({ "email": NEW })).await.ok();
    let _verified = ann.verify_email(&smtp.wait_for_mail_to(NEW).await.token()).await.ok();
    assert_eq!(ann.get("users/me/invitations").await.ok(), json!({ "data": [] }));
    ann.accept_invitation(&token).await.assert_refused(403, "invitation_for_another_account");
    let accept = ann.post(&format!("users/me/invitations/{sent}/accept"), &Value::Null).await;
    accept.assert_refused(404, "invitation_not_found");
    let _heir = server.client().sign_up_by_invitation(&token).await.ok();
}
