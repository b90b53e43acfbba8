//! Mail can't get lost: whatever the mail server suffers, each message arrives once or lies there dead.

use std::{collections::BTreeMap, time::Instant};

use ironplate_tests::{
    Behaviour, Database, NEW_PASSWORD, PASSWORD, Setup, SmtpServer, Stage, on_both_databases, once_each, until,
};
use serde_json::{Value, json};

on_both_databases!(
    mail_of_a_whole_outage_arrives_once,
    a_mail_survives_every_fault_on_the_way_to_the_recipient,
    refused_mail_is_dead_and_comes_through_when_retried,
    a_message_whose_fate_is_unknown_comes_again_under_its_name,
    an_outage_is_a_line_a_minute_and_not_one_for_each_mail,
    a_server_that_refuses_the_sender_costs_no_mail,
);

const ANN: &str = "ann@example.com";

fn impatient(database: &Database, smtp: &SmtpServer) -> Setup {
    Setup::on(database).with_mail_to(smtp).with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1")
}

async fn mail_of_a_whole_outage_arrives_once(database: Database) {
    let mut smtp = SmtpServer::start_down();
    let setup = impatient(&database, &smtp).with("IRONPLATE__OUTBOX__MAX_ATTEMPTS", "100");
    let server = setup.start().await;
    let (root, visitor) = (server.superuser().await, server.client());
    let mut owed: BTreeMap<String, usize> = BTreeMap::new();
    let mut owe = |address: &str, count: usize| *owed.entry(address.to_owned()).or_default() += count;
    for n in 0..5 {
        let address = format!("user{n}@example.com");
        let user = visitor.sign_up(&address).await;
        let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
        let _message = user.patch("users/me/password", &change).await.ok();
        let _message = user.post("users/me/verify-email", &Value::Null).await.ok();
        let _message = visitor.ask_for_recovery(&address).await.ok();
        owe(&address, 4);
        let address = format!("invited{n}@example.com");
        let _user = root.post("users/", &json!({ "email": address })).await.ok();
        owe(&address, 1);
    }
    let mover = visitor.sign_up(ANN).await;
    let _user = mover.patch("users/me", &json!({ "email": "ann@example.org" })).await.ok();
    owe(ANN, 2);
    owe("ann@example.org", 1);
    let _message = visitor.ask_for_recovery("nobody@example.com").await.ok();
    root.send_test_mail("test@example.com").await;
    owe("test@example.com", 1);
    assert!(!setup.outbox_ids("queued").await.is_empty());

    smtp.come_up();
    let mails = smtp.wait_for(owed.values().sum()).await;
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.deliveries_by_recipient(), owed);
    assert_eq!(smtp.deliveries_by_id().len(), mails.len(), "each under its own name");
    assert!(setup.outbox_ids("dead").await.is_empty());
    let mut reset =
        smtp.mails_to("user3@example.com").into_iter().filter(|mail| mail.link().path() == "/reset-password");
    let token = reset.next().unwrap().token();
    let _message = visitor.reset_password(&token, PASSWORD).await.ok();
}

async fn a_mail_survives_every_fault_on_the_way_to_the_recipient(database: Database) {
    let mut smtp = SmtpServer::start();
    smtp.tell(Behaviour::AnswerAt(Stage::Connect, "421 first"));
    // Each attempt begins when the operator says so.
    let setup = Setup::on(&database)
        .with_mail_to(&smtp)
        .with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "3600")
        .with("IRONPLATE__OUTBOX__MAX_ATTEMPTS", "100")
        .with("IRONPLATE__MAIL__TIMEOUT_SECONDS", "2");
    let server = setup.start().await;
    server.superuser().await.send_test_mail(ANN).await;
    let id = setup.outbox_ids("queued").await.into_iter().chain(setup.outbox_ids("sending").await).next().unwrap();
    setup.wait_for_error(&id, "queued", "421").await;
    let faults = [
        // A server that refuses us does not refuse the mail.
        (Behaviour::AnswerAt(Stage::Connect, "554 no service"), "554"),
        (Behaviour::AnswerAt(Stage::Hello, "451 second"), "451"),
        (Behaviour::AnswerAt(Stage::Mail, "452 third"), "452"),
        (Behaviour::AnswerAt(Stage::Mail, "550 5.7.1 who are you"), "who are you"),
        (Behaviour::AnswerAt(Stage::Recipient, "450 fourth"), "450"),
        (Behaviour::AnswerAt(Stage::Data, "454 fifth"), "454"),
        (Behaviour::AnswerAt(Stage::EndOfData, "455 sixth"), "455"),
    ];
    for (fault, error) in faults {
        smtp.tell(fault);
        setup.outbox("retry", &id).await;
        setup.wait_for_error(&id, "queued", error).await;
    }
    let faults = [
        Behaviour::CloseAt(Stage::Connect),
        Behaviour::CloseAt(Stage::Recipient),
        Behaviour::CloseAt(Stage::MidData),
        Behaviour::CloseAt(Stage::EndOfData),
        Behaviour::HangAt(Stage::Connect),
        Behaviour::HangAt(Stage::Recipient),
        Behaviour::HangAt(Stage::EndOfData),
    ];
    for fault in faults {
        smtp.tell(fault);
        let before = smtp.attempts();
        setup.outbox("retry", &id).await;
        smtp.wait_for_attempts(before + 1).await;
        until("the attempt is over", async || setup.outbox_ids("queued").await.contains(&id).then_some(())).await;
    }
    smtp.go_down().await;
    setup.outbox("retry", &id).await;
    setup.wait_for_error(&id, "queued", "refused").await;
    assert_eq!(smtp.count(), 0);
    smtp.tell(Behaviour::Accept);
    smtp.come_up();
    setup.outbox("retry", &id).await;
    let mail = smtp.wait_for_mail_to(ANN).await;
    assert_eq!(mail.outbox_id(), id);
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.count(), 1);
}

async fn refused_mail_is_dead_and_comes_through_when_retried(database: Database) {
    let smtp = SmtpServer::start();
    let cases = [
        ("unknown@example.com", Stage::Recipient, "550 5.1.1 no such user"),
        ("refused@example.com", Stage::EndOfData, "554 5.6.0 looks like spam"),
        ("relayed@example.com", Stage::Recipient, "554 5.7.1 Relay access denied"),
        ("quota@example.com", Stage::Recipient, "552 5.2.2 over quota"),
        ("greylisted@example.com", Stage::Recipient, "451 4.7.1 come back later"),
        ("full@example.com", Stage::EndOfData, "452 4.2.2 mailbox full"),
    ];
    for (address, stage, answer) in cases {
        smtp.tell_about(address, Behaviour::AnswerAt(stage, answer));
    }
    let setup = impatient(&database, &smtp).with("IRONPLATE__OUTBOX__MAX_ATTEMPTS", "2");
    let server = setup.start().await;
    let root = server.superuser().await;
    for (address, ..) in cases {
        root.send_test_mail(address).await;
    }
    root.send_test_mail(ANN).await;
    let mut dead = Vec::new();
    until("all are dead", async || {
        dead = setup.outbox_ids("dead").await;
        (dead.len() == cases.len()).then_some(())
    })
    .await;
    assert_eq!(smtp.deliveries_by_recipient(), once_each(&[ANN.to_owned()]), "others are not held up");
    // Twice for those who asked to come back, or refused us and not the mail; once for those who refused.
    assert_eq!(smtp.attempts(), 11);
    let listed = setup.run(&["outbox", "list", "--state", "dead", "--format", "json"]).await;
    let listed: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    let ids: Vec<_> = listed.iter().map(|message| message["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, dead, "as the table has them");
    assert!(listed.iter().all(|message| message["last_error"].is_string() && message["finished_at"].is_string()));
    let mut entries = Vec::new();
    for id in &dead {
        entries.push(setup.outbox_entry(id).await);
    }
    for (address, _, answer) in cases {
        let entry = entries.iter().find(|entry| entry.text.contains(address)).unwrap_or_else(|| panic!("{entries:?}"));
        assert!(entry.text.contains("dead") && entry.text.contains(&answer[..3]), "{}", entry.text);
        assert!(entry.text.contains(&answer[10..]), "{}", entry.text);
        smtp.tell_about(address, Behaviour::Accept);
    }
    let (discarded, retried) = entries.split_first().unwrap();
    setup.outbox("discard", &discarded.id).await;
    for entry in retried {
        setup.outbox("retry", &entry.id).await;
    }
    smtp.wait_for(cases.len()).await;
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.count(), cases.len(), "each but the discarded one, once");
    assert!(setup.outbox_ids("dead").await.is_empty());
    assert_ne!(setup.run(&["outbox", "show", &discarded.id]).await.code, Some(0));
    assert_ne!(setup.run(&["outbox", "retry", &discarded.id]).await.code, Some(0));
}

async fn a_message_whose_fate_is_unknown_comes_again_under_its_name(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::TakeThenClose);
    let setup = impatient(&database, &smtp);
    let server = setup.start().await;
    server.superuser().await.send_test_mail(ANN).await;
    smtp.wait_for(1).await;
    smtp.tell(Behaviour::Accept);
    let mails = smtp.wait_for(2).await;
    assert_eq!(mails[0].message_id(), mails[1].message_id());
    assert_eq!((&mails[0].source, mails[0].header("Date")), (&mails[1].source, mails[1].header("Date")));
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.count(), 2);
}

async fn an_outage_is_a_line_a_minute_and_not_one_for_each_mail(database: Database) {
    let mut smtp = SmtpServer::start_down();
    let began = Instant::now();
    let setup = impatient(&database, &smtp).with("RUST_LOG", "info");
    let server = setup.start().await;
    server.superuser().await.queue_test_mails(30).await;
    until("each was tried in vain", async || {
        let listed = setup.run(&["outbox", "list"]).await;
        (listed.stdout.matches("refused").count() == 30).then_some(())
    })
    .await;
    smtp.come_up();
    smtp.wait_for(30).await;
    setup.wait_for_empty_outbox().await;
    let log = server.stop().await.stderr;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("the mail server takes no mail")).collect();
    let minutes = usize::try_from(began.elapsed().as_secs() / 60).unwrap();
    assert!((1..=minutes + 1).contains(&lines.len()), "{lines:?}");
    let address = smtp.address().to_string();
    assert!(lines.iter().all(|line| line.contains(&address) && line.contains("refused")), "{lines:?}");
    assert!(!log.contains("mail not sent"), "{log}");
    assert!(log.contains("the mail server takes mail again"), "{log}");
}

/// An account of the mail server that was suspended, or a domain that nobody registered yet, is for the operator to mend.
async fn a_server_that_refuses_the_sender_costs_no_mail(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::AnswerAt(Stage::Mail, "550 5.1.8 sender refused"));
    let setup = impatient(&database, &smtp);
    let server = setup.start().await;
    let addresses = server.superuser().await.queue_test_mails(3).await;
    smtp.wait_for_attempts(6).await;
    assert!(setup.outbox_ids("dead").await.is_empty());
    smtp.tell(Behaviour::Accept);
    smtp.wait_for(3).await;
    assert_eq!(smtp.deliveries_by_recipient(), once_each(&addresses));
}
