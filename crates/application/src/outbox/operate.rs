//! What an operator does with the outbox. Whoever has the command line is asked no permission.

use ironplate_domain::{Action, AuditDetail, AuditEvent, AuditKind, Message, MessageId, MessageState, Resource};

use super::{Outbox, OverseeError};
use crate::{
    operator::Operator,
    ports::{MessageOrder, OutboxStatistics, Page, PageRequest, StoreResult, UnitOfWork},
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
        self.core.store.read().await?.outbox().list(state, page).await
    }

    /// The message of this id.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn find(&self, id: MessageId) -> StoreResult<Option<Message>> {
        self.core.store.read().await?.outbox().find(id).await
    }

    /// Sends a message now that is dead or waits for its next attempt; whether there was such a one.
    ///
    /// # Errors
    /// See [`OverseeError`]; nothing was changed.
    pub async fn retry(&self, id: MessageId, by: &Operator) -> Result<bool, OverseeError> {
        let mut work = self.begin(by).await?;
        let retried = work.outbox().retry(id, self.core.clock.now()).await?;
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
    /// See [`OverseeError`]; nothing was changed.
    pub async fn retry_dead(&self, by: &Operator) -> Result<u64, OverseeError> {
        let mut work = self.begin(by).await?;
        let retried = work.outbox().retry_dead(self.core.clock.now()).await?;
        if retried > 0 {
            let event = self.event(AuditKind::MessageRetried, by).saying(AuditDetail::Count, retried);
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(retried)
    }

    /// Removes a message, sent or not.
    ///
    /// # Errors
    /// See [`OverseeError`]; nothing was removed.
    pub async fn discard(&self, id: MessageId, by: &Operator) -> Result<(), OverseeError> {
        let mut work = self.begin(by).await?;
        if !work.outbox().discard(id).await? {
            return Err(OverseeError::NotFound);
        }
        let event = self.event(AuditKind::MessageDiscarded, by).saying(AuditDetail::Message, id);
        work.audit().record(&event).await?;
        Ok(work.commit().await?)
    }

    /// How full the outbox is.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn statistics(&self) -> StoreResult<OutboxStatistics> {
        self.core.store.read().await?.outbox().statistics().await
    }

    async fn begin(&self, by: &Operator) -> Result<Box<dyn UnitOfWork>, OverseeError> {
        self.core.begin_for(by.actor, Action::Administer, Resource::Outbox, &by.client).await
    }

    fn event(&self, kind: AuditKind, by: &Operator) -> AuditEvent {
        by.does(self.core.recorder.event(kind, &by.client))
    }
}
