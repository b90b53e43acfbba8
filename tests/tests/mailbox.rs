//! A developer reads their mail without a mail server; nobody else does.

use serde_json::json;

use ironplate_tests::{Client, Database, NEW_PASSWORD, Setup, on_both_databases, until};

on_both_databases!(
    a_developer_finds_every_mail_in_the_mailbox,
    outside_development_there_is_no_mailbox_to_look_at,
    with_mail_switched_off_nothing_is_owed_and_what_needs_mail_says_so,
);

const ANN: &str = "ann@example.com";

/// The paths of the mails that the list shows.
async fn listed(visitor: &Client) -> Vec<String> {
    let list = visitor.get("/dev/mailbox").await;
    assert_eq!(list.status, 200, "{list:?}");
    let mut paths: Vec<_> = list.text.split('"').filter(|text| is_mail(text)).map(str::to_owned).collect();
    paths.dedup();
    paths
}

fn is_mail(text: &str) -> bool {
    text.strip_prefix("/dev/mailbox/").is_some_and(|id| id.len() == 36 && id.contains('-'))
}

fn token_in(text: &str) -> Option<String> {
    let (_, token) = text.split_once("token=")?;
    Some(token.chars().take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(*char)).collect())
}

async fn a_developer_finds_every_mail_in_the_mailbox(database: Database) {
    let setup = Setup::on(&database).with("ENVIRONMENT", "development").with("FRONTEND_HOST", "http://localhost:5173");
    let server = setup.start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let mails =
        until("the first mail is listed", async || Some(listed(&visitor).await).filter(|it| !it.is_empty())).await;
    let _message = visitor.ask_for_recovery(ANN).await.ok();
    let mails =
        until("the second mail is listed", async || Some(listed(&visitor).await).filter(|now| now.len() > mails.len()))
            .await;

    let mut texts = Vec::new();
    for path in &mails {
        let page = visitor.get(path).await;
        assert!(page.status == 200 && page.text.contains(ANN), "{page:?}");
        let [html, text, source] = ["html", "text", "source"].map(|part| format!("{path}/{part}"));
        let (html, text, source) = (visitor.get(&html).await, visitor.get(&text).await, visitor.get(&source).await);
        assert!(html.header("content-type").is_some_and(|it| it.starts_with("text/html")), "{html:?}");
        assert!(html.text.contains(&token_in(&text.text).unwrap()), "{html:?}");
        for header in ["Message-ID:", "Date:", "Subject:", "To:", "MIME-Version:"] {
            assert!(source.text.contains(header), "{header}: {source:?}");
        }
        texts.push(text.text);
    }
    let reset = texts.iter().find(|text| text.contains("/reset-password?token=")).expect("a mail to reset a password");
    let token = token_in(reset).unwrap();
    until("the link is logged", async || server.stderr().contains(&token).then_some(())).await;
    let _message = visitor.reset_password(&token, NEW_PASSWORD).await.ok();
    ann.assert_logged_out().await;
    assert_eq!(visitor.get("/dev/mailbox/00000000-0000-0000-0000-000000000000").await.status, 404);
}

async fn outside_development_there_is_no_mailbox_to_look_at(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let root = server.superuser().await;
    root.send_test_mail(ANN).await;
    setup.wait_for_empty_outbox().await;
    for id in setup.outbox_ids("sent").await {
        for part in ["", "/html", "/text", "/source"] {
            assert_eq!(root.get(&format!("/dev/mailbox/{id}{part}")).await.status, 404);
        }
    }
    for path in ["/dev/mailbox", "/dev/mailbox/", "/dev/mailbox/style.css", "/dev"] {
        assert_eq!(root.get(path).await.status, 404, "{path}");
    }
}

async fn with_mail_switched_off_nothing_is_owed_and_what_needs_mail_says_so(database: Database) {
    let setup = Setup::on(&database).with("ENVIRONMENT", "production").with("IRONPLATE__MAIL__TRANSPORT", "off");
    let server = setup.start().await;
    let root = server.superuser().await;
    root.post("utils/test-email/?email_to=ann@example.com", &json!({})).await.assert_refused(409, "mail_off");
    root.post("users/", &json!({ "email": ANN })).await.assert_refused(400, "password_required");
    server.client().sign_up(ANN).await;
    for state in ["queued", "sending", "sent", "dead"] {
        assert_eq!(setup.outbox_ids(state).await, Vec::<String>::new());
    }
    assert_eq!(root.get("/dev/mailbox").await.status, 404);
}

#[tokio::test]
async fn production_sends_mail_or_says_that_it_does_not() {
    let setup = Setup::on(&Database::sqlite()).with("ENVIRONMENT", "production");
    let refused = setup.run(&[]).await;
    assert_ne!(refused.code, Some(0));
    assert!(refused.output().contains("SMTP_HOST"), "{refused:?}");
    let refused = setup.clone().with("IRONPLATE__MAIL__TRANSPORT", "mailbox").run(&[]).await;
    assert!(refused.code != Some(0) && refused.output().contains("mail.transport"), "{refused:?}");
    // In clear to another machine: not by accident.
    let elsewhere = setup.with("SMTP_HOST", "mail.example.com").with("SMTP_TLS", "false");
    let elsewhere =
        elsewhere.with("EMAILS_FROM_EMAIL", "noreply@example.com").with("FRONTEND_HOST", "https://app.example.com");
    let refused = elsewhere.run(&["config", "check"]).await;
    assert!(refused.code != Some(0) && refused.output().contains("ALLOW_PLAIN_TEXT"), "{refused:?}");
    let allowed = elsewhere.with("IRONPLATE__MAIL__ALLOW_PLAIN_TEXT", "true").run(&["config", "check"]).await;
    assert_eq!(allowed.code, Some(0), "{allowed:?}");
}
