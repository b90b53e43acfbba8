//! Workers that are killed, stopped, cut off or in company: no message is lost, and none is sent twice without a crash.

use ironplate_tests::{
    Behaviour, Client, Database, PASSWORD, SUPERUSER, Server, Setup, Signal, SmtpServer, cookie_of, on_both_databases,
    on_postgres_only, once_each, until,
};

on_both_databases!(
    a_worker_killed_between_send_and_mark_loses_nothing,
    a_worker_that_is_stopped_finishes_what_it_began,
    two_workers_send_each_message_once,
    any_server_tells_which_workers_are_at_work,
    a_server_that_sends_no_mail_says_so_while_nobody_else_does,
);

on_postgres_only!(mail_survives_an_outage_of_the_database);

/// A server that leaves sending to others, and its superuser.
async fn clerk(setup: &Setup) -> (Server, Client) {
    let server = setup.clone().with("IRONPLATE__OUTBOX__WORKER", "false").start().await;
    let root = server.superuser().await;
    (server, root)
}

async fn a_worker_killed_between_send_and_mark_loses_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database)
        .with_mail_to(&smtp)
        .with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1")
        .with("IRONPLATE__MAIL__TIMEOUT_SECONDS", "3")
        .with("IRONPLATE__OUTBOX__LEASE_SECONDS", "6")
        .with("IRONPLATE__OUTBOX__CONCURRENCY", "2");
    let (_server, root) = clerk(&setup).await;
    let addresses = root.queue_test_mails(10).await;
    smtp.tell(Behaviour::TakeThenHold);
    let mut worker = setup.start_worker();
    smtp.wait_for(2).await;
    worker.kill();
    let held = smtp.deliveries_by_id();
    smtp.tell(Behaviour::Accept);

    let _worker = setup.start_worker();
    smtp.wait_for(addresses.len() + held.len()).await;
    setup.wait_for_empty_outbox().await;
    let by_id = smtp.deliveries_by_id();
    assert_eq!(by_id.len(), addresses.len(), "{by_id:?}");
    for (id, count) in by_id {
        assert_eq!(
            count,
            1 + held.get(&id).copied().unwrap_or_default(),
            "{id}: again if it was not marked, else once"
        );
    }
}

async fn a_worker_that_is_stopped_finishes_what_it_began(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::TakeThenHold);
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__OUTBOX__CONCURRENCY", "2");
    let setup = setup.with("RUST_LOG", "info");
    let (_server, root) = clerk(&setup).await;
    let addresses = root.queue_test_mails(6).await;
    let worker = setup.start_worker();
    smtp.wait_for(2).await;
    worker.signal(Signal::TERM);
    smtp.tell(Behaviour::Accept);
    let finished = worker.finish().await;
    assert_eq!(finished.code, Some(0));
    let [queued, sent] = ["queued", "sent"].map(|name| figure(&finished.stderr, name));
    assert_eq!((sent, queued), (smtp.count(), addresses.len() - sent), "what was sent is marked, and counted");
    let _worker = setup.start_worker();
    smtp.wait_for(addresses.len()).await;
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.deliveries_by_recipient(), once_each(&addresses));
}

/// A figure of the last line of figures in a log.
fn figure(log: &str, name: &str) -> usize {
    let line = log.lines().rfind(|line| line.contains("oldest_seconds=")).expect("figures");
    let values = line.split_whitespace().filter_map(|word| word.split_once('='));
    let value = values.filter(|(known, _)| *known == name).map(|(_, value)| value).next();
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {line}"))
}

async fn two_workers_send_each_message_once(database: Database) {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::TakeThenHold);
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__OUTBOX__CONCURRENCY", "4");
    let (_server, root) = clerk(&setup).await;
    let addresses = root.queue_test_mails(300).await;
    let _workers = [setup.start_worker(), setup.start_worker()];
    // More than one worker can hold.
    smtp.wait_for(5).await;
    smtp.tell(Behaviour::Accept);
    smtp.wait_for(addresses.len()).await;
    setup.wait_for_empty_outbox().await;
    assert_eq!(smtp.deliveries_by_recipient(), once_each(&addresses));
    assert_eq!(smtp.deliveries_by_id().len(), addresses.len());
}

async fn any_server_tells_which_workers_are_at_work(database: Database) {
    let setup = Setup::on(&database);
    let (server, _root) = clerk(&setup).await;
    let cookie = cookie_of(&server.client().ask_for_cookie(SUPERUSER, PASSWORD).await);
    let reader = server.client().with_cookie(&cookie);
    let page = async || reader.get("/dashboard/system").await.text;
    assert!(page().await.contains("No worker is at work"));
    let workers = [setup.start_worker(), setup.start_worker()];
    until("both are at work", async || (page().await.matches("At work").count() == 2).then_some(())).await;
    workers[0].signal(Signal::TERM);
    until("one went home", async || (page().await.matches("At work").count() == 1).then_some(())).await;
}

async fn mail_survives_an_outage_of_the_database(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database)
        .with_mail_to(&smtp)
        .with("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "1")
        .with("IRONPLATE__MAIL__TIMEOUT_SECONDS", "1")
        .with("IRONPLATE__OUTBOX__LEASE_SECONDS", "2")
        .with("RUST_LOG", "info");
    let (_server, root) = clerk(&setup).await;
    let addresses = root.queue_test_mails(60).await;
    let worker = setup.start_worker();
    let mut ended = 0;
    while smtp.count() < addresses.len() / 2 || ended < 5 {
        ended += database.schema().terminate_connections().await;
        smtp.wait_for(smtp.count().min(addresses.len() / 2 - 1) + 1).await;
    }
    until("every mail arrives", async || (smtp.deliveries_by_recipient().len() == addresses.len()).then_some(())).await;
    until("nothing is owed any more", async || {
        let listed = setup.run(&["outbox", "list", "--limit", "200", "--state", "sent"]).await;
        (listed.stdout.matches(".example.com").count() == addresses.len()).then_some(())
    })
    .await;
    assert_eq!(smtp.deliveries_by_id().len(), addresses.len(), "each under one name");
    drop(worker);
}

async fn a_server_that_sends_no_mail_says_so_while_nobody_else_does(database: Database) {
    const WORDS: &str = "no worker is at work";
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let (alone, root) = clerk(&setup).await;
    until("it says so", async || alone.stderr().contains(WORDS).then_some(())).await;
    let worker = setup.start_worker();
    root.send_test_mail("ann@example.com").await;
    smtp.wait_for(1).await;
    let (beside, _root) = clerk(&setup).await;
    let log = beside.stop().await;
    assert!(!log.stderr.contains(WORDS), "{}", log.stderr);
    let _alone = alone.stop().await;
    drop(worker);

    let off = Setup::on(&database).with("IRONPLATE__MAIL__TRANSPORT", "off").with("IRONPLATE__OUTBOX__WORKER", "false");
    let log = off.start().await.stop().await;
    assert!(!log.stderr.contains(WORDS), "there is no mail to send: {}", log.stderr);
}
