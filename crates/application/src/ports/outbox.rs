//! Storage of mail that is owed.

use async_trait::async_trait;
use ironplate_domain::{Message, MessageId, MessageState, Timestamp, UserId};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

list_order! {
    /// How a list of messages is sorted. Each order is served by an index.
    pub enum MessageOrder of message: Message {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(message.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(message.created_at),
    }
}

/// Which messages a worker claims.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which of them.
    pub lane: Lane,
    /// Those that are due by now.
    pub now: Timestamp,
    /// Until when they are the worker's.
    pub lease_until: Timestamp,
    /// None to a recipient at one of these domains.
    pub passing_over: Vec<String>,
    /// So many at the most.
    pub limit: u32,
}

/// What is due waits in lanes, so that what can't be sent keeps nobody else's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What was never tried, those first that were due first.
    Untried,
    /// The same from its end, so that a mail that is caused now is not behind all of a backlog.
    Newest,
    /// What was tried before, those first that were due first.
    Retries,
}

impl Lane {
    /// All there are, in the order in which they come.
    pub const ALL: [Self; 3] = [Self::Untried, Self::Newest, Self::Retries];
}

/// How full the outbox is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxStatistics {
    /// Messages to be sent, with those being sent.
    pub queued: u64,
    /// When the oldest of these was caused.
    pub oldest_queued: Option<Timestamp>,
    /// When the oldest was caused that nobody tried to send yet: whom others write to can't make it old.
    pub oldest_untried: Option<Timestamp>,
    /// Messages given up.
    pub dead: u64,
}

/// The outbox. Every change after a claim names the attempt that the claim began, so that a worker whose lease ran out
/// changes nothing any more.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OutboxRepository: Send {
    /// Adds a message; it is sent once the unit of work is committed. Fails with
    /// [`Constraint::MessageUser`](super::Constraint::MessageUser) when it is about a user that does not exist (any more).
    async fn enqueue(&mut self, message: &Message) -> StoreResult<()>;

    /// Adds messages, as [`enqueue`](Self::enqueue) does, by as few statements as can be.
    async fn enqueue_all(&mut self, messages: &[Message]) -> StoreResult<()>;

    /// The message of this id.
    async fn find(&mut self, id: MessageId) -> StoreResult<Option<Message>>;

    /// When the next message that is queued or being sent is or was due.
    async fn next_due(&mut self) -> StoreResult<Option<Timestamp>>;

    /// Claims messages that are due, also from a worker whose lease ran out: each is being sent from here on, counts one
    /// attempt more, and is due again only when the lease ends. No two workers get the same message, and none waits for
    /// another.
    async fn claim_due(&mut self, claim: &Claim) -> StoreResult<Vec<Message>>;

    /// Mends what was dated by a clock that was ahead. A message that was never tried is due now. One that was tried is due now if it
    /// was due after `latest_retry`. A lease ends at `lease_until` at the latest. How many messages were changed.
    async fn bring_forward(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        latest_retry: Timestamp,
    ) -> StoreResult<u64>;

    /// Stores what looking up the addressee of a claimed message gave: its template, address, user, facts and sealed token.
    /// Whether the attempt still holds the message. The user must exist, as for [`enqueue`](Self::enqueue).
    async fn resolve(&mut self, message: &Message) -> StoreResult<bool>;

    /// The attempt succeeded: the message is sent, its sealed token gone. Whether the attempt still held it.
    async fn mark_sent(&mut self, id: MessageId, attempt: u32, now: Timestamp) -> StoreResult<bool>;

    /// The attempt failed; the next one may begin at `due_at`. Whether the attempt still held it.
    async fn mark_failed(&mut self, id: MessageId, attempt: u32, error: &str, due_at: Timestamp) -> StoreResult<bool>;

    /// The attempt failed for good: the message is dead. Whether the attempt still held it.
    async fn mark_dead(&mut self, id: MessageId, attempt: u32, error: &str, now: Timestamp) -> StoreResult<bool>;

    /// Queues a dead message again, or brings forward a queued one that waits for its next attempt: due now, as if it had
    /// never been tried. Whether there was such a message; one that is being sent is none.
    async fn retry(&mut self, id: MessageId, now: Timestamp) -> StoreResult<bool>;

    /// Queues every dead message again, as [`retry`](Self::retry) does; how many.
    async fn retry_dead(&mut self, now: Timestamp) -> StoreResult<u64>;

    /// Removes a message, whatever its state; whether there was one. A worker that has it in hand still sends it.
    async fn discard(&mut self, id: MessageId) -> StoreResult<bool>;

    /// Lets go of the [notices](ironplate_domain::MailTemplate::is_notice) about this user that are not sent yet, so that they
    /// don't go with the account, as its other messages do; how many.
    async fn release_notices(&mut self, user: UserId) -> StoreResult<u64>;

    /// The messages that are about this user, whatever their state and their address, by their ids, from behind this one on;
    /// at most `limit`.
    async fn list_for(&mut self, user: UserId, after: Option<MessageId>, limit: u32) -> StoreResult<Vec<Message>>;

    /// Removes at most `limit` messages of this state that were finished before `before`; how many.
    async fn prune(&mut self, state: MessageState, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// One page of all messages, of one state if one is given; the search text is looked for in addresses. However it is
    /// asked for, no more than [`Count::MOST`](super::Count::MOST) are counted.
    async fn list(
        &mut self,
        state: Option<MessageState>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Message>>;

    /// How full it is.
    async fn statistics(&mut self) -> StoreResult<OutboxStatistics>;
}
