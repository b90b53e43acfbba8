//! How use cases record what happened.

use std::{sync::Arc, time::Duration};

use ironplate_domain::{AuditDetail, AuditEvent, AuditEventId, AuditKind, Client, TokenSecret};

use super::{
    log,
    passed_over::{Counts, PassedOver},
};
use crate::{
    core::Ports,
    fault::{Class, Fault, Kind},
    ports::{Bucket, Clock, Decision, Quota, RateLimiter, Secrets, Store, StoreResult},
};

/// Makes audit events, and records those that no unit of work takes along.
#[derive(Clone)]
pub(crate) struct Recorder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
    /// Keeps a flood from filling the log.
    permits: Arc<dyn RateLimiter>,
    passed_over: Arc<Counts>,
}

/// So many refusals of one actor, or of one network of strangers, are recorded: more tell nothing new, and whoever runs into
/// them may do so on purpose.
pub(crate) const REFUSALS: Quota = Quota { permits: 30, period: Duration::from_mins(1) };

impl Recorder {
    pub(crate) fn new(ports: &Ports) -> Self {
        let Ports { store, limiter: permits, clock, secrets, .. } = ports.clone();
        Self { store, clock, secrets, permits, passed_over: Arc::default() }
    }

    /// An event of this moment, to be recorded in the unit of work that it is about.
    pub(crate) fn event(&self, kind: AuditKind, client: &Client) -> AuditEvent {
        AuditEvent::new(AuditEventId(self.secrets.id()), self.clock.now(), kind, client)
    }

    /// An event that comes with another one: done by the same, at this moment.
    pub(crate) fn event_beside(&self, event: &AuditEvent, kind: AuditKind) -> AuditEvent {
        let operator = event.details.get_key_value(&AuditDetail::Operator);
        let details = operator.map(|(detail, login)| (*detail, login.clone())).into_iter().collect();
        AuditEvent { actor: event.actor, details, ..self.event(kind, &event.client) }
    }

    /// Records what changed nothing, and so has no unit of work. That it can't be recorded is no reason to answer
    /// differently: the log has it then.
    ///
    /// No unit of work may be open: where there is one writer, it would wait for itself.
    pub(crate) async fn record_alone(&self, event: AuditEvent) {
        if let Err(error) = self.try_record(&event).await {
            log::not_recorded(&event, &error);
        }
    }

    async fn try_record(&self, event: &AuditEvent) -> StoreResult<()> {
        let mut work = self.store.begin().await?;
        work.audit().record(event).await?;
        work.commit().await
    }

    /// Records the event as failed if the outcome is a refusal that was not recorded before.
    pub(crate) async fn refusal_of<T, E: Fault>(&self, event: AuditEvent, outcome: Result<T, E>) -> Result<T, E> {
        if let Err(error) = &outcome {
            let Class { kind, code, .. } = error.class();
            let is_recorded = matches!(kind, Kind::Denied(_) | Kind::Throttled(_));
            // Where we failed ourselves, nothing was decided.
            if !is_recorded && !matches!(kind, Kind::Unavailable | Kind::Internal) {
                self.record_alone(event.failed(code)).await;
            }
        }
        outcome
    }

    /// Records what a stranger was refused, who need not have an account to try it: of each network only so many.
    pub(crate) async fn record_refusal_of_stranger(&self, event: AuditEvent) {
        let whose = format!("{} {}", event.kind.name(), event.client.network().unwrap_or_default());
        if let Some(passed_over) = self.may_record("recorded_refusals", &whose, REFUSALS).await {
            self.record_alone(passed_over.told_by(event)).await;
        }
    }

    /// Whether another event of this sort may be recorded, and how many were not since the last one; `None` if it may not.
    /// Who can't be counted is recorded.
    pub(crate) async fn may_record(&self, limit: &'static str, whose: &str, quota: Quota) -> Option<PassedOver> {
        let bucket = Bucket { limit, key: self.secrets.digest(&TokenSecret::new(whose)).0 };
        if let Ok(Decision::Refused { .. }) = self.permits.take(&bucket, quota, self.clock.now()).await {
            self.passed_over.add(bucket.key);
            return None;
        }
        Some(self.passed_over.take(&bucket.key))
    }
}
