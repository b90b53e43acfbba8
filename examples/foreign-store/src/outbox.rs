//! The outbox.

use async_trait::async_trait;
use ironplate_application::ports::{
    Claim, Constraint, Lane, MessageOrder, OutboxRepository, OutboxStatistics, Page, PageRequest, StoreError,
    StoreResult,
};
use ironplate_domain::{Message, MessageId, MessageState, Timestamp, UserId};
use ironplate_testkit::paging;

use crate::{handle::Handle, records::Rows};

#[async_trait]
impl OutboxRepository for Handle {
    async fn enqueue(&mut self, message: &Message) -> StoreResult<()> {
        self.call(|rows| {
            if message.is_owed() == message.finished_at.is_some() {
                return Err(StoreError::Internal("a message is finished when it is sent or dead".into()));
            }
            check_user(rows, message)?;
            rows.insert(message)
        })
    }

    async fn enqueue_all(&mut self, messages: &[Message]) -> StoreResult<()> {
        for message in messages {
            self.enqueue(message).await?;
        }
        Ok(())
    }

    async fn find(&mut self, id: MessageId) -> StoreResult<Option<Message>> {
        self.call(|rows| rows.find(id.0.as_bytes()))
    }

    async fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.call(|rows| Ok(rows.those(Message::is_owed)?.iter().map(|message| message.due_at).min()))
    }

    async fn claim_due(&mut self, claim: &Claim) -> StoreResult<Vec<Message>> {
        let is_wanted = |message: &Message| {
            message.is_owed()
                && message.due_at <= claim.now
                && (message.attempts > 0) == (claim.lane == Lane::Retries)
                && !claim.passing_over.iter().any(|domain| domain == message.to.domain())
        };
        self.call(|rows| {
            let mut due = rows.those(is_wanted)?;
            due.sort_by_key(|message| (message.due_at, message.id));
            if claim.lane == Lane::Newest {
                due.reverse();
            }
            due.truncate(claim.limit as usize);
            for message in &mut due {
                message.claim(claim.lease_until);
                rows.put(message)?;
            }
            Ok(due)
        })
    }

    async fn bring_forward(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        latest_retry: Timestamp,
    ) -> StoreResult<u64> {
        let latest = |message: &Message| match message.state {
            MessageState::Sending => (lease_until, lease_until),
            _ if message.attempts == 0 => (now, now),
            _ => (latest_retry, now),
        };
        let is_put_off = |message: &Message| message.is_owed() && message.due_at > latest(message).0;
        self.call(|rows| rows.change_all(is_put_off, |message| message.due_at = latest(message).1))
    }

    async fn resolve(&mut self, message: &Message) -> StoreResult<bool> {
        self.call(|rows| check_user(rows, message))?;
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
        self.call(|rows| {
            Ok(rows.change(id.0.as_bytes(), Message::can_be_retried, |message| message.retry(now))?.is_some())
        })
    }

    async fn retry_dead(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.call(|rows| rows.change_all(is_dead, |message| message.retry(now)))
    }

    async fn discard(&mut self, id: MessageId) -> StoreResult<bool> {
        self.call(|rows| rows.remove::<Message>(id.0.as_bytes()))
    }

    async fn release_notices(&mut self, user: UserId) -> StoreResult<u64> {
        let is_notice =
            |message: &Message| message.user == Some(user) && message.is_owed() && message.template.is_notice();
        self.call(|rows| rows.change_all(is_notice, |message| message.user = None))
    }

    async fn list_for(&mut self, user: UserId, after: Option<MessageId>, limit: u32) -> StoreResult<Vec<Message>> {
        let is_wanted = |message: &Message| message.user == Some(user) && after.is_none_or(|after| message.id > after);
        self.call(|rows| Ok(rows.those(is_wanted)?.into_iter().take(limit as usize).collect()))
    }

    async fn prune(&mut self, state: MessageState, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let is_over = |message: &Message| message.state == state && message.finished_at.is_some_and(|at| at < before);
        self.call(|rows| {
            let mut over = rows.those(is_over)?;
            over.sort_by_key(|message| message.finished_at);
            over.truncate(limit as usize);
            rows.remove_all(&over)
        })
    }

    async fn list(
        &mut self,
        state: Option<MessageState>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Message>> {
        let is_wanted = |message: &Message| {
            state.is_none_or(|state| message.state == state)
                && paging::contains([Some(message.to.as_str()), None], page.search.as_deref())
        };
        self.call(|rows| Ok(paging::counted_to_most(paging::page(rows.those(is_wanted)?.iter(), page))))
    }

    async fn statistics(&mut self) -> StoreResult<OutboxStatistics> {
        self.call(|rows| {
            let owed = rows.those(Message::is_owed)?;
            Ok(OutboxStatistics {
                queued: owed.len() as u64,
                oldest_queued: owed.iter().map(|message| message.created_at).min(),
                oldest_untried: owed
                    .iter()
                    .filter(|message| message.attempts == 0)
                    .map(|message| message.created_at)
                    .min(),
                dead: rows.those(is_dead)?.len() as u64,
            })
        })
    }
}

impl Handle {
    /// Changes a message that this attempt still holds; whether it did.
    fn change_held(&mut self, id: MessageId, attempt: u32, change: impl FnOnce(&mut Message)) -> StoreResult<bool> {
        self.call(|rows| {
            Ok(rows.change(id.0.as_bytes(), |message: &Message| message.is_held_by(attempt), change)?.is_some())
        })
    }
}

fn check_user(rows: &Rows, message: &Message) -> StoreResult<()> {
    message.user.map_or(Ok(()), |user| rows.check_user(user, Constraint::MessageUser))
}

fn is_dead(message: &Message) -> bool {
    message.state == MessageState::Dead
}
