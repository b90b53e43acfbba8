//! The audit events of the fake store.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironplate_application::ports::{
    AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRepository, AuditRequest, DayCount, StoreResult,
};
use ironplate_domain::{AuditEvent, AuditKind, AuditOutcome, Date, Timestamp};

use super::{Handle, data::insert};

#[async_trait]
impl AuditRepository for Handle {
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()> {
        self.write(|data| insert(&mut data.audit, event.id, event))
    }

    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage> {
        self.look(|data| {
            let mut events: Vec<AuditEvent> =
                data.audit.values().filter(|event| matches(&request.filter, event)).cloned().collect();
            events.sort_by_key(|event| (event.at, event.id));
            if request.order == AuditOrder::Newest {
                events.reverse();
            }
            if let Some(after) = request.after {
                let place = (after.at, after.id);
                events.retain(|event| match request.order {
                    AuditOrder::Newest => (event.at, event.id) < place,
                    AuditOrder::Oldest => (event.at, event.id) > place,
                });
            }
            let limit = request.limit as usize;
            let more = events.len() > limit;
            events.truncate(limit);
            let next = events.last().filter(|_| more).map(AuditCursor::behind);
            AuditPage { events, next }
        })
    }

    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>> {
        self.look(|data| {
            let mut days: BTreeMap<i64, DayCount> = BTreeMap::new();
            for event in data.audit.values().filter(|event| event.kind == kind && event.at >= since) {
                let day = i64::from(Date::of(event.at).days());
                let count = days.entry(day).or_insert(DayCount { day, done: 0, failed: 0 });
                match event.outcome {
                    AuditOutcome::Success => count.done += 1,
                    AuditOutcome::Failure => count.failed += 1,
                }
            }
            days.into_values().collect()
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut over: Vec<_> = data.audit.values().filter(|event| event.at < before).cloned().collect();
            over.sort_by_key(|event| (event.at, event.id));
            over.truncate(limit as usize);
            for event in &over {
                data.audit.remove(&event.id);
            }
            Ok(over.len() as u64)
        })
    }
}

fn matches(filter: &AuditFilter, event: &AuditEvent) -> bool {
    let AuditFilter { actor, subject, organization, kind, outcome, request_id, since, until } = filter;
    actor.is_none_or(|actor| event.actor == Some(actor))
        && subject.is_none_or(|subject| event.subject == Some(subject))
        && organization.is_none_or(|organization| event.organization == Some(organization))
        && kind.is_none_or(|kind| event.kind == kind)
        && outcome.is_none_or(|outcome| event.outcome == outcome)
        && request_id.as_ref().is_none_or(|id| event.client.request_id.as_ref() == Some(id))
        && since.is_none_or(|since| event.at >= since)
        && until.is_none_or(|until| event.at < until)
}
