//! Take up what is due, and send it.

use ironplate_domain::{Message, Timestamp};

use super::Outbox;
use crate::ports::{BoxError, OutgoingMail, SendError, StoreResult, TemplateContext};

/// What became of a message that was taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server has it.
    Sent,
    /// It will be tried again.
    Failed,
    /// It was given up.
    Dead,
    /// Nobody has the address; there was nothing to send.
    Dropped,
    /// The lease ran out meanwhile: the message is another worker's.
    Lost,
}

impl Outbox {
    /// When the next message is or was due.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn next_due(&self) -> StoreResult<Option<Timestamp>> {
        self.store.read().await?.outbox().next_due().await
    }

    /// Takes up at most `limit` messages that are due. Each is this caller's for the length of the lease, and should be
    /// [delivered](Self::deliver) at once.
    ///
    /// # Errors
    /// Storage failed; nothing was taken up.
    pub async fn take_up(&self, limit: u32) -> StoreResult<Vec<Message>> {
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        let messages = work.outbox().claim_due(now, now.after(self.policy.delivery.lease), limit).await?;
        work.commit().await?;
        Ok(messages)
    }

    /// Sends a message that was taken up, and records how it went.
    ///
    /// # Errors
    /// Storage failed. The message is due again when its lease runs out, even if it was sent: then the addressee gets
    /// it twice, with the same `Message-ID`.
    pub async fn deliver(&self, message: Message) -> StoreResult<Delivery> {
        let (id, attempt) = (message.id, message.attempts);
        let message = match self.resolve(message.clone()).await {
            Ok(Ok(message)) => message,
            Ok(Err(delivery)) => return Ok(delivery),
            Err(error) => return self.fail(&message, &SendError::Passing(describe(&error))).await,
        };
        let mail = match self.compose(&message) {
            Ok(mail) => mail,
            Err(error) => return self.fail(&message, &SendError::Passing(describe(&*error))).await,
        };
        if let Err(error) = self.transport.send(&mail).await {
            return self.fail(&message, &error).await;
        }
        tracing::info!(message_id = %id, template = message.template.name(), attempt, "mail sent");
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        let held = work.outbox().mark_sent(id, attempt, now).await?;
        work.commit().await?;
        Ok(if held { Delivery::Sent } else { Delivery::Lost })
    }

    /// The mail as it goes out. The secret of its link exists in clear from here until it is sent.
    fn compose(&self, message: &Message) -> Result<OutgoingMail, BoxError> {
        let secret = match &message.sealed_token {
            Some(sealed) => Some(self.sealer.open(message.id, sealed)?),
            None => None,
        };
        let context = TemplateContext {
            template: message.template,
            to: message.to.clone(),
            facts: message.facts.clone(),
            link: self.links.of(message.template, secret.as_ref()),
            created_at: message.created_at,
        };
        let rendered = self.renderer.render(&context)?;
        Ok(OutgoingMail { id: message.id, to: message.to.clone(), date: message.created_at, content: rendered })
    }

    async fn fail(&self, message: &Message, error: &SendError) -> StoreResult<Delivery> {
        let (id, template, attempt) = (message.id, message.template.name(), message.attempts);
        let now = self.clock.now();
        let policy = &self.policy.delivery;
        let gives_up = matches!(error, SendError::Permanent(_)) || attempt >= policy.max_attempts;
        let mut work = self.store.begin().await?;
        let held = if gives_up {
            tracing::error!(message_id = %id, template, attempt, %error, "mail given up");
            work.outbox().mark_dead(id, attempt, &error.to_string(), now).await?
        } else {
            let due_at = now.after(message.back_off(policy.first_retry));
            tracing::warn!(message_id = %id, template, attempt, %error, %due_at, "mail not sent");
            work.outbox().mark_failed(id, attempt, &error.to_string(), due_at).await?
        };
        work.commit().await?;
        Ok(match (held, gives_up) {
            (false, _) => Delivery::Lost,
            (true, true) => Delivery::Dead,
            (true, false) => Delivery::Failed,
        })
    }
}

/// An error with its causes, for the operator.
fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
