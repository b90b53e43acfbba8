//! How use cases record what happened.

use std::{sync::Arc, time::Duration};

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditEventId, AuditKind, Client, Resource, TokenSecret, UserId, can,
};

use super::{
    log,
    passed_over::{Counts, PassedOver},
};
use crate::{
    fault::{Class, Fault, Kind},
    ports::{Bucket, Clock, Decision, Quota, RateLimiter, Secrets, Store, StoreResult},
};

/// Makes audit events, and records those that no unit of work takes along.
#[derive(Clone)]
pub struct Recorder {
    /// Where events are kept.
    pub store: Arc<dyn Store>,
    /// Dates events.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub secrets: Arc<dyn Secrets>,
    /// Keeps a flood from filling the log.
    pub permits: Arc<dyn RateLimiter>,
    pub(super) passed_over: Arc<Counts>,
}

/// How many refusals of one actor, or of one network of strangers, are recorded: more tell nothing new, and whoever runs into them may do so on purpose.
const REFUSALS: Quota = Quota { permits: 30, period: Duration::from_mins(1) };

/// This actor may not do this. Only [`Recorder::refuse`] makes one, so whoever has it knows that the denial is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("The user doesn't have enough privileges")]
#[non_exhaustive]
pub struct Denied;

impl Fault for Denied {
    fn class(&self) -> Class {
        Kind::Denied(*self).coded("not_enough_privileges")
    }
}

impl Recorder {
    /// One that records there.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        secrets: Arc<dyn Secrets>,
        permits: Arc<dyn RateLimiter>,
    ) -> Self {
        Self { store, clock, secrets, permits, passed_over: Arc::default() }
    }

    /// An event of this moment, to be recorded in the unit of work that it is about.
    pub(crate) fn event(&self, kind: AuditKind, client: &Client) -> AuditEvent {
        AuditEvent::new(AuditEventId(self.secrets.id()), self.clock.now(), kind, client)
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
            let Class { kind, code } = error.class();
            let is_recorded = matches!(kind, Kind::Denied(_) | Kind::Throttled(_));
            // Where we failed ourselves, nothing was decided.
            if !is_recorded && !matches!(kind, Kind::Unavailable | Kind::Internal) {
                self.record_alone(event.failed(code)).await;
            }
        }
        outcome
    }

    /// Asks the access rules, and records a refusal.
    ///
    /// # Errors
    /// [`Denied`]: the actor may not do this.
    pub async fn permit(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<(), Denied> {
        if can(actor, action, resource) {
            return Ok(());
        }
        Err(self.refuse(actor, action.name(), resource.name(), resource.owner(), client).await)
    }

    /// Records that this actor may not do this, for ways in that refuse by themselves what is not theirs to decide on.
    pub async fn refuse(
        &self,
        actor: Actor,
        action: &str,
        resource: &str,
        owner: Option<UserId>,
        client: &Client,
    ) -> Denied {
        if let Some(passed_over) = self.may_record("recorded_refusals", &actor.user.to_string(), REFUSALS).await {
            let event = self.event(AuditKind::PermissionRefused, client).by(actor.user).failed(Denied.class().code);
            let event = event.saying(AuditDetail::Action, action).saying(AuditDetail::Resource, resource);
            self.record_alone(AuditEvent { subject: owner, ..passed_over.told_by(event) }).await;
        }
        Denied
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
