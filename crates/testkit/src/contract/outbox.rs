//! The outbox keeps messages until they are sent, and for a while after that.

use std::sync::Arc;

use ironplate_application::ports::{
    Claim, Constraint, Count, Lane, MessageOrder, Page, PageRequest, Repositories, Store, StoreResult,
};
use ironplate_domain::{Fact, MailTemplate, Message, MessageState, Owner, SealedToken, Timestamp};

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    rows::Row,
    subject::{Subject, all, alone, assert_internal},
};

checks! { outbox of Message: rows, owned, lists, lists_of_messages, claims, deliveries, outbox_upkeep;
    many_are_enqueued_at_once,
    a_unit_that_failed_refuses_every_call_about_messages,
}

impl Row for Message {
    const OWNER: Option<Constraint> = Some(Constraint::MessageUser);

    fn sample(subject: &Subject, owner: Owner, _: &str) -> Self {
        subject.new_message(&format!("{}@Example.com", subject.number())).about(subject.user_of(owner).id)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let plain = subject.new_message("Ann.Smith+Tag@Bücher.example");
        let rich = Self {
            template: MailTemplate::ConfirmNewAddress,
            sealed_token: Some(SealedToken((0..=255).collect())),
            state: MessageState::Dead,
            attempts: 12,
            due_at: Timestamp::from_micros(-1),
            finished_at: Some(Timestamp::from_micros(1_767_400_000_123_456)),
            last_error: Some("550 \"no\" such 'mailbox' \\ 😀\r\n".into()),
            ..subject.new_message("rich@example.com").about(subject.user_of(owner).id)
        };
        let rich = rich.saying(Fact::NewAddress, "Zoë \"Z\" O'Neill\\\n\0😀").saying(Fact::IsPending, "");
        let empty = Self { sealed_token: Some(SealedToken(Vec::new())), ..subject.new_message("empty@example.com") };
        let sent = Self {
            state: MessageState::Sent,
            finished_at: Some(plain.created_at),
            last_error: Some(String::new()),
            ..subject.new_message("sent@example.com")
        };
        vec![plain, rich, empty, sent]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.outbox().enqueue(self).await
    }

    through! { outbox; find }

    fn spelling(&self) -> Option<&str> {
        Some(self.to.as_str())
    }
}

impl Listed for Message {
    type Order = MessageOrder;

    fn at_place(self, place: i64) -> Self {
        Self { created_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Self>> {
        from.outbox().list(None, page).await
    }
}

/// More than a statement takes, and of all sorts.
async fn many_are_enqueued_at_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let mut messages = <Message as Row>::extremes(&subject, ann.id.into());
    messages.extend((0..2_500).map(|n| subject.new_message(&format!("{n}@example.com"))));
    alone!(subject, outbox().enqueue_all(&messages)).unwrap();
    let mut reader = subject.store.read().await.unwrap();
    for message in &messages[..9] {
        assert_eq!(reader.outbox().find(message.id).await.unwrap().as_ref(), Some(message));
    }
    let listed = reader.outbox().list(None, &PageRequest { limit: 10_000, ..all(MessageOrder::Newest) }).await.unwrap();
    assert_eq!(listed.rows.len(), messages.len());
    let first = reader.outbox().list(None, &PageRequest { limit: 9, ..all(MessageOrder::Newest) }).await.unwrap();
    assert_eq!(
        (first.rows.len(), first.more, first.count),
        (9, true, Count::AtLeast(Count::MOST)),
        "so many are not counted"
    );
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_messages(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (message, now) = (subject.message("ann@example.com").await, ann.created_at);
    let claim = Claim { lane: Lane::Untried, now, lease_until: now, passing_over: Vec::new(), limit: 9 };
    let mut work = subject.failed_unit().await;
    assert_internal!(work.outbox().release_notices(ann.id).await);
    assert_internal!(work.outbox().enqueue(&subject.new_message("ann@example.com")).await);
    assert_internal!(work.outbox().find(message.id).await);
    assert_internal!(work.outbox().next_due().await);
    assert_internal!(work.outbox().claim_due(&claim).await);
    assert_internal!(work.outbox().bring_forward(now, now, now).await);
    assert_internal!(work.outbox().resolve(&message).await);
    assert_internal!(work.outbox().mark_sent(message.id, 0, now).await);
    assert_internal!(work.outbox().mark_failed(message.id, 0, "no", now).await);
    assert_internal!(work.outbox().mark_dead(message.id, 0, "no", now).await);
    assert_internal!(work.outbox().retry(message.id, now).await);
    assert_internal!(work.outbox().retry_dead(now).await);
    assert_internal!(work.outbox().discard(message.id).await);
    assert_internal!(work.outbox().prune(MessageState::Sent, now, 9).await);
    assert_internal!(work.outbox().list(None, &all(MessageOrder::Newest)).await);
    assert_internal!(work.outbox().statistics().await);
}
