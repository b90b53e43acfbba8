//! The worker over fakes. Its time is paused: it passes at once whenever everybody waits.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use ironplate_application::{
    Ports,
    ports::{MailTransport, OutgoingMail, SendError, Store},
};
use ironplate_domain::{MailTemplate, Message, MessageId, MessageState};
use ironplate_testkit::{World, samples};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::*;
use crate::lifecycle::Stopper;

const A_WHILE: Duration = Duration::from_secs(20);

/// Sends nothing before it may, and tells what it is asked to send.
struct GatedTransport {
    asked: UnboundedSender<String>,
    open: Semaphore,
}

#[async_trait]
impl MailTransport for GatedTransport {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        assert!(!mail.to.as_str().starts_with("panic"), "a transport with a bug");
        self.asked.send(mail.to.to_string()).unwrap();
        self.open.acquire().await.unwrap().forget();
        Ok(())
    }
}

/// A worker on a world of its own.
struct WorkerFixture {
    world: World,
    transport: Arc<GatedTransport>,
    asked: UnboundedReceiver<String>,
    soften: Stopper,
    harden: Stopper,
    shutdown: Shutdown,
}

impl WorkerFixture {
    fn new() -> Self {
        let (sender, asked) = unbounded_channel();
        let transport = Arc::new(GatedTransport { asked: sender, open: Semaphore::new(0) });
        let ((soften, soft), (harden, hard)) = (Stop::new(), Stop::new());
        Self { world: World::new(), transport, asked, soften, harden, shutdown: Shutdown { soft, hard } }
    }

    fn start(&self, concurrency: usize) -> Worker {
        let outbox = Outbox::new(&self.world.core(&Ports { transport: self.transport.clone(), ..self.world.ports() }));
        let application = Application { outbox, ..self.world.application() };
        let lease = self.world.policy.delivery.lease;
        let limits = WorkerLimits { concurrency, lease };
        Worker::start(application, self.world.clock.clone(), limits, self.shutdown.soft.clone())
    }

    async fn enqueue(&self, to: &str) {
        self.enqueue_as_tried(to, 0).await;
    }

    /// As if it had failed so often, and were due again.
    async fn enqueue_as_tried(&self, to: &str, attempts: u32) {
        let id = MessageId(Uuid::from_u128(self.world.store.messages().len() as u128 + 1));
        let message = Message::new(id, MailTemplate::TestMail, samples::email(to), self.world.clock.now());
        let message = Message { attempts, ..message };
        let mut work = self.world.store.begin().await.unwrap();
        work.outbox().enqueue(&message).await.unwrap();
        work.commit().await.unwrap();
    }

    fn count(&self, state: MessageState) -> usize {
        self.world.store.messages().iter().filter(|message| message.state == state).count()
    }

    async fn until_sent(&self, count: usize) {
        let sent = async {
            while self.count(MessageState::Sent) < count {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(A_WHILE, sent).await.expect("it is sent");
    }
}

#[tokio::test(start_paused = true)]
async fn it_takes_up_no_more_than_it_sends_at_once() {
    let fixture = WorkerFixture::new();
    for n in 0..5 {
        fixture.enqueue(&format!("user@{n}.example.com")).await;
    }
    let _worker = fixture.start(2);
    sleep(A_WHILE).await;
    assert_eq!((fixture.asked.len(), fixture.count(MessageState::Sending)), (2, 2));
    fixture.transport.open.add_permits(1);
    fixture.until_sent(1).await;
    sleep(A_WHILE).await;
    assert_eq!((fixture.asked.len(), fixture.count(MessageState::Sending)), (3, 2));
    fixture.transport.open.add_permits(4);
    fixture.until_sent(5).await;
}

/// A server may hold each mail to it for as long as it likes.
#[tokio::test(start_paused = true)]
async fn one_domain_keeps_no_more_than_half_the_hands() {
    let mut fixture = WorkerFixture::new();
    for n in 0..9 {
        fixture.enqueue(&format!("user{n}@slow.example")).await;
    }
    let _worker = fixture.start(4);
    sleep(A_WHILE).await;
    assert_eq!((fixture.asked.len(), fixture.count(MessageState::Sending)), (2, 2));
    fixture.enqueue("ann@example.com").await;
    sleep(A_WHILE).await;
    let asked: Vec<String> = std::iter::from_fn(|| fixture.asked.try_recv().ok()).collect();
    assert_eq!(asked.iter().filter(|it| it.ends_with("@slow.example")).count(), 2, "{asked:?}");
    assert_eq!(asked[2..], ["ann@example.com"]);
    fixture.transport.open.add_permits(10);
    fixture.until_sent(10).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_tried_before_keeps_no_more_than_half_the_hands() {
    let mut fixture = WorkerFixture::new();
    for n in 0..9 {
        fixture.enqueue_as_tried(&format!("user@{n}.example"), 1).await;
    }
    let _worker = fixture.start(4);
    sleep(A_WHILE).await;
    assert_eq!(fixture.asked.len(), 2);
    fixture.enqueue("ann@example.com").await;
    fixture.enqueue("bob@example.org").await;
    sleep(A_WHILE).await;
    let asked: Vec<String> = std::iter::from_fn(|| fixture.asked.try_recv().ok()).skip(2).collect();
    assert_eq!(
        asked.iter().collect::<BTreeSet<_>>(),
        ["ann@example.com", "bob@example.org"].map(str::to_owned).iter().collect()
    );
    fixture.transport.open.add_permits(11);
    fixture.until_sent(11).await;
}

/// Nor is what waits left for good.
#[tokio::test(start_paused = true)]
async fn a_backlog_is_emptied_from_both_ends_and_leaves_room_for_retries() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue_as_tried("retry@example.com", 1).await;
    for n in 0..9 {
        fixture.enqueue(&format!("{n}@{n}.example")).await;
    }
    let _worker = fixture.start(1);
    let mut asked = Vec::new();
    for _ in 0..10 {
        asked.push(fixture.asked.recv().await.unwrap());
        fixture.transport.open.add_permits(1);
    }
    let first: Vec<&str> = asked.iter().map(|it| it.split('@').next().unwrap()).take(5).collect();
    assert_eq!(first, ["0", "8", "1", "retry", "2"]);
}

#[tokio::test(start_paused = true)]
async fn asked_to_stop_it_finishes_what_it_has_in_hand_and_begins_nothing_more() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    let worker = fixture.start(2);
    assert_eq!(fixture.asked.recv().await.unwrap(), "ann@example.com");
    fixture.soften.stop();
    fixture.enqueue("bob@example.com").await;
    let ended = tokio::spawn(worker.ended(fixture.shutdown.clone(), A_WHILE * 2));
    sleep(A_WHILE).await;
    assert!(!ended.is_finished());
    fixture.transport.open.add_permits(2);
    ended.await.unwrap();
    assert_eq!((fixture.count(MessageState::Sent), fixture.count(MessageState::Queued)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_ever() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    let worker = fixture.start(1);
    fixture.asked.recv().await.unwrap();
    fixture.soften.stop();
    worker.ended(fixture.shutdown.clone(), A_WHILE).await;
    assert_eq!(fixture.count(MessageState::Sending), 1);
}

#[tokio::test(start_paused = true)]
async fn asked_twice_it_ends_at_once() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    let worker = fixture.start(1);
    fixture.asked.recv().await.unwrap();
    fixture.soften.stop();
    fixture.harden.stop();
    let before = tokio::time::Instant::now();
    worker.ended(fixture.shutdown.clone(), A_WHILE).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_one_message_its_attempt_and_no_other() {
    let fixture = WorkerFixture::new();
    fixture.enqueue("panic@example.com").await;
    fixture.enqueue("ann@example.com").await;
    fixture.transport.open.add_permits(1);
    let _worker = fixture.start(1);
    fixture.until_sent(1).await;
    assert_eq!(fixture.count(MessageState::Sending), 1, "due again when its lease runs out");
}

#[tokio::test(start_paused = true)]
async fn it_outlives_an_outage_of_the_database() {
    let fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    fixture.transport.open.add_permits(1);
    fixture.world.store.go_down();
    let _worker = fixture.start(1);
    sleep(A_WHILE).await;
    fixture.world.store.come_up();
    fixture.until_sent(1).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_while_the_database_is_away_for_a_moment_is_recorded_and_not_sent_again() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    let _worker = fixture.start(1);
    fixture.asked.recv().await.unwrap();
    fixture.world.store.go_down();
    fixture.transport.open.add_permits(2);
    sleep(A_WHILE).await;
    fixture.world.store.come_up();
    fixture.until_sent(1).await;
    fixture.world.clock.advance(fixture.world.policy.delivery.lease * 2);
    sleep(A_WHILE).await;
    assert_eq!((fixture.asked.len(), fixture.count(MessageState::Sent)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_lease_ran_out_keeps_nobody_from_sending_the_next() {
    let mut fixture = WorkerFixture::new();
    fixture.enqueue("ann@example.com").await;
    let _worker = fixture.start(1);
    fixture.asked.recv().await.unwrap();
    fixture.world.store.go_down();
    fixture.transport.open.add_permits(2);
    sleep(fixture.world.policy.delivery.lease * 2).await;
    fixture.world.store.come_up();
    fixture.enqueue("bob@example.com").await;
    fixture.until_sent(1).await;
    assert_eq!(fixture.asked.recv().await.unwrap(), "bob@example.com");
    assert_eq!(fixture.count(MessageState::Sending), 1);
}

#[tokio::test(start_paused = true)]
async fn it_says_that_it_is_at_work_and_when_it_goes() {
    let mut fixture = WorkerFixture::new();
    let store = fixture.world.store.clone();
    let workers = async || store.read().await.unwrap().workers().list(9).await.unwrap();
    let worker = fixture.start(1);
    sleep(A_WHILE).await;
    let said = workers().await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].seen_at, fixture.world.clock.now());
    fixture.world.clock.advance(A_WHILE);
    sleep(A_WHILE).await;
    assert_eq!(workers().await[0].seen_at, fixture.world.clock.now(), "again and again");

    // Also while a mail server takes its time.
    fixture.enqueue("ann@example.com").await;
    fixture.asked.recv().await.unwrap();
    fixture.world.clock.advance(A_WHILE);
    sleep(A_WHILE).await;
    assert_eq!(workers().await[0].seen_at, fixture.world.clock.now(), "while it sends all that it may");
    fixture.transport.open.add_permits(1);
    fixture.until_sent(1).await;

    // Who does nothing says nothing.
    fixture.world.store.go_down();
    fixture.world.clock.advance(A_WHILE * 10);
    sleep(A_WHILE).await;
    fixture.world.store.come_up();
    fixture.soften.stop();
    worker.ended(fixture.shutdown.clone(), A_WHILE).await;
    assert_eq!(workers().await, []);
}
