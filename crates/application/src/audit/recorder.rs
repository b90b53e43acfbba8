//! How use cases record what happened.

use std::sync::Arc;

use ironplate_domain::{Action, Actor, AuditDetail, AuditEvent, AuditEventId, AuditKind, Client, Resource, can};

use super::log;
use crate::{
    fault::{Class, Fault, Kind},
    ports::{Clock, Secrets, Store, StoreResult},
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
}

/// This actor may not do this; that they tried is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The user doesn't have enough privileges")]
pub struct Denied;

impl Fault for Denied {
    fn class(&self) -> Class {
        Kind::Denied.coded("not_enough_privileges")
    }
}

impl Recorder {
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
            // Throttled and denied ones are recorded as such; where we failed ourselves, nothing was decided.
            if !matches!(kind, Kind::Throttled(_) | Kind::Denied | Kind::Unavailable | Kind::Internal) {
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
        let event = self.event(AuditKind::PermissionRefused, client).by(actor.user).failed(Denied.class().code);
        let event = event.saying(AuditDetail::Action, action.name()).saying(AuditDetail::Resource, resource.name());
        self.record_alone(match resource.owner() {
            Some(owner) => event.on(owner),
            None => event,
        })
        .await;
        Err(Denied)
    }
}
