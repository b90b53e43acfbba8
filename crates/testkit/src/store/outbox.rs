//! The outbox of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{
    Claim, Constraint, Lane, MessageOrder, OutboxRepository, OutboxStatistics, Page, PageRequest, StoreError,
    StoreResult,
};
use ironplate_domain::{Message, MessageId, MessageState, Timestamp, UserId};

use super::{
    Handle,
    data::{Data, insert},
};
use crate::paging;

#[async_trait]
impl OutboxRepository for Handle {
    async fn enqueue(&mut self, message: &Message) -> StoreResult<()> {
        if message.is_owed() == message.finished_at.is_some() {
            return self.write(|_| Err(StoreError::Internal("a message is finished when it is sent or dead".into())));
        }
        self.write(|data| {
            check_addressee(data, message)?;
            insert(&mut data.outbox, message.id, message)
        })
    }

    async fn enqueue_all(&mut self, messages: &[Message]) -> StoreResult<()> {
        for message in messages {
            self.enqueue(message).await?;
        }
        Ok(())
    }

    async fn find(&mut self, id: MessageId) -> StoreResult<Option<Message>> {
        self.look(|data| data.outbox.get(&id).cloned())
    }

    async fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.look(|data| data.outbox.values().filter(|message| message.is_owed()).map(|message| message.due_at).min())
    }

    async fn claim_due(&mut self, claim: &Claim) -> StoreResult<Vec<Message>> {
        self.write(|data| {
            let is_wanted = |message: &&mut Message| {
                message.is_owed()
                    && message.due_at <= claim.now
                    && (message.attempts > 0) == (claim.lane == Lane::Retries)
                    && !claim.passing_over.iter().any(|domain| domain == message.to.domain())
            };
            let mut due: Vec<&mut Message> = data.outbox.values_mut().filter(is_wanted).collect();
            due.sort_by_key(|message| (message.due_at, message.id));
            if claim.lane == Lane::Newest {
                due.reverse();
            }
            due.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
            let take = |message: &mut Message| {
                message.claim(claim.lease_until);
                message.clone()
            };
            Ok(due.into_iter().map(take).collect())
        })
    }

    async fn bring_forward(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        latest_retry: Timestamp,
    ) -> StoreResult<u64> {
        self.write(|data| {
            let latest = |message: &Message| match message.state {
                MessageState::Sending => (lease_until, lease_until),
                _ if message.attempts == 0 => (now, now),
                _ => (latest_retry, now),
            };
            let put_off =
                data.outbox.values_mut().filter(|message| message.is_owed() && message.due_at > latest(message).0);
            Ok(put_off.map(|message| message.due_at = latest(message).1).count() as u64)
        })
    }

    async fn resolve(&mut self, message: &Message) -> StoreResult<bool> {
        self.write(|data| check_addressee(data, message))?;
        self.change_held(message.id, message.attempts, |held| held.resolve(message.clone()))
    }

    async fn mark_sent(&mut self, id: MessageId, attempt: u32, now: Timestamp) -> StoreResult<bool> {
        self.change_held(id, attempt, |held| held.mark_sent(now))
    }

    async fn mark_failed(&mut self, id: MessageId, attempt: u32, error: &str, due_at: Timestamp) -> StoreResult<bool> {
        self.change_held(id, attempt, |held| held.mark_failed(error, due_at))
    }

    async fn mark_dead(&mut self, id: MessageId, attempt: u32, error: &str, now: Timestamp) -> StoreResult<bool> {
        self.change_held(id, attempt, |held| held.mark_dead(error, now))
    }

    async fn retry(&mut self, id: MessageId, now: Timestamp) -> StoreResult<bool> {
        self.write(|data| match data.outbox.get_mut(&id) {
            Some(message) if message.can_be_retried() => {
                message.retry(now);
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    async fn retry_dead(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let dead = data.outbox.values_mut().filter(|message| message.state == MessageState::Dead);
            Ok(dead.map(|message| message.retry(now)).count() as u64)
        })
    }

    async fn discard(&mut self, id: MessageId) -> StoreResult<bool> {
        self.write(|data| Ok(data.outbox.remove(&id).is_some()))
    }

    async fn release_notices(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let theirs = data.outbox.values_mut().filter(|message| message.user == Some(user));
            let notices = theirs.filter(|message| message.is_owed() && message.template.is_notice());
            Ok(notices.map(|message| message.user = None).count() as u64)
        })
    }

    async fn list_for(&mut self, user: UserId, after: Option<MessageId>, limit: u32) -> StoreResult<Vec<Message>> {
        self.look(|data| {
            let theirs = data.outbox.values().filter(|message| message.user == Some(user));
            let behind = theirs.filter(|message| after.is_none_or(|after| message.id > after));
            behind.take(limit as usize).cloned().collect()
        })
    }

    async fn prune(&mut self, state: MessageState, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let is_over = |message: &&Message| {
                message.state == state && message.finished_at.is_some_and(|finished_at| finished_at < before)
            };
            let mut over: Vec<&Message> = data.outbox.values().filter(is_over).collect();
            over.sort_by_key(|message| message.finished_at);
            over.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let over: Vec<MessageId> = over.into_iter().map(|message| message.id).collect();
            Ok(over.iter().filter(|id| data.outbox.remove(id).is_some()).count() as u64)
        })
    }

    async fn list(
        &mut self,
        state: Option<MessageState>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Message>> {
        self.look(|data| {
            let matching = data.outbox.values().filter(|message| {
                state.is_none_or(|state| message.state == state)
                    && paging::contains([Some(message.to.as_str()), None], page.search.as_deref())
            });
            paging::counted_to_most(paging::page(matching, page))
        })
    }

    async fn statistics(&mut self) -> StoreResult<OutboxStatistics> {
        self.look(|data: &Data| {
            let owed = || data.outbox.values().filter(|message| message.is_owed());
            let dead = data.outbox.values().filter(|message| message.state == MessageState::Dead);
            OutboxStatistics {
                queued: owed().count() as u64,
                oldest_queued: owed().map(|message| message.created_at).min(),
                oldest_untried: owed().filter(|message| message.attempts == 0).map(|message| message.created_at).min(),
                dead: dead.count() as u64,
            }
        })
    }
}

impl Handle {
    fn change_held(&mut self, id: MessageId, attempt: u32, change: impl FnOnce(&mut Message)) -> StoreResult<bool> {
        self.write(|data| match data.outbox.get_mut(&id) {
            Some(message) if message.is_held_by(attempt) => {
                change(message);
                Ok(true)
            }
            _ => Ok(false),
        })
    }
}

/// A message is about nobody, or about a user that exists.
fn check_addressee(data: &Data, message: &Message) -> StoreResult<()> {
    message.user.map_or(Ok(()), |user| data.check_user(user, Constraint::MessageUser))
}
