//! Storage of audit events: they are added, read, and removed when their time is over; never changed.

use async_trait::async_trait;
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, AuditOutcome, OrganizationId, RequestId, Timestamp, UserId,
};

use super::StoreResult;

/// Which events are wanted: those that have all that is named here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Done by this user.
    pub actor: Option<UserId>,
    /// Done to this user.
    pub subject: Option<UserId>,
    /// Done within this organisation.
    pub organization: Option<OrganizationId>,
    /// Of this kind.
    pub kind: Option<AuditKind>,
    /// That ended so.
    pub outcome: Option<AuditOutcome>,
    /// Of the request of this name.
    pub request_id: Option<RequestId>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// In which order, always by time and then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum AuditOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// A place in a list of events: behind this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    /// When it happened.
    pub at: Timestamp,
    /// Tells events of one moment apart.
    pub id: AuditEventId,
}

impl AuditCursor {
    /// The place behind this event.
    #[must_use]
    pub fn behind(event: &AuditEvent) -> Self {
        Self { at: event.at, id: event.id }
    }
}

/// Which part of a list of events is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRequest {
    /// Which events.
    pub filter: AuditFilter,
    /// In which order.
    pub order: AuditOrder,
    /// Begin behind this place.
    pub after: Option<AuditCursor>,
    /// At most so many.
    pub limit: u32,
}

/// A part of a list of events. They are not counted: there may be very many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The events, at most as many as asked for. What a newer version recorded, and this one does not know, is left out.
    pub events: Vec<AuditEvent>,
    /// Where the next part begins, if there is one.
    pub next: Option<AuditCursor>,
}

/// How many events of one kind a day had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayCount {
    /// Which day in UTC, counted from 1970-01-01.
    pub day: i64,
    /// How many took effect.
    pub done: u64,
    /// How many were refused.
    pub failed: u64,
}

/// The audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditRepository: Send {
    /// Adds an event.
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()>;

    /// A part of the list of events.
    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage>;

    /// How many events of this kind each day had from `since` on, the earliest first; days without any are left out.
    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>>;

    /// Removes at most `limit` events from before `before`, the oldest first; how many. A store may keep events by months: those go as a
    /// whole, all of them when they are over, and count as well.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
