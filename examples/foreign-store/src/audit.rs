//! The audit log.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironplate_application::ports::{
    AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRepository, AuditRequest, DayCount, StoreResult,
};
use ironplate_domain::{AuditEvent, AuditKind, AuditOutcome, Timestamp};

use crate::handle::Handle;

#[async_trait]
impl AuditRepository for Handle {
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()> {
        self.call(|rows| rows.insert(event))
    }

    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage> {
        let place = |event: &AuditEvent| (event.at, event.id);
        let is_behind = |event: &AuditEvent| {
            request.after.is_none_or(|after| match request.order {
                AuditOrder::Newest => place(event) < (after.at, after.id),
                AuditOrder::Oldest => place(event) > (after.at, after.id),
            })
        };
        self.call(|rows| {
            let mut events = rows.those(|event| matches(&request.filter, event) && is_behind(event))?;
            events.sort_by_key(place);
            if request.order == AuditOrder::Newest {
                events.reverse();
            }
            let more = events.len() > request.limit as usize;
            events.truncate(request.limit as usize);
            let next = events.last().filter(|_| more).map(AuditCursor::behind);
            Ok(AuditPage { events, next })
        })
    }

    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>> {
        self.call(|rows| {
            let mut days: BTreeMap<i64, DayCount> = BTreeMap::new();
            for event in rows.those(|event: &AuditEvent| event.kind == kind && event.at >= since)? {
                let day = event.at.seconds().div_euclid(24 * 60 * 60);
                let count = days.entry(day).or_insert(DayCount { day, done: 0, failed: 0 });
                match event.outcome {
                    AuditOutcome::Success => count.done += 1,
                    AuditOutcome::Failure => count.failed += 1,
                }
            }
            Ok(days.into_values().collect())
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut over = rows.those(|event: &AuditEvent| event.at < before)?;
            over.sort_by_key(|event| (event.at, event.id));
            over.truncate(limit as usize);
            rows.remove_all(&over)
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
