//! A long queue is sent at the mail server's pace, in little memory.

use std::env;

use ironplate_tests::{Database, Setup, SmtpServer, on_both_databases};
use tokio::time::Instant;

on_both_databases!(a_long_queue_drains_in_little_memory);

/// How many messages, unless `IRONPLATE_DRAIN_MESSAGES` says otherwise.
const MESSAGES: usize = 1_000;

#[expect(clippy::disallowed_methods, reason = "how long a test may take is said by the environment")]
fn messages() -> usize {
    env::var("IRONPLATE_DRAIN_MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(MESSAGES)
}

async fn a_long_queue_drains_in_little_memory(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let server = setup.clone().with("IRONPLATE__OUTBOX__WORKER", "false").start().await;
    let root = server.superuser().await;

    root.send_test_mail("first@example.com").await;
    let mut worker = setup.start_worker();
    smtp.wait_for(1).await;
    setup.wait_for_empty_outbox().await;
    let idle = worker.peak_memory_kib();
    worker.kill();

    let count = messages();
    root.queue_test_mails(count).await;
    let begin = Instant::now();
    let worker = setup.start_worker();
    smtp.wait_for(count + 1).await;
    println!("{count} messages in {:?}", begin.elapsed());
    setup.wait_for_empty_outbox().await;
    let busy = worker.peak_memory_kib();
    assert_eq!(smtp.deliveries_by_id().len(), count + 1);
    println!("peak memory: {busy} KiB for {count} messages, {idle} KiB for one");
    assert!(busy < 2 * idle, "{busy} KiB for {count} messages, {idle} KiB for one");
}
