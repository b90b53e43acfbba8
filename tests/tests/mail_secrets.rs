//! Whoever steals the database or reads the logs gets no link, no password and no session.

use ironplate_tests::{
    Behaviour, Client, Database, NEW_PASSWORD, PASSWORD, SUPERUSER, Secrets, Server, Setup, SmtpServer, latin,
    on_both_databases, read_all,
};
use serde_json::{Value, json};

on_both_databases!(nothing_that_is_stored_or_logged_opens_an_account);

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const CYD: &str = "cyd@example.com";
const EVE: &str = "eve@example.com";
const THIRD_PASSWORD: &str = "correct-horse-third-time-lucky-3";
const NEVER_KEPT: &str = "password-of-a-sign-up-that-waits-5";
const GUESSED_TOKEN: &str = "Z3Vlc3NlZC10b2tlbi1ndWVzc2VkLXRva2VuLWd1ZXM";

async fn nothing_that_is_stored_or_logged_opens_an_account(database: Database) {
    let mut smtp = SmtpServer::start_down();
    let setup = Setup::on(&database)
        .with_mail_to(&smtp)
        .with("RUST_LOG", "trace")
        .with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1")
        .with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true");
    let mut secrets = Secrets::default();
    for password in [PASSWORD, NEW_PASSWORD, THIRD_PASSWORD, NEVER_KEPT] {
        secrets.add(password, password.as_bytes());
    }

    let server = setup.start().await;
    let (sessions, queued) = queue_all(&database, &setup, &server).await;
    for session in &sessions {
        secrets.add("an access token", session.token().unwrap().as_bytes());
    }
    smtp.tell_about(CYD, Behaviour::RefuseQuoting);
    smtp.come_up();
    use_all(&smtp, &setup, &sessions[1], &server, &mut secrets).await;
    // No token was known yet when this was taken.
    secrets.assert_absent("the database with mail in the queue", &queued);
    let mut logs = vec![server.stop().await];

    let server = setup.clone().with("IRONPLATE__REGISTRATION__MODE", "verify_first").start().await;
    verify_first(&smtp, &server, &mut secrets).await;
    logs.push(server.stop().await);

    for state in ["sent", "dead"] {
        for id in setup.outbox_ids(state).await {
            secrets.assert_absent("outbox show", setup.outbox_entry(&id).await.text.as_bytes());
        }
    }
    let dump = database.dump().await;
    assert!(latin(&dump).contains(BOB), "this is no dump");
    secrets.assert_absent("the database", &dump);
    secrets.assert_absent("the folder", &read_all(setup.folder()));
    for log in logs {
        assert!(log.stderr.contains("mail sent"), "this is no log");
        secrets.assert_absent("the log", log.output().as_bytes());
    }
}

/// Has a mail of every sort queued while the mail server is down; answers the sessions that it took, and the database.
async fn queue_all(database: &Database, setup: &Setup, server: &Server) -> (Vec<Client>, Vec<u8>) {
    let (root, visitor) = (server.superuser().await, server.client());
    let ann = visitor.sign_up(ANN).await;
    let _user = ann.patch("users/me", &json!({ "email": "ann@example.org" })).await.ok();
    let _user = root.post("users/", &json!({ "email": BOB, "password": PASSWORD })).await.ok();
    let cyd = visitor.sign_up(CYD).await;
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = cyd.patch("users/me/password", &change).await.ok();
    let _message = visitor.ask_for_recovery(SUPERUSER).await.ok();
    let _message = visitor.ask_for_recovery(CYD).await.ok();
    root.send_test_mail("test@example.com").await;
    let _invitation = ann.invite(&ann.add_organization("acme").await, EVE, "member").await;
    let _preview = root.post(&format!("password-recovery-html-content/{ANN}"), &Value::Null).await;
    assert!(!setup.outbox_ids("queued").await.is_empty());
    (vec![root, ann, cyd], database.dump().await)
}

/// Lets the mail through, and follows the links, those of Ann in her session.
async fn use_all(smtp: &SmtpServer, setup: &Setup, ann: &Client, server: &Server, secrets: &mut Secrets) {
    let visitor = server.client();
    let tokens = [
        (ANN, "/verify-email"),
        ("ann@example.org", "/verify-email"),
        (BOB, "/reset-password"),
        (SUPERUSER, "/reset-password"),
    ];
    for (address, page) in tokens {
        let mut mails = Vec::new();
        while !mails.iter().any(|mail: &ironplate_tests::ReceivedMail| mail.link().path() == page) {
            mails = smtp.wait_for_mails_to(address, mails.len() + 1).await;
        }
        let token = mails.iter().find(|mail| mail.link().path() == page).unwrap().token();
        secrets.add_token(&format!("the link to {address}"), &token);
        let answer = match page {
            "/verify-email" => ann.verify_email(&token).await,
            _ => visitor.reset_password(&token, THIRD_PASSWORD).await,
        };
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(visitor.reset_password(&token, THIRD_PASSWORD).await.status, 400, "used up");
    }
    let token = smtp.invitation_to(EVE, 1).await;
    secrets.add_token("the link of an invitation", &token);
    let _offer = visitor.get(&format!("invitations/{token}")).await.ok();
    let _user = visitor.sign_up_by_invitation(&token).await.ok();
    visitor.get(&format!("invitations/{token}")).await.assert_refused(404, "invitation_not_found");
    secrets.add_token("a guessed token", GUESSED_TOKEN);
    visitor.get(&format!("invitations/{GUESSED_TOKEN}")).await.assert_refused(404, "invitation_not_found");
    visitor.reset_password(GUESSED_TOKEN, THIRD_PASSWORD).await.assert_refused(400, "invalid_token");
    visitor.verify_email(GUESSED_TOKEN).await.assert_refused(400, "invalid_token");
    visitor.assert_no_log_in(ANN, THIRD_PASSWORD).await;
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.quoted_tokens().len(), 2, "to verify, and to reset");
    for quoted in smtp.quoted_tokens() {
        secrets.add_token("a link that the mail server quoted", &quoted);
    }
}

async fn verify_first(smtp: &SmtpServer, server: &Server, secrets: &mut Secrets) {
    let visitor = server.client();
    let body = json!({ "email": "dan@example.com", "password": NEVER_KEPT, "full_name": "Dan" });
    assert_eq!(visitor.post("users/signup", &body).await.status, 202);
    let token = smtp.wait_for_mail_to("dan@example.com").await.token();
    secrets.add_token("the link to finish a sign-up", &token);
    let body = json!({ "token": token, "new_password": THIRD_PASSWORD });
    let _message = visitor.post("verify-email", &body).await.ok();
    let _access = visitor.ask_for_token("dan@example.com", THIRD_PASSWORD).await.ok();
}
