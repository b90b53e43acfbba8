//! The messages that a worker is sending, and whom they leave room for.
//!
//! A mail server may take its time for some recipients, by intent or not, and whoever signs up chooses one. So neither one domain
//! nor all that failed before may take more than half of what is sent at once: the rest is free for mail that leaves at once. The bound
//! is each worker's own, for it is its own concurrency that it guards.

use std::collections::{BTreeMap, HashMap};

use ironplate_application::{outbox::Delivery, ports::StoreResult};
use ironplate_domain::{Message, MessageId};
use tokio::task::{Id, JoinError, JoinSet};

/// What became of a message.
pub(super) type Done = Result<StoreResult<Delivery>, JoinError>;

pub(super) struct InFlight {
    concurrency: usize,
    tasks: JoinSet<StoreResult<Delivery>>,
    messages: HashMap<Id, MessageInFlight>,
}

/// A message that is being sent.
pub(super) struct MessageInFlight {
    message: MessageId,
    domain: String,
    is_retry: bool,
}

impl MessageInFlight {
    pub(super) fn of(message: &Message) -> Self {
        Self { message: message.id, domain: message.to.domain().to_owned(), is_retry: message.attempts > 1 }
    }
}

/// What is not to be claimed as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClaimBounds {
    /// Mail to these domains.
    pub(super) busy_domains: Vec<String>,
    /// What was tried before.
    pub(super) retries_are_enough: bool,
}

impl InFlight {
    pub(super) fn new(concurrency: usize) -> Self {
        Self { concurrency, tasks: JoinSet::new(), messages: HashMap::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.tasks.len() >= self.concurrency
    }

    pub(super) fn bounds(&self) -> ClaimBounds {
        let most = (self.concurrency / 2).max(1);
        let mut by_domain: BTreeMap<&str, usize> = BTreeMap::new();
        for message in self.messages.values() {
            *by_domain.entry(&message.domain).or_default() += 1;
        }
        let busy = by_domain.into_iter().filter(|(_, count)| *count >= most);
        let retries = self.messages.values().filter(|message| message.is_retry).count();
        ClaimBounds {
            busy_domains: busy.map(|(domain, _)| domain.to_owned()).collect(),
            retries_are_enough: retries >= most,
        }
    }

    pub(super) fn take(
        &mut self,
        message: MessageInFlight,
        sending: impl Future<Output = StoreResult<Delivery>> + Send + 'static,
    ) {
        let task = self.tasks.spawn(sending);
        self.messages.insert(task.id(), message);
    }

    /// The next message that is done; `None` when none is being sent.
    pub(super) async fn next_done(&mut self) -> Option<(MessageId, Done)> {
        let done = self.tasks.join_next_with_id().await?;
        let task = done.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let in_flight = self.messages.remove(&task)?;
        Some((in_flight.message, done.map(|(_, delivery)| delivery)))
    }
}
