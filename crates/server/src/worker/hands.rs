//! The messages that a worker has in hand, and whom they leave room for.
//!
//! A mail server may take its time for some recipients, by intent or not, and whoever signs up chooses one. So neither one domain
//! nor all that failed before may keep more than half the hands: the others are free for mail that leaves at once. The bound is each
//! worker's own, for it is its hands that it guards.

use std::collections::{BTreeMap, HashMap};

use ironplate_application::{outbox::Delivery, ports::StoreResult};
use ironplate_domain::{Message, MessageId};
use tokio::task::{Id, JoinError, JoinSet};

/// What became of a message.
pub(super) type Done = Result<StoreResult<Delivery>, JoinError>;

pub(super) struct Hands {
    count: usize,
    tasks: JoinSet<StoreResult<Delivery>>,
    held: HashMap<Id, Held>,
}

/// A message in hand.
pub(super) struct Held {
    message: MessageId,
    domain: String,
    is_retry: bool,
}

impl Held {
    pub(super) fn of(message: &Message) -> Self {
        Self { message: message.id, domain: message.to.domain().to_owned(), is_retry: message.attempts > 1 }
    }
}

/// What is not to be taken up as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Mail to these domains.
    pub(super) busy_domains: Vec<String>,
    /// What was tried before.
    pub(super) retries_are_enough: bool,
}

impl Hands {
    pub(super) fn new(count: usize) -> Self {
        Self { count, tasks: JoinSet::new(), held: HashMap::new() }
    }

    pub(super) fn are_full(&self) -> bool {
        self.tasks.len() >= self.count
    }

    pub(super) fn bounds(&self) -> Bounds {
        let most = (self.count / 2).max(1);
        let mut by_domain: BTreeMap<&str, usize> = BTreeMap::new();
        for held in self.held.values() {
            *by_domain.entry(&held.domain).or_default() += 1;
        }
        let busy = by_domain.into_iter().filter(|(_, count)| *count >= most);
        let retries = self.held.values().filter(|held| held.is_retry).count();
        Bounds {
            busy_domains: busy.map(|(domain, _)| domain.to_owned()).collect(),
            retries_are_enough: retries >= most,
        }
    }

    pub(super) fn take(&mut self, held: Held, sending: impl Future<Output = StoreResult<Delivery>> + Send + 'static) {
        let task = self.tasks.spawn(sending);
        self.held.insert(task.id(), held);
    }

    /// The next message that is out of hand; `None` when there is none in hand.
    pub(super) async fn next_done(&mut self) -> Option<(MessageId, Done)> {
        let done = self.tasks.join_next_with_id().await?;
        let task = done.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let held = self.held.remove(&task)?;
        Some((held.message, done.map(|(_, delivery)| delivery)))
    }
}
