//! Claim what is due, and send it.

use ironplate_domain::{Message, MessageId, Timestamp};
use ironplate_measure::{SpanKind, figures, traced};

use super::Outbox;
use crate::{
    fault::{logged, with_causes},
    ports::{BoxError, Claim, Lane, OutgoingMail, SendError, StoreResult, TemplateContext},
};

/// What became of a message that was claimed.
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
    LeaseLost,
}

impl Delivery {
    /// Its name in metrics and traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
            Self::LeaseLost => "lease lost",
        }
    }
}

/// A message that was claimed, and whose addressee is known; or how it went already, if there is nothing to send.
#[derive(Debug)]
pub struct Prepared {
    message: Message,
    outcome: Option<Outcome>,
}

impl Prepared {
    /// Which message.
    #[must_use]
    pub fn id(&self) -> MessageId {
        self.message.id
    }
}

/// A message that was claimed, and how sending it went.
#[derive(Debug)]
pub struct Sending {
    message: Message,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    Sent,
    Refused(SendError),
    /// There was nothing to send.
    Settled(Delivery),
}

impl Outbox {
    /// When the next message is or was due.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn next_due(&self) -> StoreResult<Option<Timestamp>> {
        self.core.store.read().await?.outbox().next_due().await
    }

    /// Claims at most `limit` messages that are due, from the first of these lanes on, and none to these domains. Each is
    /// this caller's for the length of the lease, and should be [prepared](Self::prepare) and [sent](Self::send) at once.
    ///
    /// # Errors
    /// Storage failed; nothing was claimed.
    pub async fn claim(&self, limit: u32, lanes: &[Lane], passing_over: &[String]) -> StoreResult<Vec<Message>> {
        let now = self.core.clock.now();
        let mut work = self.core.store.begin().await?;
        let mut messages = Vec::new();
        for &lane in lanes {
            let lease_until = now.after(self.core.policy.delivery.lease);
            let limit = limit.saturating_sub(u32::try_from(messages.len()).unwrap_or(u32::MAX));
            if limit > 0 {
                let claim = Claim { lane, now, lease_until, passing_over: passing_over.to_vec(), limit };
                messages.extend(work.outbox().claim_due(&claim).await?);
            }
        }
        work.commit().await?;
        Ok(messages)
    }

    /// Finds out whom to write to. Messages are prepared one after the other, in the order in which they were claimed: of
    /// two links for one purpose the later one is the one that works.
    pub async fn prepare(&self, message: Message) -> Prepared {
        let max_attempts = self.core.policy.delivery.max_attempts;
        if message.attempts > max_attempts {
            // As when sending it kills the worker each time.
            let error = SendError::Permanent(format!("{max_attempts} attempts came to no end"));
            return Prepared { message, outcome: Some(Outcome::Refused(error)) };
        }
        match self.resolve(message.clone()).await {
            Ok(Ok(message)) => Prepared { message, outcome: None },
            Ok(Err(delivery)) => Prepared { message, outcome: Some(Outcome::Settled(delivery)) },
            Err(error) => {
                let error = SendError::Passing(with_causes(&error));
                Prepared { message, outcome: Some(Outcome::Refused(error)) }
            }
        }
    }

    /// Sends a message. How it went is to be [recorded](Self::record).
    pub async fn send(&self, prepared: Prepared) -> Sending {
        let Prepared { message, outcome } = prepared;
        if let Some(outcome) = outcome {
            return Sending { message, outcome };
        }
        let sent = match self.compose(&message) {
            Ok(mail) => traced(SpanKind::Transport, "hand over mail", self.core.transport.send(&mail)).await,
            Err(error) => Err(SendError::Passing(with_causes(&*error))),
        };
        let outcome = match sent {
            Ok(()) => {
                let (template, attempt) = (message.template.name(), message.attempts);
                tracing::info!(message_id = %message.id, template, attempt, "mail sent");
                if let Some(since) = self.failures.outage_is_over() {
                    let seconds = self.core.clock.now().seconds() - since.seconds();
                    tracing::info!(seconds, "the mail server takes mail again");
                }
                Outcome::Sent
            }
            Err(error) => Outcome::Refused(error),
        };
        Sending { message, outcome }
    }

    /// Records how a sending went. Can be repeated until it succeeds: a second time changes nothing.
    ///
    /// # Errors
    /// Storage failed. Unless it is recorded later, the message is due again when its lease runs out, even if it was
    /// sent: then the addressee gets it twice, with the same `Message-ID`.
    pub async fn record(&self, sending: &Sending) -> StoreResult<Delivery> {
        let Sending { message, outcome } = sending;
        match outcome {
            Outcome::Settled(delivery) => Ok(*delivery),
            Outcome::Refused(error) => self.fail(message, error).await,
            Outcome::Sent => {
                let now = self.core.clock.now();
                let mut work = self.core.store.begin().await?;
                let held = work.outbox().mark_sent(message.id, message.attempts, now).await?;
                work.commit().await?;
                Ok(if held { Delivery::Sent } else { Delivery::LeaseLost })
            }
        }
    }

    /// The mail as it goes out. The secret of its link exists in clear from here until it is sent.
    fn compose(&self, message: &Message) -> Result<OutgoingMail, BoxError> {
        let secret = match &message.sealed_token {
            Some(sealed) => Some(self.core.sealer.open(message.id, sealed)?),
            None => None,
        };
        let context = TemplateContext {
            template: message.template,
            to: message.to.clone(),
            facts: message.facts.clone(),
            link: self.core.policy.links.of(message.template, secret.as_ref()),
            created_at: message.created_at,
        };
        let rendered = self.core.renderer.render(&context)?;
        let (id, to, attempt) = (message.id, message.to.clone(), message.attempts);
        Ok(OutgoingMail { id, to, date: message.created_at, content: rendered, attempt })
    }

    async fn fail(&self, message: &Message, error: &SendError) -> StoreResult<Delivery> {
        let (id, attempt) = (message.id, message.attempts);
        let now = self.core.clock.now();
        let policy = &self.core.policy.delivery;
        let gives_up = matches!(error, SendError::Permanent(_)) || attempt >= policy.max_attempts;
        let due_at = now.after(message.back_off(policy.first_retry));
        let mut work = self.core.store.begin().await?;
        let held = if gives_up {
            work.outbox().mark_dead(id, attempt, &error.to_string(), now).await?
        } else {
            work.outbox().mark_failed(id, attempt, &error.to_string(), due_at).await?
        };
        work.commit().await?;
        self.tell_failure(message, error, gives_up, due_at);
        Ok(match (held, gives_up) {
            (false, _) => Delivery::LeaseLost,
            (true, true) => Delivery::Dead,
            (true, false) => Delivery::Failed,
        })
    }

    /// Whoever is meant is left out, so that what befalls many is known again.
    fn tell_failure(&self, message: &Message, error: &SendError, gives_up: bool, due_at: Timestamp) {
        let (id, template, attempt, now) =
            (message.id, message.template.name(), message.attempts, self.core.clock.now());
        let error_text = logged(error);
        if gives_up {
            if self.failures.is_news(&format!("given up: {error_text}"), now) {
                tracing::warn!(message_id = %id, template, attempt, error = error_text, "mail given up");
            }
            return;
        }
        if let SendError::Unavailable { server, .. } = error {
            figures().mail_server_unavailable.inc();
            self.failures.outage(now);
            if self.failures.is_news("unavailable", now) {
                tracing::warn!(
                    message_id = %id, template, attempt, server, error = error_text,
                    "the mail server takes no mail; what waits is tried again"
                );
            }
        } else if self.failures.is_news(&error_text, now) {
            tracing::warn!(message_id = %id, template, attempt, error = error_text, %due_at, "mail not sent");
        }
    }
}
