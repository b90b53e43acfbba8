//! What an operator does with the outbox. Asks no permission: for the command line, and for ways in that asked already.

use ironplate_domain::{AuditDetail, AuditEvent, AuditKind, Message, MessageId, MessageState};

use super::Outbox;
use crate::{
    Operator,
    ports::{MessageOrder, OutboxStatistics, Page, PageRequest, StoreResult},
};

impl Outbox {
    /// One page of the messages, of one state if one is given.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(
        &self,
        state: Option<MessageState>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Message>> {
        self.store.read().await?.outbox().list(state, page).await
    }

    /// The message of this id.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn find(&self, id: MessageId) -> StoreResult<Option<Message>> {
        self.store.read().await?.outbox().find(id).await
    }

    /// Sends a message now that is dead or waits for its next attempt; whether there was such a one.
    ///
    /// # Errors
    /// Storage failed; nothing was changed.
    pub async fn retry(&self, id: MessageId, by: &Operator) -> StoreResult<bool> {
        let mut work = self.store.begin().await?;
        let retried = work.outbox().retry(id, self.clock.now()).await?;
        if retried {
            let event = self.event(AuditKind::MessageRetried, by).saying(AuditDetail::Message, id);
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(retried)
    }

    /// Sends all dead messages now; how many.
    ///
    /// # Errors
    /// Storage failed; nothing was changed.
    pub async fn retry_dead(&self, by: &Operator) -> StoreResult<u64> {
        let mut work = self.store.begin().await?;
        let retried = work.outbox().retry_dead(self.clock.now()).await?;
        if retried > 0 {
            let event = self.event(AuditKind::MessageRetried, by).saying(AuditDetail::Count, retried);
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(retried)
    }

    /// Removes a message, sent or not; whether there was one.
    ///
    /// # Errors
    /// Storage failed; nothing was removed.
    pub async fn discard(&self, id: MessageId, by: &Operator) -> StoreResult<bool> {
        let mut work = self.store.begin().await?;
        let discarded = work.outbox().discard(id).await?;
        if discarded {
            let event = self.event(AuditKind::MessageDiscarded, by).saying(AuditDetail::Message, id);
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(discarded)
    }

    /// How full the outbox is.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn statistics(&self) -> StoreResult<OutboxStatistics> {
        self.store.read().await?.outbox().statistics().await
    }

    fn event(&self, kind: AuditKind, Operator { actor, client }: &Operator) -> AuditEvent {
        let event = self.recorder.event(kind, client);
        match actor {
            Some(actor) => event.by(actor.user),
            None => event,
        }
    }
}
