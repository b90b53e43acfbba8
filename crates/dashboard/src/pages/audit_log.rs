//! A log of audit events, newest first, part by part: what all such pages have in common.

use ironplate_application::{
    audit::AuditListing,
    ports::{AuditCursor, AuditFilter, AuditOrder, AuditRequest},
};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, AuditOutcome, Date, Email, OrganizationId, RequestId, Timestamp, UserId,
};
use serde::Serialize;

use super::events::EventView;
use crate::{
    crud::Pager,
    request::{Form, SessionUser, address},
};

/// Each has more to say than a row of another list.
const ROWS: u32 = 20;

/// A part of a log, and what was asked for.
#[derive(Serialize)]
pub(super) struct AuditLogPage<'a> {
    events: Vec<EventView>,
    search: AuditSearch<'a>,
    kinds: Vec<KindOption>,
    is_filtered: bool,
    pager: Pager,
}

/// What was asked for, as it was typed.
#[derive(Clone, Copy, Serialize)]
pub(super) struct AuditSearch<'a> {
    pub(super) actor: &'a str,
    pub(super) subject: &'a str,
    organization: &'a str,
    request: &'a str,
    kind: &'a str,
    outcome: &'a str,
    since: &'a str,
    until: &'a str,
}

#[derive(Serialize)]
struct KindOption {
    value: &'static str,
    label: &'static str,
}

/// Somebody who is asked for.
pub(super) enum AskedPerson {
    /// Who may be gone.
    Id(UserId),
    /// Who has to be there.
    Address(Email),
}

/// What a page of a log is asked for.
pub(super) struct AskedOfLog<'a> {
    /// Where it is.
    path: &'a str,
    pub(super) search: AuditSearch<'a>,
    side: CursorDirection,
}

/// On which side of a place the page is.
enum CursorDirection {
    Older(Option<AuditCursor>),
    Newer(AuditCursor),
}

impl<'a> AskedOfLog<'a> {
    pub(super) fn of(user: &'a SessionUser, path: &'a str) -> Self {
        Self { path, search: AuditSearch::of(user), side: CursorDirection::of(user) }
    }

    /// The same of an organisation's own log, which is not asked for another one, nor to whom, nor by which request.
    pub(super) fn within_one(self) -> Self {
        Self { search: AuditSearch { subject: "", organization: "", request: "", ..self.search }, ..self }
    }

    /// The events on that side.
    pub(super) fn request(&self, filter: AuditFilter) -> AuditRequest {
        let (order, after) = match self.side {
            CursorDirection::Older(after) => (AuditOrder::Newest, after),
            CursorDirection::Newer(before) => (AuditOrder::Oldest, Some(before)),
        };
        AuditRequest { filter, order, after, limit: ROWS }
    }

    /// The page with these events, of whose `kinds` one can be asked for; `Err` is where to go instead: behind the end, where
    /// events were that are gone, back to where some are.
    pub(super) fn page(
        self,
        mut listing: AuditListing,
        views: fn(&AuditListing) -> Vec<EventView>,
        kinds: impl IntoIterator<Item = AuditKind>,
    ) -> Result<AuditLogPage<'a>, String> {
        let Self { path, search, side } = self;
        if let CursorDirection::Newer(_) = side {
            listing.page.events.reverse();
        }
        let kept = search.kept();
        if listing.page.events.is_empty() && !matches!(side, CursorDirection::Older(None)) {
            return Err(address(path, &kept));
        }
        let to = |name, event| address(path, &[&kept[..], &[(name, &*place(event))]].concat());
        let (first, last) = (listing.page.events.first(), listing.page.events.last());
        let (has_newer, has_older) = match side {
            CursorDirection::Older(after) => (after.is_some(), listing.page.next.is_some()),
            CursorDirection::Newer(_) => (listing.page.next.is_some(), true),
        };
        let pager = Pager {
            previous: first.filter(|_| has_newer).map(|event| to("before", event)),
            next: last.filter(|_| has_older).map(|event| to("after", event)),
            ..Pager::default()
        };
        let is_filtered = kept.iter().any(|(_, value)| !value.is_empty());
        let kinds = kinds.into_iter().map(|kind| KindOption { value: kind.name(), label: kind.title() }).collect();
        Ok(AuditLogPage { events: views(&listing), search, kinds, is_filtered, pager })
    }
}

impl<'a> AuditSearch<'a> {
    fn of(user: &'a SessionUser) -> Self {
        let get = |name| user.query.get(name).trim();
        Self {
            actor: get("actor"),
            subject: get("subject"),
            organization: get("organization"),
            request: get("request"),
            kind: get("kind"),
            outcome: get("outcome"),
            since: get("since"),
            until: get("until"),
        }
    }

    const fn kept(&self) -> [(&'a str, &'a str); 8] {
        [
            ("actor", self.actor),
            ("subject", self.subject),
            ("organization", self.organization),
            ("request", self.request),
            ("kind", self.kind),
            ("outcome", self.outcome),
            ("since", self.since),
            ("until", self.until),
        ]
    }

    /// All of it but for persons. What can't be understood is said at its field.
    pub(super) fn filter(&self, form: &mut Form) -> AuditFilter {
        let until = day(self.until, "until", form);
        AuditFilter {
            actor: None,
            subject: None,
            organization: organization(self.organization, form),
            kind: AuditKind::from_name(self.kind),
            outcome: match self.outcome {
                "done" => Some(AuditOutcome::Success),
                "failed" => Some(AuditOutcome::Failure),
                _ => None,
            },
            request_id: request_id(self.request, form),
            since: day(self.since, "since", form).map(Date::begins),
            // To the end of that day.
            until: until.map(|day| Date::from_days(i64::from(day.days()) + 1).begins()),
        }
    }
}

impl AskedPerson {
    /// Who was typed at this field, if anybody. What is neither an id nor an address is said there.
    pub(super) fn read(field: &'static str, text: &str, form: &mut Form) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let person = text.parse().map(|id| Self::Id(UserId(id))).ok();
        let person = person.or_else(|| Email::parse(text).map(Self::Address).ok());
        if person.is_none() {
            form.blame(field, "Enter an email address or an id");
        }
        person
    }
}

impl CursorDirection {
    /// A place that makes no sense is the beginning.
    fn of(user: &SessionUser) -> Self {
        match (cursor(user.query.get("before")), cursor(user.query.get("after"))) {
            (Some(before), _) => Self::Newer(before),
            (None, after) => Self::Older(after),
        }
    }
}

fn organization(text: &str, form: &mut Form) -> Option<OrganizationId> {
    let id = text.parse().map(OrganizationId).ok();
    if id.is_none() && !text.is_empty() {
        form.blame("organization", "Enter the id of an organisation");
    }
    id
}

fn request_id(text: &str, form: &mut Form) -> Option<RequestId> {
    let id = RequestId::new(text);
    if id.is_none() && !text.is_empty() {
        form.blame("request", "Enter a request id as pages and answers tell it");
    }
    id
}

fn day(text: &str, field: &'static str, form: &mut Form) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    let date = Date::parse(text);
    if date.is_none() {
        form.blame(field, "Enter a date like 2026-11-25");
    }
    date
}

fn cursor(text: &str) -> Option<AuditCursor> {
    let (micros, id) = text.split_once('_')?;
    Some(AuditCursor { at: Timestamp::from_micros(micros.parse().ok()?), id: AuditEventId(id.parse().ok()?) })
}

fn place(event: &AuditEvent) -> String {
    format!("{}_{}", event.at.micros(), event.id)
}
